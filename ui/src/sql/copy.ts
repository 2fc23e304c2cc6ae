/** Rows of an answer as text for elsewhere, with the names of the columns at its head. */
import { csvOf, markdownOf, tsvOf, type Copied } from "../common/table";
import type { SqlColumn } from "../ipc";
import type { SqlRow } from "./answer.svelte";

type Table = readonly [columns: readonly SqlColumn[], rows: readonly SqlRow[]];

/** The formats in which rows can be copied. */
export const FORMATS = {
  tsv: (...table: Table) => tsvOf(cellsOf(table), isHarmless(table)),
  csv: (...table: Table) => csvOf(cellsOf(table), isHarmless(table)),
  json: (...table: Table) => ({ text: jsonOf(table), escaped: 0 }),
  markdown: (...table: Table) => ({ text: markdownOf(cellsOf(table)), escaped: 0 }),
} as const satisfies Record<string, (...table: Table) => Copied>;

export type Format = keyof typeof FORMATS;

function cellsOf([columns, rows]: Table) {
  return [columns.map(({ name }) => name), ...rows.map(({ cells }) => cells)];
}

/** Numbers and times are what they are for a spreadsheet too. */
function isHarmless([columns]: Table) {
  return (column: number) => ["number", "time", "boolean"].includes(columns[column]?.kind ?? "");
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Names of columns, each different: the second of one name is `name_2`. */
function distinctNames(columns: readonly SqlColumn[]): string[] {
  const names: string[] = [];
  for (const { name } of columns) {
    let distinct = name;
    for (let number = 2; names.includes(distinct); number += 1) distinct = `${name}_${number}`;
    names.push(distinct);
  }
  return names;
}

/** A list of objects, with numbers to their last digit. */
function jsonOf([columns, rows]: Table): string {
  const value = (text: string | null, kind: SqlColumn["kind"]) => {
    const isAsItIs =
      (kind === "number" && JSON_NUMBER.test(text ?? "")) ||
      (kind === "boolean" && /^(?:true|false)$/.test(text ?? ""));
    return isAsItIs ? text : JSON.stringify(text);
  };
  const names = distinctNames(columns);
  const object = ({ cells }: SqlRow) => {
    const members = columns.map(
      ({ kind }, index) =>
        `    ${JSON.stringify(names[index])}: ${value(cells[index] ?? null, kind)}`,
    );
    return `  {\n${members.join(",\n")}\n  }`;
  };
  return rows.length === 0 ? "[]" : `[\n${rows.map(object).join(",\n")}\n]`;
}

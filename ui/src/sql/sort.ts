/** Sorting the rows of an answer that are loaded. */
import { nanosOf } from "../common/time";
import type { SqlKind } from "../ipc";
import { compareDecimals, isDecimal } from "../value/decimal";
import type { SqlRow } from "./answer.svelte";

export interface Sorting {
  /** Index of the column. */
  column: number;
  descending: boolean;
}

/** The sorting after a press on a column: up, then down, then as they came. */
export function nextSorting(sorting: Sorting | null, column: number): Sorting | null {
  if (sorting?.column !== column) return { column, descending: false };
  return sorting.descending ? null : { column, descending: true };
}

/** The rows by a column; NULL comes last either way, and equal cells stay as they came. */
export function sorted(rows: SqlRow[], kind: SqlKind, { column, descending }: Sorting): SqlRow[] {
  const compare = COMPARISONS[kind];
  const sign = descending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [one.cells[column] ?? null, other.cells[column] ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * compare(a, b);
  });
}

type Compare = (a: string, b: string) => number;

/** By code units, as the engine does for all that is no surrogate. */
const compareTexts: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const INFINITIES = new Map([
  ["inf", Infinity],
  ["-inf", -Infinity],
]);

const numberOf = (text: string) => INFINITIES.get(text.toLowerCase()) ?? Number(text);

/** To the last digit. What is no number comes after all numbers. */
const compareNumbers: Compare = (a, b) => {
  if (isDecimal(a) && isDecimal(b)) return compareDecimals(a, b);
  const [one, other] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(one) || Number.isNaN(other))
    return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one < other ? -1 : one > other ? 1 : 0;
};

const isTime = (text: string) => !Number.isNaN(Date.parse(text));

const compareTimes: Compare = (a, b) => {
  if (!isTime(a) || !isTime(b)) return compareTexts(a, b);
  const [one, other] = [nanosOf(a), nanosOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
};

const COMPARISONS: Record<SqlKind, Compare> = {
  text: compareTexts,
  number: compareNumbers,
  time: compareTimes,
  // false comes before true, as the words do.
  boolean: compareTexts,
  other: compareTexts,
};

/** The names that can stand at a position of a text in SQL. */
import { words } from "../words";
import { KEYWORDS } from "./dialect";
import { columnsOfTable, SQL_TABLES } from "./tables";

export interface Completion {
  kind: "table" | "column" | "function" | "keyword";
  name: string;
  /** What stands beside the name. */
  detail?: string;
}

export interface Completions {
  /** Where the name begins that they stand in for. */
  from: number;
  all: Completion[];
}

/** A name that is typed, with what it is a column of. */
const TYPED = /(?:(?<of>[\p{L}_][\p{L}\p{N}_]*)\.)?(?<name>[\p{L}_][\p{L}\p{N}_]*)?$/u;

/**
 * Null where no name can stand: within a text or a comment, and where nothing is typed yet unless it is
 * asked for.
 */
export function completionsAt(text: string, at: number, isAskedFor: boolean): Completions | null {
  const code = withoutTexts(text);
  if (code[at - 1] === MASK) return null;
  const { of, name = "" } = TYPED.exec(code.slice(0, at))?.groups ?? {};
  const from = at - name.length;
  const tables = tablesIn(code);
  if (of !== undefined) return { from, all: columns([tables.get(of.toLowerCase()) ?? of]) };
  if (name === "" && !isAskedFor) return null;
  // A number goes on, as in 1e5.
  if (/[\p{N}.]/u.test(code[from - 1] ?? "")) return null;
  // Columns are often typed before the table that has them.
  const meant = tables.size > 0 ? tables.values() : SQL_TABLES.map((table) => table.name);
  return { from, all: [...columns(meant), ...tableNames(code), ...FUNCTIONS, ...WORDS] };
}

const FUNCTIONS: readonly Completion[] = words.sql.functions.map(([name, detail]) => ({
  kind: "function",
  name,
  detail,
}));

const WORDS: readonly Completion[] = KEYWORDS.map((name) => ({ kind: "keyword", name }));

/** The columns of tables, each name once. */
function columns(tables: Iterable<string>): Completion[] {
  const all = new Map<string, Completion>();
  for (const table of new Set(tables)) {
    for (const { name, kind } of columnsOfTable(table)) {
      const detail = all.has(name) ? words.sql.kind[kind] : words.sql.ofTable(kind, table);
      all.set(name, { kind: "column", name, detail });
    }
  }
  return [...all.values()];
}

/** The tables, and those that the text makes by WITH. */
function tableNames(code: string): Completion[] {
  const made = [...code.matchAll(/\b([\p{L}_][\p{L}\p{N}_]*)\s+AS\s*\(\s*SELECT\b/giu)];
  const names = [...SQL_TABLES.map(({ name }) => name), ...made.map(([, name = ""]) => name)];
  return [...new Set(names)].map((name) => ({ kind: "table", name }));
}

/** Words that stand behind a table, and are no other name of it. */
const NO_ALIAS = new Set([
  "where",
  "group",
  "order",
  "on",
  "join",
  "left",
  "right",
  "inner",
  "full",
  "cross",
  "using",
  "limit",
  "union",
  "except",
  "intersect",
  "having",
]);

/** The tables that the text is about, by the names it gives them. */
function tablesIn(code: string): Map<string, string> {
  const found = new Map<string, string>();
  const named = /\b(?:FROM|JOIN|,)\s*([\p{L}_]\w*)(?:\s+(?:AS\s+)?([\p{L}_]\w*))?/giu;
  for (const [, name = "", alias] of code.matchAll(named)) {
    const table = name.toLowerCase();
    if (!SQL_TABLES.some((one) => one.name === table)) continue;
    found.set(table, table);
    if (alias !== undefined && !NO_ALIAS.has(alias.toLowerCase())) {
      found.set(alias.toLowerCase(), table);
    }
  }
  return found;
}

const MASK = "\0";

/** The text with everything masked in which names mean nothing. What is not closed goes to the end. */
function withoutTexts(text: string): string {
  return text.replaceAll(/'(?:[^']|'')*(?:'|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)/g, (found) => {
    const isClosed = /^'[^]*'$|\*\/$/.test(found) && found.length > 1;
    // Behind what is closed a name can stand.
    return isClosed ? `${MASK.repeat(found.length - 1)} ` : MASK.repeat(found.length);
  });
}

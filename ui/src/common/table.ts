/** Tables as text for elsewhere. */

type Rows = readonly (readonly (string | null)[])[];

export interface Copied {
  text: string;
  /** Cells that were changed so that a spreadsheet computes nothing. */
  escaped: number;
}

/** Whether the cells of a column are what a spreadsheet may take as they are, such as numbers. */
type IsHarmless = (column: number) => boolean;

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180. Null is an empty cell, an empty text is two quotes. */
export function csvOf(rows: Rows, isHarmless: IsHarmless = () => false): Copied {
  const { text, escaped } = delimited(rows, ",", isHarmless, /^$|[",\r\n]/);
  return { text: text.map((row) => `${row}\r\n`).join(""), escaped };
}

/** Cells between tabs, as spreadsheets take them from the clipboard. Null is an empty cell. */
export function tsvOf(rows: Rows, isHarmless: IsHarmless = () => false): Copied {
  const { text, escaped } = delimited(rows, "\t", isHarmless, /["\t\r\n]/);
  return { text: text.join("\n"), escaped };
}

/** Rows as texts. A cell that `quoted` finds something in is put between quotes. */
function delimited(rows: Rows, separator: string, isHarmless: IsHarmless, quoted: RegExp) {
  let escaped = 0;
  const cell = (value: string | null, column: number) => {
    if (value === null) return "";
    const formula = !isHarmless(column) && FORMULA.test(value);
    if (formula) escaped += 1;
    const safe = formula ? `'${value}` : value;
    return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return { text: rows.map((row) => row.map(cell).join(separator)), escaped };
}

/** A table whose first row is its head, as Markdown has it. */
export function markdownOf([head = [], ...rows]: Rows): string {
  const cell = (value: string | null) =>
    (value ?? "null").replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll(/\r?\n/g, "<br>");
  const line = (cells: readonly (string | null)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

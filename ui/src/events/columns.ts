/** The columns of a list of events: their order and widths, as one chose them. */
import type { ColumnLayout, Settings } from "../ipc";

/** What the settings call the list. */
export const LIST = "events";

/** Each column with its word; the change takes the room that the others leave. */
export const COLUMN_NAMES = [
  ["time", "Time"],
  ["record", "Record"],
  ["field", "Field"],
  ["change", "Change"],
  ["actor", "Actor"],
  ["source", "Source"],
] as const;

export type ColumnName = (typeof COLUMN_NAMES)[number][0];

const WIDTHS: Record<ColumnName, number> = {
  time: 148,
  record: 116,
  field: 132,
  change: 320,
  actor: 116,
  source: 84,
};

export const NARROWEST = 48;
const WIDEST = 900;

export function wordOf(column: string): string {
  return COLUMN_NAMES.find(([name]) => name === column)?.[1] ?? column;
}

/** Whether anything was chosen: otherwise the list fits itself to its width. */
export function isChosen(settings: Settings): boolean {
  return settings.columns[LIST] !== undefined;
}

/** Every column once, whatever the settings know of. */
export function layoutOf(settings: Settings): ColumnLayout[] {
  const known = COLUMN_NAMES.map(([column]) => column as string);
  const saved = (settings.columns[LIST] ?? []).filter(({ column }) => known.includes(column));
  const others = COLUMN_NAMES.filter(([name]) => !saved.some(({ column }) => column === name));
  return [...saved, ...others.map(([column]) => ({ column, width: WIDTHS[column], shown: true }))];
}

export function resized(layout: ColumnLayout[], column: string, width: number): ColumnLayout[] {
  const fits = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
  return layout.map((one) => (one.column === column ? { ...one, width: fits } : one));
}

export function toggled(layout: ColumnLayout[], column: string): ColumnLayout[] {
  return layout.map((one) => (one.column === column ? { ...one, shown: !one.shown } : one));
}

/** The column one place further to the left or the right. */
export function moved(layout: ColumnLayout[], column: string, by: -1 | 1): ColumnLayout[] {
  const from = layout.findIndex((one) => one.column === column);
  const to = from + by;
  const [one, other] = [layout[from], layout[to]];
  if (one === undefined || other === undefined) return layout;
  return layout.with(from, other).with(to, one);
}

/** The layout as variables for `columns.css`. */
export function styleOf(layout: ColumnLayout[]): string {
  const shown = layout.filter((one) => one.shown);
  const track = ({ column, width }: ColumnLayout) =>
    column === "change" ? `minmax(${NARROWEST}px, 1fr)` : `${width}px`;
  const template = ["var(--mark)", ...shown.map(track)].join(" ");
  const each = layout.map(
    ({ column, shown }, at) =>
      `--order-${column}: ${at + 1}; --show-${column}: ${shown ? "revert-layer" : "none"}`,
  );
  return [`--template: ${template}`, ...each].join("; ");
}

/** The columns of a list: their order, widths and visibility. */
import type { ColumnLayout, Settings } from "../ipc";

export interface Column {
  name: string;
  label: string;
  /** In CSS pixels. */
  width: number;
  /** It takes the room that the others leave. */
  fills?: true;
  /** It holds instants: its header names their zone. */
  zoned?: true;
  /** It holds numbers, which stand at its right. */
  numeric?: true;
  /** It is shown only once somebody asks for it. */
  optional?: true;
}

export interface ColumnSet {
  /** What the settings call the list. */
  list: string;
  /** Each row begins with a mark, which stays where it is. */
  marked?: true;
  columns: readonly Column[];
}

/** Widths in CSS pixels. */
export const MIN_WIDTH = 48;
const MAX_WIDTH = 900;

export function columnOf(set: ColumnSet, name: string): Column {
  return set.columns.find((column) => column.name === name) ?? { name, label: name, width: 0 };
}

/** Whether a layout is saved: without one, or with an empty one, the list fits its columns to its width. */
export function isCustomized(set: ColumnSet, settings: Settings): boolean {
  return (settings.columns[set.list] ?? []).length > 0;
}

/** Every column once, whatever the settings know of. */
export function layoutOf(set: ColumnSet, settings: Settings): ColumnLayout[] {
  const known = set.columns.map(({ name }) => name);
  const saved = (settings.columns[set.list] ?? []).filter(({ column }) => known.includes(column));
  const others = set.columns.filter(({ name }) => !saved.some(({ column }) => column === name));
  return [
    ...saved,
    ...others.map(({ name, width, optional }) => ({
      column: name,
      width: width,
      shown: optional !== true,
    })),
  ];
}

export function resized(layout: ColumnLayout[], column: string, width: number): ColumnLayout[] {
  const fits = Math.round(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width)));
  return layout.map((one) => (one.column === column ? { ...one, width: fits } : one));
}

export function toggled(layout: ColumnLayout[], column: string): ColumnLayout[] {
  return layout.map((one) => (one.column === column ? { ...one, shown: !one.shown } : one));
}

/** The layout with a column one position further to the left or the right. */
export function moved(layout: ColumnLayout[], column: string, by: -1 | 1): ColumnLayout[] {
  const from = layout.findIndex((one) => one.column === column);
  const other = layout[from + by];
  return other === undefined ? layout : movedTo(layout, column, other.column);
}

/** The layout with a column at the position of another, which makes room on the side it came from. */
export function movedTo(layout: ColumnLayout[], column: string, target: string): ColumnLayout[] {
  const from = layout.findIndex((one) => one.column === column);
  const to = layout.findIndex((one) => one.column === target);
  const one = layout[from];
  if (one === undefined || to < 0) return layout;
  return layout.toSpliced(from, 1).toSpliced(to, 0, one);
}

/** The columns that are shown, by name in their order. */
export function shownOf(layout: ColumnLayout[]): string[] {
  return layout.filter(({ shown }) => shown).map(({ column }) => column);
}

/** The layout with these columns and no others shown; as it is if it has none of them. */
export function showing(layout: ColumnLayout[], names: readonly string[]): ColumnLayout[] {
  const named = [...new Set(names)].flatMap((name) =>
    layout.filter(({ column }) => column === name).map((one) => ({ ...one, shown: true })),
  );
  if (named.length === 0) return layout;
  const others = layout.filter(({ column }) => !names.includes(column));
  return [...named, ...others.map((one) => ({ ...one, shown: false }))];
}

/** Which child of a row a column is, counted as CSS does. */
function childOf(set: ColumnSet, column: string): number {
  const at = set.columns.findIndex(({ name }) => name === column);
  return at + (set.marked ? 2 : 1);
}

/** The layout as variables for `columns.css`. */
export function styleOf(set: ColumnSet, layout: ColumnLayout[]): string {
  const track = ({ column, width }: ColumnLayout) =>
    columnOf(set, column).fills ? `minmax(${MIN_WIDTH}px, 1fr)` : `${width}px`;
  const tracks = layout.filter((one) => one.shown).map(track);
  const template = [...(set.marked ? ["var(--mark)"] : []), ...tracks].join(" ");
  const orders = layout.map(({ column }, at) => `--order-${childOf(set, column)}: ${at + 1}`);
  return [`--template: ${template}`, ...orders].join("; ");
}

/** The columns that are not shown, as classes for `columns.css`. */
export function hiddenOf(set: ColumnSet, layout: ColumnLayout[]): string[] {
  return layout.filter((one) => !one.shown).map(({ column }) => `hide-${childOf(set, column)}`);
}

/** The cells of rows on screen: each takes the focus, and knows its row and its column. */

const CELL = "[role=gridcell]";
const ROW = "[data-index]";

export function cellAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(CELL) : null;
}

/** The index of the row that holds an element; null if none does. */
export function rowIndexAt(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>(ROW) : null;
  const index = row?.dataset["index"];
  return index === undefined ? null : Number(index);
}

/** Focuses the cell before or after the one that has the focus; from the row itself its first one. */
export function focusCell(target: EventTarget | null, by: 1 | -1): void {
  if (!(target instanceof Element)) return;
  const row = target.closest<HTMLElement>(ROW);
  const cells = [...(row?.querySelectorAll<HTMLElement>(CELL) ?? [])];
  const cell = cellAt(target);
  const at = cell === null ? -1 : cells.indexOf(cell);
  // Before the first cell comes the row.
  if (at + by < 0) row?.focus();
  else cells[Math.min(cells.length - 1, at + by)]?.focus();
}

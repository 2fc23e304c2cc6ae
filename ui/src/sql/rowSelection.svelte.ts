/** The rows of an answer that are selected, to copy them or to list their events. */
import { SvelteSet } from "svelte/reactivity";
import type { SqlRow } from "./answer.svelte";

export class RowSelection {
  readonly #positions = new SvelteSet<number>();
  /** Where the last range begins. */
  #anchor: number | null = null;

  get count(): number {
    return this.#positions.size;
  }

  has(row: SqlRow): boolean {
    return this.#positions.has(row.position);
  }

  clear(): void {
    this.#positions.clear();
    this.#anchor = null;
  }

  toggle(rows: SqlRow[], index: number): void {
    const row = rows[index];
    if (row === undefined) return;
    this.#anchor = index;
    if (!this.#positions.delete(row.position)) this.#positions.add(row.position);
  }

  /** Selects all rows from the anchor to an index. */
  extend(rows: SqlRow[], index: number): void {
    const anchor = (this.#anchor ??= index);
    const range = rows.slice(Math.min(anchor, index), Math.max(anchor, index) + 1);
    for (const { position } of range) this.#positions.add(position);
  }

  all(rows: SqlRow[]): void {
    for (const { position } of rows) this.#positions.add(position);
  }

  /** The selected rows in their order; all of them if none is selected. */
  of(rows: SqlRow[]): SqlRow[] {
    return this.count === 0 ? rows : rows.filter((row) => this.has(row));
  }
}

/** The events that are selected in a list, to do something with all of them. */
import type { EventItem, EventRow } from "../ipc";

/** The most events in a selection: each of them is read before anything is recorded about it. */
const MAX_SELECTED = 500;

export class Selection {
  /** In the order in which they were selected. */
  rows: EventRow[] = $state.raw([]);
  /** Where the last range begins. */
  #anchor: number | null = null;

  has(address: string): boolean {
    return this.rows.some((row) => row.address === address);
  }

  clear(): void {
    this.rows = [];
    this.#anchor = null;
  }

  /** Selects an item, or deselects it. A group is no event by itself and is never selected. */
  toggle(items: EventItem[], index: number): void {
    const item = items[index];
    if (item?.group !== null) return;
    this.#anchor = index;
    const { event } = item;
    if (this.has(event.address))
      this.rows = this.rows.filter((row) => row.address !== event.address);
    else this.#add([item]);
  }

  /** Selects all items from the anchor to an index. */
  extend(items: EventItem[], index: number): void {
    const anchor = (this.#anchor ??= index);
    this.#add(items.slice(Math.min(anchor, index), Math.max(anchor, index) + 1));
  }

  all(items: EventItem[]): void {
    this.#add(items);
  }

  #add(items: EventItem[]): void {
    const events = items.filter((item) => item.group === null).map((item) => item.event);
    const others = events.filter((event) => !this.has(event.address));
    this.rows = [...this.rows, ...others].slice(0, MAX_SELECTED);
  }
}

/** The events that were chosen in a list, to do something with all of them. */
import type { EventItem, EventRow } from "../ipc";

/** At most so many: each of them is looked up before anything is said about it. */
const MOST = 500;

export class Selection {
  /** In the order in which they were chosen. */
  rows: EventRow[] = $state.raw([]);
  /** Where the last choice began. */
  #anchor: number | null = null;

  has(address: string): boolean {
    return this.rows.some((row) => row.address === address);
  }

  clear(): void {
    this.rows = [];
    this.#anchor = null;
  }

  /** Chooses a line, or chooses it no more. What is folded is no event by itself. */
  toggle(lines: EventItem[], index: number): void {
    const line = lines[index];
    if (line?.group !== null) return;
    this.#anchor = index;
    const { event } = line;
    if (this.has(event.address))
      this.rows = this.rows.filter((row) => row.address !== event.address);
    else this.#add([line]);
  }

  /** Chooses all lines from where the last choice began. */
  extend(lines: EventItem[], index: number): void {
    const anchor = (this.#anchor ??= index);
    this.#add(lines.slice(Math.min(anchor, index), Math.max(anchor, index) + 1));
  }

  all(lines: EventItem[]): void {
    this.#add(lines);
  }

  #add(lines: EventItem[]): void {
    const events = lines.filter((line) => line.group === null).map((line) => line.event);
    const others = events.filter((event) => !this.has(event.address));
    this.rows = [...this.rows, ...others].slice(0, MOST);
  }
}

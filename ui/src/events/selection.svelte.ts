/** The events that are selected in a list, to do something with all of them. */
import * as ipc from "../ipc";
import type { EventItem, EventRow, Filters } from "../ipc";

/** Events that are read at once, and the pause after which a page is requested again. */
const PAGE = 1000;
const PAUSE_MS = 200;

/** The most events that are amended together: each is read before anything is recorded about it. */
export const MAX_AMENDED = 500;

export class Selection {
  /** Events of the whole answer, of which all are selected but `rows`; null if only `rows` are. */
  whole: number | null = $state(null);
  /** In the order in which they were selected. */
  rows: EventRow[] = $state.raw([]);
  /** Number of selected events. */
  readonly count = $derived(this.whole === null ? this.rows.length : this.whole - this.rows.length);
  /** Number of selected events that were read so far; null while none are read. */
  read: number | null = $state(null);
  /** Where the last range begins. */
  #anchor: number | null = null;
  /** Number of the latest reading: an earlier one is cancelled. */
  #latest = 0;

  has(event: EventRow): boolean {
    return isAmong(this.rows, event) !== (this.whole !== null);
  }

  clear(): void {
    this.cancel();
    this.whole = null;
    this.rows = [];
    this.#anchor = null;
  }

  /** Selects an item, or deselects it. A group is selected with the whole answer only. */
  toggle(items: EventItem[], index: number): void {
    const item = items[index];
    if (item?.group !== null) return;
    this.#anchor = index;
    const others = this.rows.filter((row) => row.address !== item.event.address);
    this.rows = others.length < this.rows.length ? others : [...others, item.event];
  }

  /** Selects all items from the anchor to an index. */
  extend(items: EventItem[], index: number): void {
    const anchor = (this.#anchor ??= index);
    const range = items.slice(Math.min(anchor, index), Math.max(anchor, index) + 1);
    const events = range.filter((item) => item.group === null).map((item) => item.event);
    if (this.whole === null)
      this.rows = [...this.rows, ...events.filter((event) => !this.has(event))];
    else this.rows = this.rows.filter((row) => !isAmong(events, row));
  }

  /** Selects the whole answer, of so many events. */
  all(total: number): void {
    this.whole = total;
    this.rows = [];
  }

  cancel(): void {
    this.#latest += 1;
    this.read = null;
  }

  /** The selected events, newest first, at most `limit`, with whole values; null once cancelled. */
  async events(filters: Filters, limit: number): Promise<EventRow[] | null> {
    if (this.whole === null)
      return await Promise.all(this.rows.slice(0, limit).map(withWholeValues));
    const number = (this.#latest += 1);
    const deselected = this.rows;
    const events: EventRow[] = [];
    this.read = 0;
    try {
      let from: ipc.PageFrom | null = { kind: "newest" };
      while (from !== null && events.length < limit) {
        const page: ipc.EventsPage | null = await pageOf(filters, from);
        if (number !== this.#latest) return null;
        if (page === null) continue;
        const selected = page.items
          .map(({ event }) => event)
          .filter((event) => !isAmong(deselected, event));
        events.push(...(await Promise.all(selected.map(withWholeValues))));
        if (number !== this.#latest) return null;
        this.read = events.length;
        from = page.next === null ? null : { kind: "after", cursor: page.next };
      }
      return events.slice(0, limit);
    } finally {
      if (number === this.#latest) this.read = null;
    }
  }
}

function isAmong(events: EventRow[], { address }: EventRow): boolean {
  return events.some((one) => one.address === address);
}

/** Null after a pause, where the list on screen requested a page meanwhile: that cancels this one. */
async function pageOf(filters: Filters, from: ipc.PageFrom): Promise<ipc.EventsPage | null> {
  try {
    return await ipc.events(filters, from, PAGE, false);
  } catch (error) {
    if (ipc.asApiError(error).kind !== "cancelled") throw error;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return null;
  }
}

/** Lists show long values cut. */
async function withWholeValues(event: EventRow): Promise<EventRow> {
  const cut = (event.old_value?.cut ?? false) || (event.new_value?.cut ?? false);
  return cut ? (await ipc.event(event.address)).event : event;
}

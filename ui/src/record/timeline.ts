/** The slots of a timeline, and their days. */
import type { EventRow, TimelineItem } from "../ipc";
import { day } from "../common/time";
import { members } from "../value/members";

/** One position in the timeline: its event, or undefined until that is loaded. */
export type Slot = TimelineItem | undefined;

/** The index of each loaded event, by its address. */
export function indexByAddress(items: readonly Slot[]): Map<string, number> {
  const indexes = new Map<string, number>();
  items.forEach((item, index) => {
    if (item !== undefined) indexes.set(item.event.address, index);
  });
  return indexes;
}

export interface DayHead {
  at: string;
  /** Events of the day; null while some of them are not loaded. */
  count: number | null;
}

/** The slots under whose day no newer one stands. */
export function dayHeads(items: readonly Slot[], zone: string): Map<number, DayHead> {
  const heads = new Map<number, DayHead>();
  let head: { index: number; date: string } | null = null;
  items.forEach((item, index) => {
    if (item === undefined) {
      head = null;
      return;
    }
    const at = item.event.timestamp;
    const date = day(at, zone);
    if (head !== null && head.date === date) return;
    if (head !== null) count(heads, head.index, index);
    // Where the event before is not loaded, it may be of the same day.
    const known = index === 0 || items[index - 1] !== undefined;
    if (known) heads.set(index, { at, count: null });
    head = { index, date };
  });
  const last = head as { index: number } | null;
  if (last !== null) count(heads, last.index, items.length);
  return heads;
}

function count(heads: Map<number, DayHead>, from: number, to: number): void {
  const head = heads.get(from);
  if (head !== undefined) head.count = to - from;
}

/** The value of one member, where a whole record's event is shown for that field alone. */
export function memberOf(event: EventRow, only: string | null): string | null | undefined {
  if (only === null || event.field !== "*" || event.new_value === null) return undefined;
  return members(event.new_value.text)?.get(only);
}

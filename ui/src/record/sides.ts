/** The sides of a comparison: what they mean, and presets for both. */
import type { EventRow, Reading, View } from "../ipc";
import { justBefore } from "../common/time";
import { START, type Query, type Side } from "../query/query";
import { words } from "../words";

/** The record as it was just before an event. */
export function beforeEvent(event: EventRow, reading: Reading): Side {
  return { at: justBefore(event.timestamp), reading };
}

/** The record as it was once the event was in it. */
export function afterEvent(event: EventRow, reading: Reading): Side {
  return { at: event.timestamp, reading };
}

/** What the core is given for a side: without an instant of its own it follows the clock. */
export function viewOf(side: Side, clock: string | null): View {
  return { at: side.at ?? clock, reading: side.reading };
}

export interface Preset {
  label: string;
  sides: { from: Side; to: Side };
}

const DAY_MS = 86_400_000;

/** Each sets a date back by its span. */
const SPANS: readonly (readonly [string, (date: Date) => void])[] = [
  [words.record.compare.sinceYesterday, (date) => date.setTime(date.getTime() - DAY_MS)],
  [words.record.compare.sinceWeek, (date) => date.setTime(date.getTime() - 7 * DAY_MS)],
  [words.record.compare.sinceMonth, (date) => monthBack(date)],
];

/** `now` is the clock's instant where it is set. */
export function presets({ reading }: Query, now: Date): Preset[] {
  const spans = SPANS.map(([label, setBack]) => {
    const then = new Date(now);
    setBack(then);
    const at = then.toISOString().replace(/\.\d+Z$/, "Z");
    return { label, sides: { from: { at, reading }, to: { at: null, reading } } };
  });
  return [{ label: words.record.compare.recordedCorrected, sides: START.compare }, ...spans];
}

/** The same day of the month before, or its last one where it has none. */
function monthBack(date: Date): void {
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() - 1);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
}

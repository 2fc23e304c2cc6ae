/** The sides of a comparison: what they mean, and the ones that are asked for most. */
import type { EventRow, Reading, View } from "../ipc";
import { justBefore } from "../common/time";
import { START, type Query, type Side } from "../query/query";

/** The record as it was just before an event. */
export function beforeEvent(event: EventRow, reading: Reading): Side {
  return { at: justBefore(event.timestamp), reading };
}

/** The record as it was once the event was in it. */
export function afterEvent(event: EventRow, reading: Reading): Side {
  return { at: event.timestamp, reading };
}

/** What the core is asked for: a side without an instant follows the clock. */
export function viewOf(side: Side, clock: string | null): View {
  return { at: side.at ?? clock, reading: side.reading };
}

export interface Preset {
  word: string;
  sides: { from: Side; to: Side };
}

const DAY_MS = 86_400_000;

const SPANS: readonly (readonly [string, (now: Date) => void])[] = [
  ["Since yesterday", (now) => now.setTime(now.getTime() - DAY_MS)],
  ["Since a week ago", (now) => now.setTime(now.getTime() - 7 * DAY_MS)],
  ["Since a month ago", (now) => monthBack(now)],
];

/** `now` is the clock's instant where it is set. */
export function presets({ reading }: Query, now: Date): Preset[] {
  const spans = SPANS.map(([word, back]) => {
    const then = new Date(now);
    back(then);
    const at = then.toISOString().replace(/\.\d+Z$/, "Z");
    return { word, sides: { from: { at, reading }, to: { at: null, reading } } };
  });
  return [{ word: "As recorded against as corrected", sides: START.compare }, ...spans];
}

/** The same day of the month before, or its last one where it has none. */
function monthBack(date: Date): void {
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() - 1);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
}

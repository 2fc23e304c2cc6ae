/**
 * The distance of two dates or instants, as a text. Instants are kept to the nanosecond, which a
 * Date is not: the fraction is counted apart from it.
 */
import { nanosOf } from "../common/time";
import { words } from "../words";
import type { TimeUnit } from "../words/value";

const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** In nanoseconds, the longest first. */
const UNITS: readonly (readonly [bigint, TimeUnit])[] = [
  [86_400_000_000_000n, "day"],
  [3_600_000_000_000n, "hour"],
  [60_000_000_000n, "minute"],
  [1_000_000_000n, "second"],
  [1_000_000n, "millisecond"],
  [1000n, "microsecond"],
  [1n, "nanosecond"],
];

export function isDate(text: string): boolean {
  return DATE.test(text) && isDay(text);
}

export function isInstant(text: string): boolean {
  return nanos(text) !== null;
}

/** `395 days later`, or null if the texts are not both dates or both instants. */
export function dateDifference(before: string, after: string): string | null {
  if (isDate(before) && isDate(after)) return distance(nanosOf(after) - nanosOf(before));
  const [from, to] = [nanos(before), nanos(after)];
  // A time without a zone may be anywhere: it has no distance from one that has.
  if (from === null || to === null || from.zoned !== to.zoned) return null;
  return distance(to.at - from.at);
}

function distance(difference: bigint): string {
  if (difference === 0n) return words.value.sameInstant;
  const size = difference < 0n ? -difference : difference;
  const [unit, name] = UNITS.find(([unit]) => size >= unit) ?? [1n, "nanosecond" as const];
  return words.value.distance(Number(size / unit), name, difference > 0n);
}

function nanos(text: string): { at: bigint; zoned: boolean } | null {
  const found = INSTANT.exec(text);
  if (found === null) return null;
  const [, date = "", time = "", fraction = "", zone] = found;
  if (!isDay(date)) return null;
  const instant = `${date}T${time}${zone?.replace(/(\d\d):?(\d\d)$/, "$1:$2") ?? "Z"}`;
  if (Number.isNaN(Date.parse(instant))) return null;
  return { at: nanosOf(instant) + BigInt(fraction.padEnd(9, "0")), zoned: zone !== undefined };
}

/** Whether the calendar has the day: a Date would take 30 February for 2 March. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

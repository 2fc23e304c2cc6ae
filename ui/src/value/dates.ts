/** How far two dates or instants lie apart, in words. */
import { counted } from "../common/number";

const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
];

/** `395 days later`, or null if the texts are not both dates or both instants. */
export function dateDifference(before: string, after: string): string | null {
  const both = (form: RegExp) => form.test(before) && form.test(after);
  if (!both(DATE) && !both(INSTANT)) return null;
  const difference = Date.parse(after) - Date.parse(before);
  if (Number.isNaN(difference)) return null;
  if (difference === 0) return "the same instant";
  const apart = Math.abs(difference);
  const [size, name] = UNITS.find(([size]) => apart >= size) ?? [1, "millisecond"];
  return `${counted(Math.floor(apart / size), name)} ${difference > 0 ? "later" : "earlier"}`;
}

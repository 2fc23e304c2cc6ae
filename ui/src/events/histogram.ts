/** The bars of the histogram: their heights and labels, and the span of several. */
import { clockTime, day, justBefore, moment, secondOf } from "../common/time";
import type { HistogramBin } from "../ipc";
import { words } from "../words";

/** The least height of a bar with an event, as a part of the highest one's. */
const MIN_HEIGHT = 0.04;

/** Heights between 0 and 1. Square roots keep small bars apart from none beside large ones. */
export function heights(bins: HistogramBin[]): number[] {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return bins.map(({ count }) => (count === 0 ? 0 : Math.max(MIN_HEIGHT, Math.sqrt(count / most))));
}

/** The span of the bins `from` to `to`; null if one of them is not there. */
export function spanOf(bins: HistogramBin[], from: number, to: number) {
  const [first, last] = [bins[from], bins[to]];
  return first && last ? { since: first.start, until: last.end } : null;
}

/** Less than the shortest day, which clocks that are put forward make. */
const DAY_MS = 20 * 3_600_000;

function isShort(bin: HistogramBin): boolean {
  return secondOf(bin.end).getTime() - secondOf(bin.start).getTime() < DAY_MS;
}

/** `2024-03-15`, or `2024-03-11 to 2024-03-17` for a bin of several days. */
function daysOf(bin: HistogramBin, zone: string): string {
  const [first, last] = [day(bin.start, zone), day(justBefore(bin.end), zone)];
  return words.events.histogram.days(first, last, zone);
}

export function binLabel(bin: HistogramBin, zone: string): string {
  const text = words.events.histogram;
  const span = isShort(bin)
    ? text.hours(moment(bin.start, zone), moment(bin.end, zone))
    : daysOf(bin, zone);
  return text.bar(span, bin.count);
}

const TICKS = 6;

/** The starts of about evenly spread bars. */
export function tickLabels(bins: HistogramBin[], zone: string): { at: number; text: string }[] {
  const first = bins[0];
  if (first === undefined) return [];
  const short = isShort(first);
  const count = Math.min(TICKS, bins.length);
  return Array.from({ length: count }, (_, tick) => {
    const at = Math.round((tick * (bins.length - 1)) / Math.max(1, count - 1));
    const start = bins[at]?.start ?? first.start;
    const text = short
      ? `${day(start, zone)} ${clockTime(start, zone).slice(0, 5)}`
      : day(start, zone);
    return { at, text };
  });
}

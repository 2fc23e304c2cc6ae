/** The histogram's bars: how high, called what, and which span they make. */
import { counted } from "../common/number";
import { clockTime, day, zone } from "../common/time";
import type { HistogramBin } from "../ipc";

/** A day with one event beside one with ten thousand must still be seen. */
const LEAST = 0.04;

/** Heights between 0 and 1. Square roots keep small bars apart from none beside large ones. */
export function heights(bars: HistogramBin[]): number[] {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return bars.map(({ count }) => (count === 0 ? 0 : Math.max(LEAST, Math.sqrt(count / most))));
}

export function spanOf(bars: HistogramBin[], from: number, to: number) {
  const [first, last] = [bars[from], bars[to]];
  return first && last ? { since: first.start, until: last.end } : null;
}

const DAY_MS = 86_400_000;

export function barLabel(bar: HistogramBin, utc: boolean): string {
  const short = Date.parse(bar.end) - Date.parse(bar.start) < DAY_MS;
  const edge = (instant: string) =>
    short
      ? `${day(instant, utc)} ${clockTime(instant, utc)} ${zone(instant, utc)}`
      : day(instant, utc);
  return `${edge(bar.start)} to ${edge(bar.end)}: ${counted(bar.count, "event")}`;
}

const TICKS = 6;

/** Where bars begin, about evenly spread. */
export function tickLabels(bars: HistogramBin[], utc: boolean): { at: number; text: string }[] {
  const first = bars[0];
  if (first === undefined) return [];
  const short = Date.parse(first.end) - Date.parse(first.start) < DAY_MS;
  const count = Math.min(TICKS, bars.length);
  return Array.from({ length: count }, (_, tick) => {
    const at = Math.round((tick * (bars.length - 1)) / Math.max(1, count - 1));
    const start = bars[at]?.start ?? first.start;
    const text = short
      ? `${day(start, utc)} ${clockTime(start, utc).slice(0, 5)}`
      : day(start, utc);
    return { at, text };
  });
}

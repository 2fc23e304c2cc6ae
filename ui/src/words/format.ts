/** Numbers, counts and days as English writes them. */

const NUMBER = new Intl.NumberFormat("en");

/** `12,031` */
export function grouped(count: number | bigint): string {
  return NUMBER.format(count);
}

/** `1 event`, `12,031 events`. Only for the files of this folder: other languages count otherwise. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `-0050000.50` as `−50,000.50`, to the last digit. A text that is no number stays as it is. */
export function groupedDecimal(text: string): string {
  const found = /^([+-]?)(\d+)(\.\d+)?$/.exec(text);
  if (found === null) return text;
  const [, sign = "", whole = "", fraction = ""] = found;
  return `${sign === "-" ? "−" : ""}${grouped(BigInt(whole))}${fraction}`;
}

const AXIS_NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const LARGE_NUMBER = new Intl.NumberFormat("en", {
  notation: "compact",
  maximumFractionDigits: 2,
});

/** `2,500`, `0.05`, `1.2M`: a round number on the axis of a chart. */
export function axisNumber(value: number): string {
  return (Math.abs(value) >= 1e6 ? LARGE_NUMBER : AXIS_NUMBER).format(value);
}

const DURATION_UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** `2 d 3 h`, `−5 min`, `0 s`: a length of time, to the unit below its greatest, or exactly. */
export function duration(millis: number, exact = false): string {
  const size = Math.abs(millis);
  const greatest = DURATION_UNITS.findIndex(([, unit]) => size >= unit);
  if (greatest < 0) return "0 s";
  const units = DURATION_UNITS.slice(greatest, exact ? undefined : greatest + 2);
  let left = size;
  const parts = units.map(([name, unit]) => {
    const count = Math.floor(left / unit);
    left -= count * unit;
    return count === 0 ? "" : `${grouped(count)} ${name}`;
  });
  return `${millis < 0 ? "−" : ""}${parts.filter((part) => part !== "").join(" ")}`;
}

const SIZE_UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;

/** `1.2 GB`, in a fitting unit. */
export function byteSize(bytes: number): string {
  let [size, unit] = [bytes / 1000, 0];
  while (size >= 999.5 && unit + 1 < SIZE_UNITS.length) [size, unit] = [size / 1000, unit + 1];
  return `${size.toFixed(size < 9.95 ? 1 : 0)} ${SIZE_UNITS[unit] ?? ""}`;
}

/** `40 s`, `3 min`, `2 h 5 min`. */
export function roughly(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${grouped(Math.max(1, Math.round(seconds)))} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const LONG_DAY = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

const PLAIN_DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

const SHORT_DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** `3 Mar 2024`, of the date's fields in UTC. */
export function shortDay(date: Date): string {
  return SHORT_DAY.format(date);
}

/** `3 March 2024`, of the date's fields in UTC. */
export function plainDay(date: Date): string {
  return PLAIN_DAY.format(date);
}

/** `Sunday 3 March 2024`, of the date's fields in UTC. */
export function longDay(date: Date): string {
  return LONG_DAY.format(date).replace(",", "");
}

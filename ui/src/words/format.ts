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

/** `3 March 2024`, of the date's fields in UTC. */
export function plainDay(date: Date): string {
  return PLAIN_DAY.format(date);
}

/** `Sunday 3 March 2024`, of the date's fields in UTC. */
export function longDay(date: Date): string {
  return LONG_DAY.format(date).replace(",", "");
}

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

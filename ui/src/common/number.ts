const GROUPED = new Intl.NumberFormat("en");

/** `12,031` */
export function grouped(count: number): string {
  return GROUPED.format(count);
}

/** `1 event`, `12,031 events` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/**
 * Instants for people, in a time zone by its IANA name. They cross as RFC 3339 with up to nine
 * fractional digits; a Date keeps three, so the fraction is carried as text and never through it.
 */
import {
  longDay as formatLongDay,
  plainDay as formatPlainDay,
  shortDay as formatShortDay,
} from "../words/format";

/** The name of this machine's time zone, as the IANA database has it. */
export function localZone(): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // So the engine calls the zone of a machine that has none; its times are those of UTC.
  return zone === "Etc/Unknown" ? "UTC" : zone;
}

/** Whether a text is a date alone, as `2024-03-03`, which no zone changes. */
export function isDate(text: string): boolean {
  return /^-?\d{4,}-\d\d-\d\d$/.test(text);
}

/** Whether a text is the name of a time zone, or an offset as the core takes it for one. */
export function isZone(text: string): boolean {
  if (/^[+-]\d\d:\d\d$/.test(text)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** The format of the offsets of each zone: one is slow to make. */
const OFFSETS = new Map<string, Intl.DateTimeFormat>();

function offsetFormat(zone: string): Intl.DateTimeFormat {
  const made =
    OFFSETS.get(zone) ??
    new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  OFFSETS.set(zone, made);
  return made;
}

/** The offset of a zone from UTC at an instant: its sign, and `+01:00` or, long ago, `+00:53:28`. */
function offsetAt(date: Date, zone: string) {
  const parts = zone === "UTC" ? [] : offsetFormat(zone).formatToParts(date);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const size = /\d[\d:]*/.exec(name)?.[0] ?? "00:00";
  return { sign: /[-−]/.test(name) ? -1 : 1, size };
}

/** The date whose UTC fields read as the wall clock of the zone. */
function wall(date: Date, zone: string): Date {
  const { sign, size } = offsetAt(date, zone);
  const [hours = 0, minutes = 0, seconds = 0] = size.split(":").map(Number);
  return new Date(date.getTime() + sign * ((hours * 60 + minutes) * 60 + seconds) * 1000);
}

function fraction(instant: string): string {
  return /\.(\d+)/.exec(instant)?.[1]?.replace(/0+$/, "") ?? "";
}

/** The last whole second before an instant or at it: an engine may round a longer fraction up. */
export function secondOf(instant: string): Date {
  return new Date(instant.replace(/\.\d+/, ""));
}

/** Nanoseconds since 1970. */
export function nanosOf(instant: string): bigint {
  const nanos = BigInt(fraction(instant).padEnd(9, "0").slice(0, 9));
  return BigInt(secondOf(instant).getTime()) * 1_000_000n + nanos;
}

function instantOf(nanos: bigint): string {
  const second = 1_000_000_000n;
  const into = ((nanos % second) + second) % second;
  const whole = new Date(Number((nanos - into) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(into).padStart(9, "0")}Z`;
}

/** `2024-03-03` */
export function day(instant: string, zone: string): string {
  return wall(secondOf(instant), zone).toISOString().slice(0, 10);
}

/** `14:05:06`, with the fraction if `exact`. */
export function clockTime(instant: string, zone: string, exact = false): string {
  const seconds = wall(secondOf(instant), zone).toISOString().slice(11, 19);
  const rest = exact ? fraction(instant) : "";
  return rest === "" ? seconds : `${seconds}.${rest}`;
}

/** The offset of a zone at an instant: `UTC` or `+01:00` */
export function offset(instant: string, zone: string): string {
  if (zone === "UTC") return zone;
  const { sign, size } = offsetAt(secondOf(instant), zone);
  return `${sign < 0 ? "−" : "+"}${size}`;
}

/** `2024-03-03 14:05:06 UTC`. Text that is no instant stays as it is. */
export function moment(instant: string, zone: string, exact = false): string {
  if (Number.isNaN(Date.parse(instant))) return instant;
  return `${day(instant, zone)} ${clockTime(instant, zone, exact)} ${offset(instant, zone)}`;
}

/** `Sunday 3 March 2024` */
export function longDay(instant: string, zone: string): string {
  return formatLongDay(wall(secondOf(instant), zone));
}

/** `2024-03-03 14:05:06.5`: an instant as it is typed, to the nanosecond and without its zone. */
export function textOf(instant: string, zone: string): string {
  return `${day(instant, zone)} ${clockTime(instant, zone, true)}`;
}

export function isLater(instant: string, than: string): boolean {
  return nanosOf(instant) > nanosOf(than);
}

/** The last instant before this one, to the nanosecond. */
export function justBefore(instant: string): string {
  return instantOf(nanosOf(instant) - 1n);
}

/**
 * The first instant after this one, to the nanosecond that instants are kept in: what `until`
 * must be for a span to hold the instant itself.
 */
export function justAfter(instant: string): string {
  return instantOf(nanosOf(instant) + 1n);
}

/** `3 March 2024` */
export function plainDay(instant: string, zone: string): string {
  return formatPlainDay(wall(secondOf(instant), zone));
}

/** `3 Mar 2024` */
export function shortDay(instant: string, zone: string): string {
  return formatShortDay(wall(secondOf(instant), zone));
}

/** `3 Mar 2024 14:05`, with seconds and their fraction where there are any. */
export function shortMoment(instant: string, zone: string): string {
  const time = clockTime(instant, zone, true).replace(/^(\d\d:\d\d):00$/, "$1");
  return `${shortDay(instant, zone)} ${time}`;
}

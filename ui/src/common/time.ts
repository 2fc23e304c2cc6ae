/**
 * Instants for people. They cross as RFC 3339 with up to nine fractional digits; a Date keeps
 * three, so the fraction is carried as text and never through a Date.
 */
import { longDay as formatLongDay } from "../words/format";

/** Minutes in `+01:00` east of Greenwich, for an instant in the zone of this machine. */
function offsetMinutes(date: Date, utc: boolean): number {
  return utc ? 0 : -date.getTimezoneOffset();
}

/** The name of the zone of the times on screen, as the IANA database has it. */
export function zoneName(utc: boolean): string {
  const zone = utc ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  // So the engine calls the zone of a machine that has none; its times are those of UTC.
  return zone === "Etc/Unknown" ? "UTC" : zone;
}

function pad(value: number, length = 2): string {
  return String(Math.abs(value)).padStart(length, "0");
}

/** The date whose UTC fields read as the wall clock of the wanted zone. */
function wall(date: Date, utc: boolean): Date {
  return new Date(date.getTime() + offsetMinutes(date, utc) * 60_000);
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
export function day(instant: string, utc: boolean): string {
  return wall(secondOf(instant), utc).toISOString().slice(0, 10);
}

/** `14:05:06`, with the fraction if `exact`. */
export function clockTime(instant: string, utc: boolean, exact = false): string {
  const seconds = wall(secondOf(instant), utc).toISOString().slice(11, 19);
  const rest = exact ? fraction(instant) : "";
  return rest === "" ? seconds : `${seconds}.${rest}`;
}

/** `UTC` or `+01:00` */
export function zone(instant: string, utc: boolean): string {
  if (utc) return "UTC";
  const minutes = offsetMinutes(secondOf(instant), false);
  const sign = minutes < 0 ? "−" : "+";
  return `${sign}${pad(Math.trunc(minutes / 60))}:${pad(minutes % 60)}`;
}

/** `2024-03-03 14:05:06 UTC`. Text that is no instant stays as it is. */
export function moment(instant: string, utc: boolean, exact = false): string {
  if (Number.isNaN(Date.parse(instant))) return instant;
  return `${day(instant, utc)} ${clockTime(instant, utc, exact)} ${zone(instant, utc)}`;
}

/** `Sunday 3 March 2024` */
export function longDay(instant: string, utc: boolean): string {
  return formatLongDay(wall(secondOf(instant), utc));
}

/** `2024-03-03 14:05:06.5`: an instant as it is typed, to the nanosecond and without its zone. */
export function textOf(instant: string, utc: boolean): string {
  return `${day(instant, utc)} ${clockTime(instant, utc, true)}`;
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

/** Spans of time in words, and the filters that they are. */
import { clockTime, day, isLater, justBefore, shortDay, shortMoment } from "../common/time";
import type { TimeSpan } from "../ipc";
import { each, type Filter } from "../query/filters";
import type { Query } from "../query/query";
import { words } from "../words";

const text = words.filters.time;

/** By which time of an event a span is. */
export type SpanBy = "timestamp" | "recorded";

export type Preset = keyof typeof text.preset;
/** The texts of the spans that are offered, as the core reads them. */
export const PRESETS = Object.keys(text.preset) as Preset[];

/** A span written out, with the zone: its end is no part of it. */
export function spanInFull({ since, until }: TimeSpan, zone: string): string {
  const [from, before] = [since, until].map((end) => end && shortMoment(end, zone));
  if (from && before) return text.fromTo(from, before, zone);
  if (from) return text.from(from, zone);
  return before ? text.before(before, zone) : text.all;
}

/** A span in short, for a button: `1 Jan 2024 – 31 Mar 2024`. */
export function spanInShort({ since, until }: TimeSpan, zone: string): string {
  const isDay = (end: string) => clockTime(end, zone, true) === "00:00:00";
  const short = (end: string) => (isDay(end) ? shortDay(end, zone) : shortMoment(end, zone));
  if (since === null) return until === null ? text.all : text.beforeShort(short(until));
  if (until === null) return text.fromShort(short(since));
  if (!isDay(since) || !isDay(until) || !isLater(until, since))
    return text.moments(short(since), short(until));
  return text.days(shortDay(since, zone), shortDay(justBefore(until), zone));
}

/** The filter of a span by one of the two times, made in a zone. */
export function spanFilter(span: TimeSpan, by: SpanBy, zone: string): Filter {
  if (by === "timestamp") return { kind: "span", since: span.since, until: span.until };
  const end = (instant: string | null) => instant && asTyped(instant, zone);
  return { kind: "recorded", since: end(span.since), until: end(span.until), zone };
}

/** An instant as it would be typed: the day, where it begins one. */
function asTyped(instant: string, zone: string): string {
  return clockTime(instant, zone, true) === "00:00:00" ? day(instant, zone) : instant;
}

/** The filter of the span that is on. */
export function spanOf({ filters }: Query, by: SpanBy): Filter | null {
  const kind = by === "timestamp" ? "span" : "recorded";
  return each(filters).find((filter) => filter.kind === kind) ?? null;
}

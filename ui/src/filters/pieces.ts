/** What a predicate says, in pieces: words of the window, and values, which are hostile. */
import { moment, shortDay } from "../common/time";
import type { Limit, Pattern, Predicate, Step, Subject } from "../ipc";
import { isZoned, type Filter } from "../query/filters";
import { DAYS } from "../query/predicates";
import { words } from "../words";
import { groupedDecimal } from "../words/format";

export interface Piece {
  /** A label is drawn more faintly than other words. */
  kind: "label" | "words" | "value";
  text: string;
}

type PredicateFilter = Extract<Filter, { kind: "predicate" | "recorded" }>;
type Of<K extends Predicate["kind"]> = Extract<Predicate, { kind: K }>;

const text = words.filters.predicate;
const label = (text: string): Piece => ({ kind: "label", text });
const plain = (text: string): Piece => ({ kind: "words", text });
const value = (text: string): Piece => ({ kind: "value", text });

/** Of more alternatives only the first are shown. */
const MOST_SHOWN = 4;

/** `zone` is the one on screen: another one is named. */
export function piecesOf(filter: PredicateFilter, zone: string): Piece[] {
  const pieces =
    filter.kind === "recorded" ? recorded(filter, zone) : ofPredicate(filter.predicate, zone);
  const isElsewhere = isZoned(filter) && filter.zone !== zone;
  return isElsewhere ? [...pieces, label(text.zone(filter.zone))] : pieces;
}

function recorded(filter: Extract<Filter, { kind: "recorded" }>, zone: string): Piece[] {
  const end = (word: string, limit: string | null) =>
    limit === null ? [] : [label(word), plain(timeText(limit, zone))];
  return [
    label(text.recorded),
    ...end(text.inTime[">="], filter.since),
    ...end(text.inTime["<"], filter.until),
  ];
}

function ofPredicate(predicate: Predicate, zone: string): Piece[] {
  switch (predicate.kind) {
    case "text":
      return ofText(predicate);
    case "order":
      return [...subject(predicate.of), ...ofLimit(predicate.comparison, predicate.limit, zone)];
    case "change":
      return ofChange(predicate);
    case "delta": {
      const by = groupedDecimal(predicate.by);
      const limit = predicate.percent ? text.percent(by) : by;
      return [label(text.change), label(text.comparison[predicate.comparison]), plain(limit)];
    }
    case "lag":
      return [plain(text.lag(predicate.comparison, predicate.limit.millis))];
    case "recorded_at": {
      const time = timeText(predicate.limit, zone);
      return [label(text.recorded), label(text.inTime[predicate.comparison]), plain(time)];
    }
    case "hours":
      return [plain(text.hours(predicate.from, predicate.until))];
    case "weekdays":
      return [plain(daysText(predicate))];
  }
}

function subject({ column, member }: Subject): Piece[] {
  if (member === null) return [label(text.subject[column] ?? column)];
  // As it is typed: the member is a text of the journal.
  return [value(`${column === "old_value" ? "old" : "new"}.${member}`)];
}

function ofText({ of, patterns, exclude }: Of<"text">): Piece[] {
  const [first] = patterns;
  if (patterns.length === 1 && first?.kind === "contains" && first.text === "") {
    const [name, ...member] = subject(of);
    const say = exclude ? text.missing : text.there;
    if (name !== undefined && member.length === 0) return [{ ...name, text: say(name.text) }];
  }
  let sign = "";
  const pieces = patterns.slice(0, MOST_SHOWN).flatMap((pattern, index) => {
    const before = sign;
    sign = text.pattern[pattern.kind][exclude ? 1 : 0];
    const or = index === 0 ? [] : [label(text.or)];
    return [...or, ...(sign === before ? [] : [label(sign)]), value(patternText(pattern))];
  });
  return [...subject(of), ...pieces, ...more(patterns.length)];
}

function patternText({ kind, text }: Pattern): string {
  return kind === "matches" ? `/${text}/` : text;
}

function more(count: number): Piece[] {
  return count > MOST_SHOWN ? [label(text.orMore(count - MOST_SHOWN))] : [];
}

function ofChange({ steps, exclude }: Of<"change">): Piece[] {
  const side = (value: string | null): Piece =>
    value === null ? plain(text.noValue) : { kind: "value", text: value };
  const one = ({ from, to }: Step) => [side(from), label(text.arrow), side(to)];
  const shown = steps.slice(0, MOST_SHOWN);
  const all = shown.flatMap((step, index) =>
    index === 0 ? one(step) : [label(text.or), ...one(step)],
  );
  return [...(exclude ? [label(text.not)] : []), ...all, ...more(steps.length)];
}

function ofLimit(comparison: Of<"order">["comparison"], limit: Limit, zone: string): Piece[] {
  return limit.kind === "number"
    ? [label(text.comparison[comparison]), plain(groupedDecimal(limit.value))]
    : [label(text.inTime[comparison]), plain(timeText(limit.value, zone))];
}

/** A time as it is typed: a day in words, an instant in the zone on screen, a month as it is. */
function timeText(time: string, zone: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(time)) return shortDay(`${time}T00:00:00Z`, "UTC");
  return /T.*(?:Z|[+-]\d\d:\d\d)$/.test(time) ? moment(time, zone, true) : time.replace("T", " ");
}

/** `Sat, Sun`, `Mon–Fri` */
function daysText({ days }: Of<"weekdays">): string {
  const at = days.map((day) => DAYS.indexOf(day));
  const [first = 0, last = 0] = [at[0], at.at(-1)];
  const isRange = days.length > 2 && at.every((day, index) => day === first + index);
  const name = (day: number) => text.day[DAYS[day] ?? "mon"];
  return isRange ? text.dayRange(name(first), name(last)) : at.map(name).join(", ");
}

/** Predicates: conditions on the change itself, as plain values that the core reads and writes. */
import { COLUMNS, type ComparisonOperator, type Day, type Limit } from "../ipc";
import type { Pattern, Predicate, Step, Subject } from "../ipc";

/** Whether it means something else in another time zone. */
export function dependsOnZone(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case "recorded_at":
    case "hours":
    case "weekdays":
      return true;
    case "order":
      return predicate.limit.kind === "time";
    default:
      return false;
  }
}

/** Whether it leaves out the events that it names. */
export function isExcluding(predicate: Predicate): boolean {
  return (predicate.kind === "text" || predicate.kind === "change") && predicate.exclude;
}

/** The predicate that one text is this. */
export function equals(column: Subject["column"], text: string, exclude = false): Predicate {
  const of = { column, member: null };
  return { kind: "text", of, patterns: [{ kind: "equals", text }], exclude };
}

/** The predicate of a change from one value to another; null is no value. */
export function step(from: string | null, to: string | null): Predicate {
  return { kind: "change", steps: [{ from, to }], exclude: false };
}

/**
 * A text that no other predicate has. To include and to exclude the same is about the same, and so
 * is a predicate in another time zone.
 */
export function canonical(predicate: Predicate): string {
  switch (predicate.kind) {
    case "text": {
      const patterns = predicate.patterns.map(({ kind, text }) => [kind, text]);
      return JSON.stringify(["text", ...of(predicate.of), patterns]);
    }
    case "order": {
      const { comparison, limit } = predicate;
      return JSON.stringify(["order", ...of(predicate.of), comparison, limit.kind, limit.value]);
    }
    case "change":
      return JSON.stringify(["change", predicate.steps.map(({ from, to }) => [from, to])]);
    case "delta":
      return JSON.stringify(["delta", predicate.comparison, predicate.by, predicate.percent]);
    case "lag":
      return JSON.stringify(["lag", predicate.comparison, predicate.limit.millis]);
    case "recorded_at":
      return JSON.stringify(["recorded_at", predicate.comparison, predicate.limit]);
    case "hours":
      return JSON.stringify(["hours", predicate.from, predicate.until]);
    case "weekdays":
      return JSON.stringify(["weekdays", ...predicate.days]);
  }
}

function of({ column, member }: Subject) {
  return [column, member];
}

/** Monday first. */
export const DAYS = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
] as const satisfies readonly Day[];

const COMPARISONS = ["<", "<=", ">=", ">"] as const satisfies readonly ComparisonOperator[];
const PATTERNS = [
  "equals",
  "contains",
  "begins",
  "matches",
] as const satisfies readonly Pattern["kind"][];
const LIMITS = ["number", "time"] as const satisfies readonly Limit["kind"][];

/** The predicate that a value from outside is; null if it is none. */
export function asPredicate(value: unknown): Predicate | null {
  const all = record(value);
  const exclude = all["exclude"] === true;
  const comparison = oneOf(COMPARISONS, all["comparison"]);
  switch (all["kind"]) {
    case "text": {
      const [of, patterns] = [asSubject(all["of"]), every(all["patterns"], asPattern)];
      return of && patterns && { kind: "text", of, patterns, exclude };
    }
    case "order": {
      const of = asSubject(all["of"]);
      const kind = oneOf(LIMITS, record(all["limit"])["kind"]);
      const limit = text(record(all["limit"])["value"]);
      if (of === null || comparison === null || kind === null || limit === null) return null;
      return { kind: "order", of, comparison, limit: { kind, value: limit } };
    }
    case "change": {
      const steps = every(all["steps"], asStep);
      return steps && { kind: "change", steps, exclude };
    }
    case "delta": {
      const by = text(all["by"]);
      if (comparison === null || by === null) return null;
      return { kind: "delta", comparison, by, percent: all["percent"] === true };
    }
    case "lag": {
      const { millis } = record(all["limit"]);
      if (comparison === null || !Number.isSafeInteger(millis)) return null;
      return { kind: "lag", comparison, limit: { millis: Number(millis) } };
    }
    case "recorded_at": {
      const limit = text(all["limit"]);
      if (comparison === null || limit === null) return null;
      return { kind: "recorded_at", comparison, limit };
    }
    case "hours": {
      const [from, until] = [Number(all["from"]), Number(all["until"])];
      const areHours = Number.isInteger(from) && Number.isInteger(until);
      if (!areHours || from < 0 || from > 23 || until < 1 || until > 24) return null;
      return { kind: "hours", from, until };
    }
    case "weekdays": {
      const days = every(all["days"], (day) => oneOf(DAYS, day));
      return days && { kind: "weekdays", days };
    }
    default:
      return null;
  }
}

function asSubject(value: unknown): Subject | null {
  const { column, member } = record(value);
  const known = COLUMNS.find(({ name }) => name === column);
  return known === undefined ? null : { column: known.name, member: text(member) };
}

function asPattern(value: unknown): Pattern | null {
  const all = record(value);
  const [kind, of] = [oneOf(PATTERNS, all["kind"]), text(all["text"])];
  return kind === null || of === null ? null : { kind, text: of };
}

function asStep(value: unknown): Step | null {
  const all = record(value);
  const [from, to] = [text(all["from"]), text(all["to"])];
  return from === null && to === null ? null : { from, to };
}

/** Each element read; null if there is none, or one of them makes no sense. */
function every<T>(value: unknown, read: (one: unknown) => T | null): T[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const all = value.map(read).filter((one) => one !== null);
  return all.length === value.length ? all : null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | null {
  return all.find((one) => one === value) ?? null;
}

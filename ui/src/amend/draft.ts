/** What is being said about an event, while it is being said. */
import type { Amend, EventDetail, EventRow } from "../ipc";
import type { Saying } from "../frame/app.svelte";
import { members } from "../value/members";

/** Null, empty and a text are three different values, so one says which is meant. */
export type ValueKind = "text" | "empty" | "null";

export interface NewValue {
  kind: ValueKind;
  text: string;
}

const WHOLE = "*";

/** Events with a value that another can stand in for. */
export function isCorrectable(action: string): boolean {
  return ["insert", "update", "correct"].includes(action);
}

/** The fields one can correct: the event's own, and those within a whole record's value. */
export function fieldsOf(event: EventRow): string[] {
  if (event.field !== WHOLE) return [event.field];
  return [...(members(event.new_value?.text ?? null)?.keys() ?? []), WHOLE];
}

/** What the event recorded for a field. */
export function recordedValue(event: EventRow, field: string): string | null {
  const whole = event.new_value?.text ?? null;
  return field === event.field ? whole : (members(whole)?.get(field) ?? null);
}

/** What the field is taken to be now, if a correction says so. */
export function correctedValue(detail: EventDetail, field: string): string | null | undefined {
  if (detail.effect.kind !== "corrected") return undefined;
  const found = detail.effect.values.find((one) => one.field === field);
  return found === undefined ? undefined : (found.value?.text ?? null);
}

export function asNewValue(value: string | null): NewValue {
  if (value === null) return { kind: "null", text: "" };
  return { kind: value === "" ? "empty" : "text", text: value };
}

function asValue({ kind, text }: NewValue): string | null {
  if (kind === "null") return null;
  return kind === "empty" ? "" : text;
}

/** `words` is the reason, or the text of a note. */
export function amendment(
  event: EventRow,
  saying: Saying,
  field: string,
  to: NewValue,
  words: string,
): Amend {
  const { address } = event;
  if (saying === "note") return { address, what: { kind: "note", text: words } };
  if (saying === "void") return { address, what: { kind: "void", reason: words } };
  const named = field === event.field ? null : field;
  return { address, what: { kind: "correct", field: named, to: asValue(to), reason: words } };
}

/** What is being said about events, while it is being said. */
import type { Amend, EventDetail, EventRow } from "../ipc";
import type { Saying } from "../frame/app.svelte";
import { members } from "../value/members";
import { asValue, type NewValue } from "./kinds";

const WHOLE = "*";

/** Events with a value that another can stand in for. */
export function isCorrectable(action: string): boolean {
  return ["insert", "update", "correct"].includes(action);
}

/** Why one new value cannot stand for all of the events; null if it can. */
export function whyNotTogether(rows: EventRow[]): string | null {
  const odd = rows.find((row) => !isCorrectable(row.action));
  if (odd !== undefined) return `${article(odd.action)} has no value to correct`;
  const fields = new Set(rows.map((row) => row.field));
  if (fields.size > 1) {
    return `These events are of ${fields.size} fields: several can be corrected together only where all are of one`;
  }
  return fieldsOf(rows).length === 0 ? "These events have no field in common" : null;
}

function article(action: string): string {
  return `${/^[aeiou]/.test(action) ? "An" : "A"} ${action}`;
}

/** The fields one can correct in all of the events: their own, or those within whole records. */
export function fieldsOf(rows: EventRow[]): string[] {
  const [first, ...others] = rows.map(ownFields);
  return (first ?? []).filter((field) => others.every((own) => own.includes(field)));
}

function ownFields(event: EventRow): string[] {
  if (event.field !== WHOLE) return [event.field];
  return [...(members(event.new_value?.text ?? null)?.keys() ?? []), WHOLE];
}

/** What the event recorded for a field. */
export function recordedValue(event: EventRow, field: string): string | null {
  const whole = event.new_value?.text ?? null;
  return field === event.field ? whole : (members(whole)?.get(field) ?? null);
}

/** What all of the events recorded for a field; undefined where they differ, or are not whole. */
export function commonValue(rows: EventRow[], field: string): string | null | undefined {
  if (rows.some((row) => row.new_value?.cut === true)) return undefined;
  const [first, ...others] = rows.map((row) => recordedValue(row, field));
  return others.every((value) => value === first) ? first : undefined;
}

/** What the field is taken to be now, if a correction says so. */
export function correctedValue(detail: EventDetail, field: string): string | null | undefined {
  if (detail.effect.kind !== "corrected") return undefined;
  const found = detail.effect.values.find((one) => one.field === field);
  return found === undefined ? undefined : (found.value?.text ?? null);
}

/** `words` is the reason, or the text of a note. */
export function amendment(
  rows: EventRow[],
  saying: Saying,
  field: string,
  to: NewValue,
  words: string,
): Amend {
  const addresses = rows.map((row) => row.address);
  if (saying === "note") return { addresses, what: { kind: "note", text: words } };
  if (saying === "void") return { addresses, what: { kind: "void", reason: words } };
  const named = field === rows[0]?.field ? null : field;
  return { addresses, what: { kind: "correct", field: named, to: asValue(to), reason: words } };
}

/** The event that a refusal names; -1 if it names none of them. */
export function namedIn(message: string, rows: EventRow[]): number {
  const names = rows.map((row) => [row.address, row.event_id]);
  return names.findIndex((all) => all.some((name) => name !== "" && isNamed(message, name)));
}

/** The name stands there whole: `evt-1` is not named by `evt-12`. */
function isNamed(message: string, name: string): boolean {
  const at = message.indexOf(name);
  if (at < 0) return false;
  const [before, after] = [message[at - 1] ?? " ", message[at + name.length] ?? " "];
  return !/[\p{L}\p{N}_-]/u.test(before) && !/[\p{L}\p{N}_-]/u.test(after);
}

/** A correction, void or note, while it is drafted. */
import type { Amend, AmendKind, EventDetail, EventRow } from "../ipc";
import { members } from "../value/members";
import { spoken } from "../value/segments";
import { words } from "../words";
import { asValue, type NewValue } from "./kinds";

export type AmendAction = AmendKind["kind"];

/** The field of an event that is about the whole record. */
const WHOLE = "*";

/** Whether an event has a value that another can take the place of. */
export function isCorrectable(action: string): boolean {
  return ["insert", "update", "correct"].includes(action);
}

/** Why the events cannot be corrected to one new value; null if they can. */
export function whyNotTogether(rows: EventRow[]): string | null {
  const odd = rows.find((row) => !isCorrectable(row.action));
  if (odd !== undefined) return words.common.notCorrectable(spoken(odd.action));
  const fields = new Set(rows.map((row) => row.field));
  if (fields.size > 1) return words.amend.severalFields(fields.size);
  return fieldsOf(rows).length === 0 ? words.amend.noCommonField : null;
}

/** The fields that can be corrected in all of the events: their own, or those within whole records. */
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

/** What all of the events recorded for a field; undefined where they differ, or are cut. */
export function commonValue(rows: EventRow[], field: string): string | null | undefined {
  if (rows.some((row) => row.new_value?.cut === true)) return undefined;
  const [first, ...others] = rows.map((row) => recordedValue(row, field));
  return others.every((value) => value === first) ? first : undefined;
}

/** The value of the field as corrected; undefined where no correction is about it. */
export function correctedValue(detail: EventDetail, field: string): string | null | undefined {
  if (detail.effect.kind !== "corrected") return undefined;
  const found = detail.effect.values.find((one) => one.field === field);
  return found === undefined ? undefined : (found.value?.text ?? null);
}

/** What the core is given to record. `text` is the reason, or the text of a note. */
export function amendment(
  rows: EventRow[],
  action: AmendAction,
  field: string,
  to: NewValue,
  text: string,
): Amend {
  const addresses = rows.map((row) => row.address);
  if (action === "note") return { addresses, what: { kind: "note", text } };
  if (action === "void") return { addresses, what: { kind: "void", reason: text } };
  const named = field === rows[0]?.field ? null : field;
  return { addresses, what: { kind: "correct", field: named, to: asValue(to), reason: text } };
}

/** Index of the event that a message names; -1 if it names none of them. */
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

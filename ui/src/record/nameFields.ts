/** The fields whose values name the records of a type. */
import type { Field, Settings } from "../ipc";

/** The most fields that are listed at once. */
export const MAX_LISTED = 200;

/** The fields that were chosen for a type, in their order; none if the name is guessed. */
export function chosenFields({ names }: Settings, type: string): string[] {
  return Object.hasOwn(names, type) ? (names[type] ?? []) : [];
}

/**
 * The name of a record from the values of fields: those that are not blank, one after the other.
 * Null if all are blank.
 */
export function nameOf(fields: (Field | undefined)[]): string | null {
  const values = fields.map((field) => field?.value?.text.trim() ?? "");
  return values.filter((value) => value !== "").join(" ") || null;
}

/** Whether a text is in a field's name or value, in any case. */
export function isMatch({ field, value }: Field, text: string): boolean {
  return [field, value?.text ?? ""].some((part) => part.toLowerCase().includes(text.toLowerCase()));
}

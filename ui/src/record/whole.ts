/** The whole value of a field, where the record's answer holds its beginning only. */
import * as ipc from "../ipc";
import type { Field } from "../ipc";
import { members } from "../value/members";

export async function wholeValue(field: Field): Promise<string | null> {
  if (field.value?.cut !== true) return field.value?.text ?? null;
  // A correction states the value that stands in place of the recorded one.
  const { event } = await ipc.event(field.correction?.address ?? field.address);
  const text = event.new_value?.text ?? null;
  return event.field === "*" ? (members(text)?.get(field.field) ?? null) : text;
}

/** The two readings of one record, and where they part. */
import type { EventRow, Field, RecordView, Value } from "../ipc";

export interface Readings {
  recorded: RecordView;
  corrected: RecordView;
}

export interface Difference {
  field: string;
  /** Undefined where the reading has no such field. */
  recorded: Value | null | undefined;
  corrected: Value | null | undefined;
  /** The event that makes the difference; its timeline may lie beyond the clock. */
  by: string;
  because: EventRow | null;
}

/** A field of the reading shown, beside what the other reading says of it. */
export interface FieldLine {
  field: Field;
  /** The other reading, where it says something else. */
  other: { value: Value | null | undefined } | null;
  /** Whether only the other reading has the field. */
  absent: boolean;
}

export function differences(readings: Readings): Difference[] {
  const recorded = byName(readings.recorded);
  const corrected = byName(readings.corrected);
  const names = [...new Set([...recorded.keys(), ...corrected.keys()])].sort();
  return names.flatMap((name) => {
    const [then, now] = [recorded.get(name), corrected.get(name)];
    if (then !== undefined && now !== undefined && same(then.value, now.value)) return [];
    const by = now?.correction ?? voidOf(readings, then) ?? now?.address ?? then?.address ?? "";
    const because = eventAt(readings.corrected, by);
    return [{ field: name, recorded: then?.value, corrected: now?.value, by, because }];
  });
}

/** The fields of one reading, then those that only the other has. */
export function fieldLines(shown: RecordView, other: RecordView): FieldLine[] {
  const others = byName(other);
  const own = byName(shown);
  const lines = shown.fields.map((field): FieldLine => {
    const beside = others.get(field.field);
    const differs = beside === undefined || !same(beside.value, field.value);
    return { field, other: differs ? { value: beside?.value } : null, absent: false };
  });
  const absent = other.fields.filter((field) => !own.has(field.field));
  return [...lines, ...absent.map((field) => ({ field, other: null, absent: true }))];
}

function byName(view: RecordView): Map<string, Field> {
  return new Map(view.fields.map((field) => [field.field, field]));
}

function same(a: Value | null, b: Value | null): boolean {
  return a?.text === b?.text && a?.length === b?.length;
}

function eventAt({ timeline }: RecordView, address: string): EventRow | null {
  return timeline.find((item) => item.event.address === address)?.event ?? null;
}

/** What voided the event that a field rests on as recorded. */
function voidOf({ recorded }: Readings, field: Field | undefined): string | undefined {
  const item = recorded.timeline.find((one) => one.event.address === field?.address);
  return item?.effect.kind === "void" ? item.effect.by : undefined;
}

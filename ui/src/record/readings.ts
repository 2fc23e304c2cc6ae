/** The two readings of one record, and where the core says that they part. */
import type { Comparison, EventRow, Field, FieldChange, Reading, RecordView } from "../ipc";

export interface Readings {
  /** The instant they are of; null for now. */
  at: string | null;
  recorded: RecordView;
  corrected: RecordView;
  /** From as recorded to as corrected. */
  parted: Comparison;
}

/** A field of the reading shown, beside what the other reading says of it. */
export interface FieldLine {
  field: Field;
  /** What the other reading says, where it says something else; its field is null if it has none. */
  other: { field: Field | null; because: EventRow | null } | null;
  /** Whether only the other reading has the field. */
  absent: boolean;
}

/** The fields of one reading, then those that only the other has. */
export function fieldLines(readings: Readings, shown: Reading): FieldLine[] {
  const changes = new Map(readings.parted.fields.map((change) => [change.field, change]));
  const lines = readings[shown].fields.map((field): FieldLine => {
    const change = changes.get(field.field);
    const other =
      change === undefined ? null : { field: sideOf(change, shown)[1], because: change.because };
    return { field, other, absent: false };
  });
  const absent = readings.parted.fields.flatMap((change): FieldLine[] => {
    const [own, field] = sideOf(change, shown);
    if (own !== null || field === null) return [];
    return [{ field, other: { field, because: change.because }, absent: true }];
  });
  return [...lines, ...absent];
}

/** What the reading shown says of a field, and what the other says. */
function sideOf(change: FieldChange, shown: Reading): [own: Field | null, other: Field | null] {
  return shown === "recorded" ? [change.from, change.to] : [change.to, change.from];
}

/** The two readings of one record, and where the core says that they differ. */
import type { Comparison, EventRow, Field, FieldChange, Reading, RecordView } from "../ipc";

export interface Readings {
  /** The instant they are of; null for now. */
  at: string | null;
  recorded: RecordView;
  corrected: RecordView;
  /** From as recorded to as corrected. */
  differences: Comparison;
}

/** A field in the reading on screen, beside the same field in the other reading. */
export interface FieldReading {
  field: Field;
  /** The other reading where it differs; its field is null if it has none. */
  other: { field: Field | null; because: EventRow | null } | null;
  /** Whether only the other reading has the field. */
  absent: boolean;
}

/** The fields of one reading, then those that only the other has. */
export function fieldReadings(readings: Readings, shown: Reading): FieldReading[] {
  const changes = new Map(readings.differences.fields.map((change) => [change.field, change]));
  const own = readings[shown].fields.map((field): FieldReading => {
    const change = changes.get(field.field);
    const other =
      change === undefined ? null : { field: sidesOf(change, shown)[1], because: change.because };
    return { field, other, absent: false };
  });
  const absent = readings.differences.fields.flatMap((change): FieldReading[] => {
    const [own, field] = sidesOf(change, shown);
    if (own !== null || field === null) return [];
    return [{ field, other: { field, because: change.because }, absent: true }];
  });
  return [...own, ...absent];
}

/** A field in the reading on screen, and in the other one. */
function sidesOf(change: FieldChange, shown: Reading): [own: Field | null, other: Field | null] {
  return shown === "recorded" ? [change.from, change.to] : [change.to, change.from];
}

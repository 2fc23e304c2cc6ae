/** The lag of an event: the time from its timestamp to its recording. */
import { nanosOf } from "../common/time";
import type { EventRow } from "../ipc";

/** More than so much later is late. */
const LATE_MS = 86_400_000;

export interface EventLag {
  millis: number;
  is: "late" | "early" | "usual";
}

/** Null where the time of recording is not known. */
export function lagOf({ timestamp, recorded_at }: EventRow): EventLag | null {
  if (recorded_at === null) return null;
  const nanos = nanosOf(recorded_at) - nanosOf(timestamp);
  const millis = Number(nanos / 1_000_000n);
  return { millis, is: millis > LATE_MS ? "late" : nanos < 0n ? "early" : "usual" };
}

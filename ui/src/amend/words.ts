/** What the dialogs call what is said. */
import { counted } from "../common/number";
import type { Saying } from "../frame/app.svelte";

export const SAYING_WORDS = {
  correct: { verb: "Correct", recorded: "correction", ask: "Reason" },
  void: { verb: "Void", recorded: "void", ask: "Reason" },
  note: { verb: "Note on", recorded: "note", ask: "Note" },
} as const satisfies Record<Saying, unknown>;

/** `Correct an event`, `Void 12 events` */
export function titleOf(what: Saying, events: number): string {
  return `${SAYING_WORDS[what].verb} ${events === 1 ? "an event" : counted(events, "event")}`;
}

/** `Record correction`, `Record 12 voids` */
export function confirmOf(what: Saying, events: number): string {
  const { recorded } = SAYING_WORDS[what];
  return `Record ${events === 1 ? recorded : counted(events, recorded)}`;
}

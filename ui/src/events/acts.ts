/** What one can do with the event that is selected. */
import { isCorrectable } from "../amend/draft";
import type { App, Saying } from "../frame/app.svelte";
import type { EventRow } from "../ipc";

export interface Acts {
  openRecord: () => void;
  amend: (what: Saying) => void;
}

/** `selected` is asked at each act: the details may still show the event before. */
export function actsOn(app: App, selected: () => Promise<EventRow>): Acts {
  async function act(take: (event: EventRow) => void) {
    const { selected: address } = app.query;
    try {
      const event = await selected();
      if (app.query.selected === address) take(event);
    } catch (error) {
      app.toasts.problem(error);
    }
  }

  function openRecord(event: EventRow) {
    app.navigation.go({ kind: "record", id: event, selected: event.address });
  }

  function amend(what: Saying, event: EventRow) {
    const readOnly = app.journal.status?.read_only ?? null;
    if (readOnly !== null || (what === "correct" && !isCorrectable(event.action))) return;
    app.dialog = { kind: "amend", what, rows: [event] };
  }

  return {
    openRecord: () => void act(openRecord),
    amend: (what) => void act((event) => amend(what, event)),
  };
}

/** The keys of the acts. */
export function actOf(key: string, acts: Acts): (() => void) | undefined {
  const keys: Record<string, () => void> = {
    o: acts.openRecord,
    c: () => acts.amend("correct"),
    v: () => acts.amend("void"),
    n: () => acts.amend("note"),
  };
  return keys[key];
}

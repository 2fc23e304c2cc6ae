/** The commands for the event that is selected, and their keys. */
import { isCorrectable, type AmendAction } from "../amend/draft";
import type { App } from "../frame/app.svelte";
import type { EventRow } from "../ipc";
import type { Entry, Section } from "../palette/entries";
import { words } from "../words";

export interface EventCommands {
  openRecord: () => void;
  amend: (action: AmendAction) => void;
}

/** Each command calls `selected` anew: the details may still show the event before. */
export function eventCommands(app: App, selected: () => Promise<EventRow>): EventCommands {
  async function withSelected(run: (event: EventRow) => void) {
    const { selected: address } = app.query;
    try {
      const event = await selected();
      if (app.query.selected === address) run(event);
    } catch (error) {
      app.toasts.problem(error);
    }
  }

  function openRecord(event: EventRow) {
    app.navigation.go({ kind: "record", id: event, selected: event.address });
  }

  function amend(action: AmendAction, event: EventRow) {
    const readOnly = app.journal.status?.read_only ?? null;
    if (readOnly !== null || (action === "correct" && !isCorrectable(event.action))) return;
    app.dialog = { kind: "amend", action, rows: [event] };
  }

  return {
    openRecord: () => void withSelected(openRecord),
    amend: (action) => void withSelected((event) => amend(action, event)),
  };
}

/** What the palette lists for events that can be amended. */
export function amendEntries(
  section: Section,
  correctable: boolean,
  amend: (action: AmendAction) => void,
): Entry[] {
  const actions: AmendAction[] = correctable ? ["correct", "void", "note"] : ["void", "note"];
  return actions.map((action) => ({
    section,
    label: words.common[action],
    keys: section === "event" ? words.keys.of.amend[action] : undefined,
    run: () => amend(action),
  }));
}

/** The command that a key stands for. */
export function commandFor(key: string, commands: EventCommands): (() => void) | undefined {
  const keys: Record<string, () => void> = {
    o: commands.openRecord,
    c: () => commands.amend("correct"),
    v: () => commands.amend("void"),
    n: () => commands.amend("note"),
  };
  return keys[key];
}

/** What was typed into a dialog that amends, until it is recorded or discarded. */
import type { App } from "../frame/app.svelte";
import type { AmendAction } from "./draft";
import type { NewValue } from "./kinds";

export interface Draft {
  /** The reason, or the text of a note. */
  text: string;
  /** The field and its new value; null where no value is asked for. */
  correction: { field: string; to: NewValue } | null;
}

export class Drafts {
  readonly #drafts = new Map<string, Draft>();

  of(key: string): Draft | null {
    return this.#drafts.get(key) ?? null;
  }

  /** Null discards the draft. */
  keep(key: string, draft: Draft | null): void {
    if (draft === null) this.#drafts.delete(key);
    else this.#drafts.set(key, draft);
  }
}

/** The key of a draft about the same subjects of the open journal, in whatever order. */
export function draftKey(app: App, action: AmendAction, subjects: string[]): string {
  return JSON.stringify([app.journal.status?.location, action, ...subjects.toSorted()]);
}

/** The names of the records on screen, as they are now whatever the clock says. */
import { SvelteMap } from "svelte/reactivity";
import { afterPause } from "../common/readiness";
import * as ipc from "../ipc";
import type { RecordId } from "../ipc";

/** The most records that are asked for in one call. */
const LIMIT = 200;

/** How long rows may take to be painted before names are asked for. */
const PAUSE_MS = 50;

const keyOf = ({ entity_type, entity_id }: RecordId) => JSON.stringify([entity_type, entity_id]);

export class RecordNames {
  /** By record; null where it has no name, and nothing where that is not known. */
  readonly #names = new SvelteMap<string, string | null>();
  /** The records on screen, and how often each is there. */
  readonly #shown = new Map<string, { id: RecordId; times: number }>();
  /** The records that were asked for since the last refresh. */
  readonly #asked = new Set<string>();
  /** Whether a call is due or under way: there is one at a time. */
  #busy = false;
  /** Cancels the call that is due. */
  #cancel = () => {};
  /** Number of the opening that the names are of. */
  #opening: number | null = null;

  /** Null where the record has no name, or none is known yet. */
  of(record: RecordId): string | null {
    return this.#names.get(keyOf(record)) ?? null;
  }

  /** Loads the name of a record while it is on screen; returns how to end that. */
  show({ entity_type, entity_id }: RecordId): () => void {
    const id = { entity_type, entity_id };
    const key = keyOf(id);
    const shown = this.#shown.get(key) ?? { id, times: 0 };
    this.#shown.set(key, shown);
    shown.times += 1;
    this.#schedule();
    return () => {
      shown.times -= 1;
      if (shown.times === 0) this.#shown.delete(key);
      if (this.#shown.size === 0) this.#cancel();
    };
  }

  /**
   * Called when the journal or what names records may have changed, with the number of the journal's
   * opening. Names on screen stay until they are known anew, but for those of another journal.
   */
  refresh(opening: number | null): void {
    const isOther = opening !== this.#opening;
    this.#opening = opening;
    for (const key of this.#names.keys())
      if (isOther || !this.#shown.has(key)) this.#names.delete(key);
    this.#asked.clear();
    this.#schedule();
  }

  #due(): RecordId[] {
    const due = [...this.#shown].filter(([key]) => !this.#asked.has(key));
    return due.map(([, { id }]) => id);
  }

  #schedule(): void {
    if (this.#busy || this.#due().length === 0) return;
    this.#busy = true;
    const cancel = afterPause(PAUSE_MS, () => {
      this.#cancel = () => {};
      void this.#load();
    });
    this.#cancel = () => {
      cancel();
      this.#cancel = () => {};
      this.#busy = false;
    };
  }

  async #load(): Promise<void> {
    const [opening, records] = [this.#opening, this.#due().slice(0, LIMIT)];
    for (const record of records) this.#asked.add(keyOf(record));
    try {
      const names = records.length === 0 ? [] : await ipc.recordNames(records);
      if (opening === this.#opening)
        records.forEach((record, at) => this.#names.set(keyOf(record), names[at] ?? null));
    } catch {
      // The ids stand alone until the next refresh.
    }
    this.#busy = false;
    this.#schedule();
  }
}

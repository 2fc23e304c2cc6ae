/** Loads what changed in recent journals: of one after the other, never of two at once. */
import { afterPause } from "../common/readiness";
import * as ipc from "../ipc";
import type { RecentChanges } from "../ipc";

/** How long the list may take to be painted before. */
const PAUSE_MS = 50;

export class RecentChangesLoader {
  /** Resolves once the core looks at no journal, be it one of a list that is gone. */
  #last: Promise<void> = Promise.resolve();

  /** Takes the handles of the journals; returns how to stop before the next one. */
  load(handles: string[], onchanges: (handle: string, changes: RecentChanges) => void): () => void {
    let stopped = false;
    const loadEach = async () => {
      for (const handle of handles) {
        if (stopped) return;
        const changes = await changesOf(handle);
        if (!stopped) onchanges(handle, changes);
      }
    };
    const cancel = afterPause(PAUSE_MS, () => (this.#last = this.#last.then(loadEach)));
    return () => {
      stopped = true;
      cancel();
    };
  }
}

/** A command that fails is a journal that cannot be looked at. */
async function changesOf(handle: string): Promise<RecentChanges> {
  try {
    return await ipc.recentChanges(handle);
  } catch (error) {
    return { new_events: null, changed_files: 0, problem: ipc.asApiError(error).message };
  }
}

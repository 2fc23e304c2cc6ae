/** The state that the components of one window share. */
import { createContext } from "svelte";
import type { AmendAction } from "../amend/draft";
import type { EventRow, RecordId, SavedView } from "../ipc";
import { Navigation } from "../query/navigation.svelte";
import { Toasts } from "../common/toasts.svelte";
import { Journal } from "./journal.svelte";

/** The dialogs that are not part of the query: going back does not reopen them. */
export type OpenDialog =
  | { kind: "settings" }
  | { kind: "keys" }
  | { kind: "help" }
  | { kind: "coverage" }
  /** Null for the view on screen, which has no name yet. */
  | { kind: "save_view"; view: SavedView | null }
  | { kind: "amend"; action: AmendAction; rows: EventRow[] }
  | { kind: "note_record"; id: RecordId };

export class App {
  readonly toasts = new Toasts();
  readonly navigation = new Navigation();
  readonly journal = new Journal(this.toasts, () => this.navigation.restart());
  dialog: OpenDialog | null = $state.raw(null);

  get query() {
    return this.navigation.query;
  }

  get utc(): boolean {
    return this.journal.settings.utc;
  }
}

export const [useApp, setApp] = createContext<App>();

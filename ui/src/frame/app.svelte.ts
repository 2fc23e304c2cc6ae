/** The state that the components of one window share. */
import { createContext } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import type { AmendAction } from "../amend/draft";
import { Drafts } from "../amend/drafts";
import * as ipc from "../ipc";
import type {
  ApiError,
  EventRow,
  Filters,
  Recent,
  RecordId,
  RecordView,
  SavedView,
  SqlQuestion,
} from "../ipc";
import { localZone } from "../common/time";
import type { HelpTopic } from "../help/topics";
import { Toasts } from "../common/toasts.svelte";
import { Navigation } from "../query/navigation.svelte";
import type { Entry } from "../palette/entries";
import { SqlConsole } from "../sql/console.svelte";
import { RecordNames } from "../record/names";
import { Journal } from "./journal.svelte";
import { RecentChangesLoader } from "./recentChanges";
import { storeOf } from "./stores";
import { zoneOf, type ZoneChoice } from "./zones";
import { Zones } from "./zones.svelte";

/** The dialogs that are not part of the query: going back does not reopen them. */
export type OpenDialog =
  | { kind: "settings" }
  /** `problem` is why the location in the field was not opened. */
  | { kind: "open"; problem?: ApiError | null }
  | { kind: "keys" }
  | { kind: "palette" }
  /** `back` is the dialog that it was opened from, and that it gives way to again. */
  | { kind: "help"; topic?: HelpTopic; back?: OpenDialog | null }
  | { kind: "coverage" }
  /** Null for the view on screen, which has no name yet. */
  | { kind: "save_view"; view: SavedView | null }
  /** `field` is the one to correct first, where whole records are amended. */
  | { kind: "amend"; action: AmendAction; rows: EventRow[]; field?: string }
  | { kind: "note_record"; id: RecordId }
  /** `total` is how many events match; null if that is not known. */
  | { kind: "export"; filters: Filters; total: number | null }
  | { kind: "export_sql"; question: SqlQuestion; total: number | null }
  | { kind: "import" }
  | { kind: "name_fields"; record: RecordView };

export class App {
  readonly toasts = new Toasts();
  readonly navigation = new Navigation();
  readonly journal = new Journal(this.toasts, () => {
    this.navigation.restart();
    this.sql.reset();
  });
  readonly names = new RecordNames();
  readonly recentChanges = new RecentChangesLoader();
  readonly zones = new Zones();
  readonly drafts = new Drafts();
  readonly sql = new SqlConsole();
  dialog: OpenDialog | null = $state.raw(null);
  /** What is in the search box. */
  searchText = $state("");
  /** The URL in the field of the dialog that opens it. */
  typedLocation = $state("");
  /** What the parts of the window offer in the palette. */
  readonly offers = new SvelteSet<() => Entry[]>();

  openHelp(topic: HelpTopic): void {
    this.dialog = { kind: "help", topic, back: this.dialog };
  }

  /**
   * Opens a recent journal; resolves to whether it is open now. Where another one is on screen, the
   * dialog says why one in a store is not, and tries again.
   */
  openRecent({ handle, name, location, kind }: Recent): Promise<boolean> {
    const onproblem = (problem: ApiError) => {
      this.typedLocation = location;
      this.dialog = { kind: "open", problem };
    };
    const inDialog = this.journal.status !== null && storeOf({ kind }) !== null;
    return this.journal.open(
      () => ipc.openRecent(handle),
      inDialog ? { name, onproblem } : { name },
    );
  }

  get query() {
    return this.navigation.query;
  }

  /** The IANA name of the time zone of every time on screen. */
  get zone(): string {
    return this.zones.named ?? (this.journal.settings.utc ? "UTC" : localZone());
  }

  async showZone({ zone, named }: Pick<ZoneChoice, "zone" | "named">): Promise<void> {
    this.zones.pick(named ? zone : null);
    if (!named) await this.journal.saveSettings({ utc: zone === "UTC" });
  }

  /** Shows times in the zone with this name, if the window knows it. */
  async showZoneNamed(name: string): Promise<void> {
    const zone = zoneOf(name);
    if (zone === null || zone === this.zone) return;
    await this.showZone({ zone, named: zone !== "UTC" && zone !== localZone() });
  }
}

export const [useApp, setApp] = createContext<App>();

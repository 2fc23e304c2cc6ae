/** The open journal as the window knows it, and everything that opens or changes it. */
import * as ipc from "../ipc";
import type {
  ApiError,
  EventsPage,
  NewestEvents,
  PendingElsewhere,
  Recent,
  Recorded,
  Settings,
  SettingsChange,
  Status,
} from "../ipc";
import type { ToastAction, Toasts } from "../common/toasts.svelte";
import { words } from "../words";

/** Whether a status is newer than another: of the same opening, and of a higher order. */
const isNewer = (one: Status, other: Status) =>
  one.opening === other.opening && one.order > other.order;

/** What is said of an opening. */
interface Opening {
  /** Name of the journal; null if it is still to be chosen, or is named where it is opened. */
  name?: string | null;
  /** Takes why it failed, in place of the first page and the toasts. */
  onproblem?: (problem: ApiError) => void;
}

type Phase = "starting" | "closed" | "opening" | "open";

export class Journal {
  phase: Phase = $state("starting");
  status: Status | null = $state.raw(null);
  recent: Recent[] = $state.raw([]);
  /** What is pending for journals that are not where they were. */
  pendingElsewhere: PendingElsewhere[] = $state.raw([]);
  /** There is a sample to open. */
  sample = $state(false);
  settings: Settings = $state.raw({
    actor: "",
    theme: "system",
    utc: true,
    views: [],
    columns: {},
    names: {},
    sql_texts: [],
  });
  /** Changes with the fields that name records: it makes answers with names stale. */
  readonly namesKey = $derived(JSON.stringify(this.settings.names));
  /** Why the last try to open a journal failed. */
  problem: ApiError | null = $state.raw(null);
  /** Name of the journal that is being opened; null if none is, or it is said elsewhere. */
  opening: string | null = $state(null);
  /** Tries again what the problem is about; null if that cannot be. */
  retry: (() => void) | null = $state.raw(null);
  /** Counts the openings: only the last one says how it ended. */
  #openings = 0;
  /** Counts the journals that were opened: views of the last one are thrown away. */
  opened = $state(0);
  /** Counts what this window recorded: each makes answers about events and records stale. */
  revision = $state(0);
  flushing = $state(false);
  refreshing = $state(false);
  readonly #toasts: Toasts;
  /** Called before another journal takes the place of the one on screen. */
  readonly #onswitch: () => void;
  /** Something recorded here has not been reported as flushed yet. */
  #awaitsFlush = false;
  /** The toasts that say of it that it is saved on this device. */
  #saved: number[] = [];
  /** The settings could not be saved when that was last told. */
  #unsaved = false;
  /** The newest status that the core has emitted, of any journal. */
  #newest: Status | null = null;
  /** The page of events that came with the start, and what asked for it, until a list takes it. */
  #firstPage: [NewestEvents, EventsPage] | null = null;

  constructor(toasts: Toasts, onswitch: () => void) {
    this.#toasts = toasts;
    this.#onswitch = onswitch;
  }

  /** Why the bucket cannot be reached; what is on screen is then not up to date. */
  get lost(): ApiError | null {
    return this.status?.lost ?? null;
  }

  /** Whether answers rest on an older listing, because the bucket cannot be reached. */
  get offline(): boolean {
    return this.lost === null && (this.status?.coverage.listing ?? null) !== null;
  }

  /** With the newest events that are shown first, if any. */
  async start(newest: NewestEvents | null = null): Promise<void> {
    try {
      const first = await ipc.start(newest);
      if (newest !== null && first.events !== null) this.#firstPage = [newest, first.events];
      this.recent = first.recent;
      this.pendingElsewhere = first.pending_elsewhere;
      this.sample = first.sample;
      this.settings = first.settings;
      this.problem = first.problem;
      const { named } = first;
      if (named !== null) this.retry = () => void this.open(() => ipc.openLocation(named));
      this.#warnUnsaved(first);
      if (first.journal === null) this.phase = "closed";
      else this.#show(first.journal);
    } catch (error) {
      this.phase = this.status === null ? "closed" : "open";
      this.#failed(error);
    }
  }

  /** The page that came with the start, for the first list that asks for the same. */
  takeFirstPage(request: NewestEvents): EventsPage | null {
    const [asked, page] = this.#firstPage ?? [null, null];
    this.#firstPage = null;
    return JSON.stringify(asked) === JSON.stringify(request) ? page : null;
  }

  /** Subscribes to the events of the core: `ready` resolves once it knows who listens. */
  listen(): { ready: Promise<unknown>; stop: () => void } {
    const stops = [
      ipc.on("opened", (status) => this.#switchTo(status)),
      ipc.on("opening_failed", ({ opening, problem }) => {
        if (opening > (this.status?.opening ?? 0)) this.#failed(problem);
      }),
      ipc.on("status", (status) => this.update(status)),
    ];
    return {
      ready: Promise.all(stops),
      stop: () => stops.forEach((stop) => void stop.then((unlisten) => unlisten())),
    };
  }

  /** Takes over what the core emitted before it knew who listens. */
  async catchUp(): Promise<void> {
    const { journal } = await ipc.start();
    if (journal === null) return;
    this.#switchTo(journal);
    this.update(journal);
  }

  /** Opens another window with a recent journal; by null with the one that is open here. */
  async openWindow(handle: string | null): Promise<void> {
    try {
      await ipc.newWindow(handle);
    } catch (error) {
      this.#toasts.problem(error);
    }
  }

  /** Resolves to whether another journal is open now. */
  async open(command: () => Promise<Status | null>, opening: Opening = {}): Promise<boolean> {
    this.#openings += 1;
    const number = this.#openings;
    this.phase = "opening";
    this.opening = opening.name ?? null;
    this.problem = null;
    this.retry = null;
    try {
      const status = await command();
      if (status !== null) this.#switchTo(status);
      return status !== null;
    } catch (error) {
      this.retry = () => void this.open(command, opening);
      this.#failed(error, opening.onproblem);
      return false;
    } finally {
      if (number === this.#openings) {
        this.phase = this.status === null ? "closed" : "open";
        this.opening = null;
      }
    }
  }

  /** Gives up the opening that is under way. */
  async cancelOpening(): Promise<void> {
    try {
      await ipc.cancelOpening();
    } catch (error) {
      this.#toasts.problem(error);
    }
  }

  /** Shows another journal, unless a later one is on screen already. */
  #switchTo(status: Status): void {
    if (status.opening <= (this.status?.opening ?? 0)) return;
    this.#onswitch();
    this.#show(status);
    void this.#loadRecent();
  }

  #show(status: Status): void {
    // What was emitted of it before its opening was answered may be newer.
    const emitted = this.#newest;
    const newest = emitted !== null && isNewer(emitted, status) ? emitted : status;
    this.#warnUnsaved(newest);
    this.status = newest;
    this.problem = null;
    this.phase = "open";
    this.opened += 1;
    this.#awaitsFlush = false;
    this.#saved = [];
  }

  /** Takes a status of the core; one that is late or of another journal is dropped. */
  update(status: Status): void {
    if (this.#newest === null || isNewer(status, this.#newest)) this.#newest = status;
    if (this.status === null || !isNewer(status, this.status)) return;
    const wasAway = this.lost !== null || this.offline;
    this.#warnUnsaved(status);
    this.status = status;
    if (wasAway && this.lost === null && !this.offline)
      this.#toasts.show(words.frame.toast.bucketBack, "good");
    if (!this.#awaitsFlush || status.pending.events !== 0) return;
    this.#awaitsFlush = false;
    this.#toasts.replace(this.#saved, words.frame.toast.inBucket);
    this.#saved = [];
  }

  /** Warns once that the settings cannot be saved. */
  #warnUnsaved({ unsaved }: Pick<Status, "unsaved">): void {
    if (unsaved !== null && !this.#unsaved)
      this.#toasts.show(words.frame.toast.settingsUnsaved(unsaved.message), "bad");
    this.#unsaved = unsaved !== null;
  }

  /** Called after this window recorded events, with why they cannot be shown now. */
  async recorded({ not_shown }: Recorded, undo?: ToastAction): Promise<void> {
    this.revision += 1;
    this.#awaitsFlush = true;
    if (not_shown === null)
      this.#saved.push(this.#toasts.show(words.frame.toast.saved, "good", undo));
    else this.#toasts.show(words.frame.toast.savedNotShown(not_shown.message), "bad");
    await this.#refresh(ipc.status);
  }

  /**
   * Looks at the whole bucket for new events, by hand. What is on screen stays; a button offers to show
   * them.
   */
  refresh(): Promise<void> {
    return this.#refresh(ipc.look);
  }

  async #refresh(look: () => Promise<Status>): Promise<void> {
    if (this.status === null || this.refreshing) return;
    this.refreshing = true;
    try {
      this.update(await look());
    } catch (error) {
      this.#toasts.problem(error);
    } finally {
      this.refreshing = false;
    }
  }

  async flush(): Promise<void> {
    this.flushing = true;
    this.#awaitsFlush = true;
    try {
      this.update(await ipc.flush());
    } catch (error) {
      this.#toasts.problem(error);
      await this.#refresh(ipc.status);
    } finally {
      this.flushing = false;
    }
  }

  /** Loads the settings as other windows may have saved them; resolves to whether that worked. */
  reloadSettings(): Promise<boolean> {
    return this.saveSettings({});
  }

  /** Saves a part of the settings; resolves to whether that worked. */
  async saveSettings(change: SettingsChange): Promise<boolean> {
    try {
      this.settings = await ipc.saveSettings(change);
      return true;
    } catch (error) {
      this.#toasts.problem(error);
      return false;
    }
  }

  #failed(error: unknown, onproblem?: (problem: ApiError) => void): void {
    const problem = ipc.asApiError(error);
    // It was given up, or a later opening took its place and reports for itself.
    if (problem.kind === "cancelled") return;
    if (onproblem !== undefined) {
      onproblem(problem);
      return;
    }
    this.problem = problem;
    if (this.status !== null) this.#toasts.problem(error);
  }

  /** The core adds a journal to the recent ones as it opens it. */
  async #loadRecent(): Promise<void> {
    try {
      this.recent = (await ipc.start()).recent;
    } catch {
      // The list stays as it was; opening did work.
    }
  }
}

/** The open journal as the window knows it, and everything that opens or changes it. */
import * as ipc from "../ipc";
import type { ApiError, Recent, Recorded, Settings, Status } from "../ipc";
import type { ToastAct, Toasts } from "../common/toasts.svelte";

/** Whether a status is newer than another: of the same opening, and of a higher order. */
const isNewer = (one: Status, other: Status) =>
  one.opening === other.opening && one.order > other.order;

type Phase = "starting" | "closed" | "opening" | "open";

export class Journal {
  phase: Phase = $state("starting");
  status: Status | null = $state.raw(null);
  recent: Recent[] = $state.raw([]);
  /** There is a sample to open. */
  sample = $state(false);
  settings: Settings = $state.raw({
    actor: "",
    theme: "system",
    utc: true,
    views: [],
    columns: {},
  });
  /** Why the last try to open a journal failed. */
  problem: ApiError | null = $state.raw(null);
  /** Counts the journals that were opened: views of the last one are thrown away. */
  opened = $state(0);
  /** Counts what this window recorded: answers about single events and records are stale after. */
  revision = $state(0);
  flushing = $state(false);
  looking = $state(false);
  readonly #toasts: Toasts;
  /** Called before another journal takes the place of the one on screen. */
  readonly #onother: () => void;
  /** Something recorded here has not been reported as in the bucket yet. */
  #awaitsBucket = false;
  /** The newest that the core has emitted of any journal. */
  #newest: Status | null = null;

  constructor(toasts: Toasts, onother: () => void) {
    this.#toasts = toasts;
    this.#onother = onother;
  }

  /** Why the bucket cannot be looked at; what is on screen is from before. */
  get lost(): ApiError | null {
    return this.status?.lost ?? null;
  }

  async start(): Promise<void> {
    try {
      const first = await ipc.start();
      this.recent = first.recent;
      this.sample = first.sample;
      this.settings = first.settings;
      this.problem = first.problem;
      if (first.journal === null) this.phase = "closed";
      else this.#show(first.journal);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Listens to the core: `heard` resolves once all that it emits is heard. */
  listen(): { heard: Promise<unknown>; stop: () => void } {
    const stops = [
      ipc.on("opened", (status) => this.#change(status)),
      ipc.on("opening_failed", ({ opening, problem }) => {
        if (opening > (this.status?.opening ?? 0)) this.#failed(problem);
      }),
      ipc.on("status", (status) => this.update(status)),
    ];
    return {
      heard: Promise.all(stops),
      stop: () => stops.forEach((stop) => void stop.then((unlisten) => unlisten())),
    };
  }

  /** Resolves to whether another journal is open now. */
  async open(command: () => Promise<Status | null>): Promise<boolean> {
    const before = this.phase;
    this.phase = "opening";
    this.problem = null;
    try {
      const status = await command();
      if (status === null) {
        this.phase = before;
        return false;
      }
      this.#change(status);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** Shows another journal, unless a later one is on screen already. */
  #change(status: Status): void {
    if (status.opening <= (this.status?.opening ?? 0)) return;
    this.#onother();
    this.#show(status);
  }

  #show(status: Status): void {
    // What was emitted of it before its opening was answered may be newer.
    const heard = this.#newest;
    const newest = heard !== null && isNewer(heard, status) ? heard : status;
    this.#sayUnsaved(newest);
    this.status = newest;
    this.problem = null;
    this.phase = "open";
    this.opened += 1;
    this.#awaitsBucket = false;
    void this.#learnRecent();
  }

  /** Takes in what the core says of the journal; what is late or about another one is dropped. */
  update(status: Status): void {
    if (this.#newest === null || isNewer(status, this.#newest)) this.#newest = status;
    if (this.status === null || !isNewer(status, this.status)) return;
    if (this.lost !== null && status.lost === null) this.#toasts.say("The bucket is back", "good");
    this.#sayUnsaved(status);
    this.status = status;
    if (!this.#awaitsBucket || status.pending.events !== 0) return;
    this.#awaitsBucket = false;
    this.#toasts.say("In the bucket", "good");
  }

  /** Says once that the settings cannot be saved. */
  #sayUnsaved({ unsaved }: Status): void {
    if (unsaved === null || this.status?.unsaved != null) return;
    const { message } = unsaved;
    this.#toasts.say(`Settings and recent journals will not be remembered: ${message}`, "bad");
  }

  /** Called after this window recorded events, with why they cannot be shown now. */
  async recorded({ not_shown }: Recorded, undo?: ToastAct): Promise<void> {
    this.revision += 1;
    this.#awaitsBucket = true;
    if (not_shown === null) this.#toasts.say("Saved on this device", "good", undo);
    else {
      const why = `Recorded and saved on this device, but the journal cannot be shown now: ${not_shown.message}`;
      this.#toasts.say(why, "bad");
    }
    await this.lookAgain();
  }

  /** Looks at the bucket again. What is on screen stays; a button says that there is more. */
  async lookAgain(): Promise<void> {
    if (this.status === null || this.looking) return;
    this.looking = true;
    try {
      this.update(await ipc.status());
    } catch (error) {
      this.#toasts.problem(error);
    } finally {
      this.looking = false;
    }
  }

  async flush(): Promise<void> {
    this.flushing = true;
    this.#awaitsBucket = true;
    try {
      this.update(await ipc.flush());
    } catch (error) {
      this.#toasts.problem(error);
      await this.lookAgain();
    } finally {
      this.flushing = false;
    }
  }

  async change(settings: Partial<Settings>): Promise<boolean> {
    try {
      this.settings = await ipc.saveSettings({ ...this.settings, ...settings });
      return true;
    } catch (error) {
      this.#toasts.problem(error);
      return false;
    }
  }

  #failed(error: unknown): void {
    const problem = ipc.asProblem(error);
    this.phase = this.status === null ? "closed" : "open";
    // A later opening took its place, and says for itself how it went.
    if (problem.kind === "cancelled") return;
    this.problem = problem;
    if (this.status !== null) this.#toasts.problem(error);
  }

  /** The core adds a journal to the recent ones as it opens it. */
  async #learnRecent(): Promise<void> {
    try {
      this.recent = (await ipc.start()).recent;
    } catch {
      // The list stays as it was; opening did work.
    }
  }
}

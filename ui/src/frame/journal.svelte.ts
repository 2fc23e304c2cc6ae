/** The open journal as the window knows it, and everything that opens or changes it. */
import * as ipc from "../ipc";
import type { Problem, Recent, Settings, Status } from "../ipc";
import type { ToastAct, Toasts } from "../common/toasts.svelte";

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
  problem: Problem | null = $state.raw(null);
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
  /** Counts what the core told of the journal unasked. */
  #told = 0;

  constructor(toasts: Toasts, onother: () => void) {
    this.#toasts = toasts;
    this.#onother = onother;
  }

  /** Why the bucket cannot be looked at; what is on screen is from before. */
  get lost(): Problem | null {
    return this.status?.lost ?? null;
  }

  async start(): Promise<void> {
    const told = this.#told;
    try {
      const first = await ipc.start();
      this.recent = first.recent;
      this.sample = first.sample;
      this.settings = first.settings;
      this.problem = first.problem;
      if (first.journal === null) this.phase = "closed";
      else this.#show(first.journal);
      // What was told meanwhile may be newer than the answer.
      if (told !== this.#told) await this.lookAgain();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Listens to the core: `heard` resolves once all that it tells is heard. */
  listen(): { heard: Promise<unknown>; stop: () => void } {
    const stops = [
      ipc.hear("opened", (status) => this.#change(status)),
      ipc.hear("opening_failed", (problem) => this.#failed(problem)),
      ipc.hear("status", (status) => {
        this.#told += 1;
        this.update(status);
      }),
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

  #change(status: Status): void {
    this.#onother();
    this.#show(status);
  }

  #show(status: Status): void {
    this.status = status;
    this.problem = null;
    this.phase = "open";
    this.opened += 1;
    this.#awaitsBucket = false;
    void this.#learnRecent();
  }

  update(status: Status): void {
    if (this.lost !== null && status.lost === null) this.#toasts.say("The bucket is back", "good");
    this.status = status;
    if (!this.#awaitsBucket || status.pending.events > 0) return;
    this.#awaitsBucket = false;
    this.#toasts.say("In the bucket", "good");
  }

  /** Called after this window recorded an event. */
  async recorded(undo?: ToastAct): Promise<void> {
    this.revision += 1;
    this.#awaitsBucket = true;
    this.#toasts.say("Saved on this device", "good", undo);
    await this.lookAgain();
  }

  /** Looks at the bucket again. What is on screen stays; a button says that there is more. */
  async lookAgain(): Promise<void> {
    if (this.status === null || this.looking) return;
    this.looking = true;
    try {
      this.update(await this.#latest(ipc.status));
    } catch (error) {
      this.#toasts.problem(error);
    } finally {
      this.looking = false;
    }
  }

  /** What the core told while it answered may be newer than the answer: it is asked again then. */
  async #latest(ask: () => Promise<Status>): Promise<Status> {
    let told = this.#told;
    let status = await ask();
    while (told !== this.#told) {
      told = this.#told;
      status = await ipc.status();
    }
    return status;
  }

  async flush(): Promise<void> {
    this.flushing = true;
    this.#awaitsBucket = true;
    try {
      this.update(await this.#latest(ipc.flush));
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
    this.problem = ipc.asProblem(error);
    this.phase = this.status === null ? "closed" : "open";
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

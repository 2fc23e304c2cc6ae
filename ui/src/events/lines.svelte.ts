/**
 * A window onto the list of events: the pages near what is looked at. It grows at both ends, and
 * can be moved anywhere at once; what was there stays until the answer has come.
 */
import { tick } from "svelte";
import * as ipc from "../ipc";

/** Lines of one page. */
const LIMIT = 200;

/** So many pages are kept at most: the others are one question away. */
const MOST = 10;

interface Question {
  filters: ipc.Filters;
  group: boolean;
}

export class Lines {
  #pages: ipc.EventsPage[] = $state.raw([]);
  /** The latest answer, for what it says of all events; null until the first has come. */
  page: ipc.EventsPage | null = $state.raw(null);
  /** Whether the lines are of an earlier question, kept on screen until the answer comes. */
  stale = $state(true);
  loading = $state(false);
  /** Counts how often the lines were replaced by others. */
  replaced = $state(0);
  /** Whether the last change was at the newer end. */
  atFront = $state(false);
  problem: ipc.ApiError | null = $state.raw(null);
  /** Events that came since the lines were asked for. */
  fresh = $state(0);
  readonly lines: ipc.EventItem[] = $derived(this.#pages.flatMap((page) => page.items));
  #question: Question | null = null;
  #asked = 0;
  #counted = 0;
  /** Where to go once the answer that is on its way has come. */
  #wanted: number | null = null;

  restart(filters: ipc.Filters, group: boolean): void {
    this.#question = { filters, group };
    this.stale = true;
    this.fresh = 0;
    this.#counted += 1;
    this.#wanted = null;
    void this.#replace({ kind: "newest" });
  }

  /** Asks nothing more: a question that was stopped is not asked again. */
  forget(): void {
    this.#question = null;
    this.#asked += 1;
  }

  /** Asks again what failed. */
  again(): void {
    void this.#replace({ kind: "rank", rank: this.#pages[0]?.rank ?? 0 });
  }

  older(): void {
    const cursor = this.#pages.at(-1)?.next ?? null;
    if (cursor !== null) void this.#grow({ kind: "after", cursor });
  }

  newer(): void {
    const cursor = this.#pages[0]?.previous ?? null;
    if (cursor !== null) void this.#grow({ kind: "before", cursor });
  }

  /** Shows the lines from a rank on. Asked faster than it is answered, the last rank counts. */
  jump(rank: number): void {
    if (this.loading) this.#wanted = rank;
    else void this.#replace({ kind: "rank", rank });
  }

  /** How many events are newer than those of a line. */
  rankOf(index: number): number {
    let rank = this.#pages[0]?.rank ?? 0;
    for (const line of this.lines.slice(0, index)) rank += line.group?.events ?? 1;
    return rank;
  }

  /** Counts what has come, and leaves the lines as they are. */
  async look(): Promise<void> {
    const question = this.#question;
    if (question === null || this.stale) return;
    const counted = (this.#counted += 1);
    try {
      const now = await ipc.count(question.filters);
      if (counted === this.#counted) this.fresh = Math.max(0, now - (this.#pages[0]?.total ?? now));
    } catch {
      // It is counted again when the next event comes.
    }
  }

  async #replace(from: ipc.PageFrom): Promise<void> {
    const page = await this.#ask(from);
    if (page === null) return;
    this.#pages = [page];
    this.replaced += 1;
    await this.#goOn();
  }

  async #grow(from: ipc.PageFrom): Promise<void> {
    if (this.loading || this.stale || this.problem !== null) return;
    const page = await this.#ask(from);
    if (page === null) return;
    const front = from.kind === "before";
    this.atFront = front;
    this.#pages = front ? [page, ...this.#pages] : [...this.#pages, page];
    if (this.#pages.length > MOST) {
      // A list keeps its place while it changes at one end only.
      await tick();
      this.atFront = !front;
      this.#pages = front ? this.#pages.slice(0, MOST) : this.#pages.slice(-MOST);
    }
    await this.#goOn();
  }

  async #goOn(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted !== null) await this.#replace({ kind: "rank", rank: wanted });
  }

  /** Null where another question was asked meanwhile, or there is no answer. */
  async #ask(from: ipc.PageFrom): Promise<ipc.EventsPage | null> {
    const question = this.#question;
    if (question === null) return null;
    const asked = (this.#asked += 1);
    this.loading = true;
    this.problem = null;
    try {
      const page = await ipc.events(question.filters, from, LIMIT, question.group);
      if (asked !== this.#asked) return null;
      this.page = page;
      this.stale = false;
      this.loading = false;
      return page;
    } catch (error) {
      if (asked !== this.#asked) return null;
      const problem = ipc.asProblem(error);
      // Two questions can come to the core in another order than they were asked in.
      if (problem.kind === "cancelled") return this.#ask(from);
      this.problem = problem;
      this.loading = false;
      return null;
    }
  }
}

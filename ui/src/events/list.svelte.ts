/**
 * The list of events, of which only the pages near what is on screen are loaded. It grows at both
 * ends, and can jump to any rank; what was there stays until the answer has come.
 */
import { tick } from "svelte";
import * as ipc from "../ipc";
import { effectiveFilters } from "../query/filters";
import type { Query } from "../query/query";

/** Items of one page. */
const LIMIT = 200;

/** So many pages stay loaded at most. */
const MAX_PAGES = 10;

/** The first request of the list of events that a query shows. */
export const newestEvents = (query: Query): ipc.NewestEvents => ({
  filters: effectiveFilters(query),
  limit: LIMIT,
  group: query.group,
});

export class EventList {
  #pages: ipc.EventsPage[] = $state.raw([]);
  /** The latest page, for what it says of all events; null until the first has come. */
  page: ipc.EventsPage | null = $state.raw(null);
  /** Whether the items are of an earlier request, kept on screen until the answer comes. */
  stale = $state(true);
  loading = $state(false);
  /** Counts how often all items were replaced by others. */
  generation = $state(0);
  /** Number of the first item: each keeps its own while items come and go at the ends. */
  first = $state(0);
  /** Whether the last change was at the newer end. */
  atFront = $state(false);
  problem: ipc.ApiError | null = $state.raw(null);
  /** Events that arrived since the items were loaded. */
  arrived = $state(0);
  readonly items: ipc.EventItem[] = $derived(this.#pages.flatMap((page) => page.items));
  #request: ipc.NewestEvents | null = null;
  /** Numbers of the latest request of a page and of a count: earlier answers are dropped. */
  #latest = 0;
  #latestCount = 0;
  /** The rank to jump to once the page under way has come. */
  #pendingRank: number | null = null;

  /**
   * Resolves to whether this is still what is requested, once its first page has come or failed. A
   * page that has come already is shown at once.
   */
  async restart(request: ipc.NewestEvents, page: ipc.EventsPage | null = null): Promise<boolean> {
    this.#request = request;
    this.stale = true;
    this.arrived = 0;
    this.#latestCount += 1;
    this.#pendingRank = null;
    if (page === null) await this.#replace({ kind: "newest" });
    else {
      this.#answered(page);
      this.#begin(page);
    }
    return this.#request === request;
  }

  /** Requests nothing more, and drops what is still to be answered. */
  stop(): void {
    this.#request = null;
    this.#latest += 1;
  }

  /** Requests again what failed. */
  retry(): void {
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

  /** Shows the items from a rank on. Of jumps made before a page has come, the last one counts. */
  jump(rank: number): void {
    if (this.loading) this.#pendingRank = rank;
    else void this.#replace({ kind: "rank", rank });
  }

  /** How many events are newer than those of an item. */
  rankOf(index: number): number {
    let rank = this.#pages[0]?.rank ?? 0;
    for (const item of this.items.slice(0, index)) rank += item.group?.events ?? 1;
    return rank;
  }

  /** Counts the events that have arrived, and leaves the items as they are. */
  async countArrived(): Promise<void> {
    const request = this.#request;
    if (request === null || this.stale) return;
    const number = (this.#latestCount += 1);
    try {
      const now = await ipc.count(request.filters);
      if (number !== this.#latestCount) return;
      this.arrived = Math.max(0, now - (this.#pages[0]?.total ?? now));
    } catch {
      // They are counted again when the next event comes.
    }
  }

  async #replace(from: ipc.PageFrom): Promise<void> {
    if (await this.#load(from, (page) => this.#begin(page))) await this.#jumpToPending();
  }

  #begin(page: ipc.EventsPage): void {
    this.#pages = [page];
    this.first = 0;
    this.generation += 1;
  }

  async #grow(from: ipc.PageFrom): Promise<void> {
    if (this.loading || this.stale || this.problem !== null) return;
    const front = from.kind === "before";
    const isLoaded = await this.#load(from, (page) => {
      this.atFront = front;
      if (front) this.first -= page.items.length;
      this.#pages = front ? [page, ...this.#pages] : [...this.#pages, page];
    });
    if (!isLoaded) return;
    if (this.#pages.length > MAX_PAGES) {
      // A list keeps its place while it changes at one end only.
      await tick();
      this.atFront = !front;
      if (!front) this.first += this.#pages[0]?.items.length ?? 0;
      this.#pages = front ? this.#pages.slice(0, MAX_PAGES) : this.#pages.slice(-MAX_PAGES);
    }
    await this.#jumpToPending();
  }

  async #jumpToPending(): Promise<void> {
    const rank = this.#pendingRank;
    this.#pendingRank = null;
    if (rank !== null) await this.#replace({ kind: "rank", rank });
  }

  /**
   * Shows a page in the turn in which it comes, so that there is none of an answer without its items.
   * Resolves to false where another page was requested meanwhile, or there is no answer.
   */
  async #load(from: ipc.PageFrom, show: (page: ipc.EventsPage) => void): Promise<boolean> {
    const request = this.#request;
    if (request === null) return false;
    const number = (this.#latest += 1);
    this.loading = true;
    this.problem = null;
    try {
      for (;;) {
        const page = await ipc.events(request.filters, from, request.limit, request.group);
        if (number !== this.#latest) return false;
        this.#answered(page);
        if (page.scanning === null) {
          show(page);
          return true;
        }
        // What was found so far is shown where the list begins anew, and not in the midst of another;
        // the core takes its time for each answer.
        if (from.kind !== "after" && from.kind !== "before") this.#begin(page);
        this.loading = true;
      }
    } catch (error) {
      if (number !== this.#latest) return false;
      const problem = ipc.asApiError(error);
      // Two requests can come to the core in another order than they were made in.
      if (problem.kind === "cancelled") return this.#load(from, show);
      this.problem = problem;
      this.loading = false;
      return false;
    }
  }

  #answered(page: ipc.EventsPage): void {
    this.page = page;
    this.stale = false;
    this.loading = false;
  }
}

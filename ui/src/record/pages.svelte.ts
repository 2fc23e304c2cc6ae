/**
 * A record's timeline, loaded page by page around what is on screen. There is one slot for each
 * event, so every event has its index before it is loaded; far from what is on screen the slots
 * are emptied again.
 */
import * as ipc from "../ipc";
import type { Coverage, ApiError, RecordId, TimelineFrom, TimelinePage } from "../ipc";
import { indexByAddress, type Slot } from "./timeline";

export interface TimelineRequest {
  id: RecordId;
  at: string | null;
  only: string | null;
}

const PAGE = 200;
/** Slots beyond the screen that are loaded ahead. */
const NEAR = 60;
/** Slots on either side of the screen that stay loaded. */
const KEEP = 600;

export class TimelinePages {
  items: Slot[] = $state.raw([]);
  coverage: Coverage | null = $state.raw(null);
  /** Whether the slots are of an earlier request, kept on screen until the answer comes. */
  stale = $state(true);
  loading = $state(false);
  problem: ApiError | null = $state.raw(null);
  /** Counts the pages that did not fit, because the timeline has changed since. */
  outdated = $state(0);
  /** The index of each loaded event. */
  readonly indexes = $derived(indexByAddress(this.items));
  #request: TimelineRequest | null = null;
  /** What began to load before it was started. */
  #prepared: { of: string; loaded: Promise<void> } | null = null;
  /** Number of the latest request: what an earlier one answers is dropped. */
  #latest = 0;
  #first = 0;
  #last = 0;

  /** Begins to load a timeline before there is anybody to start it, as of a revision of the journal. */
  prepare(request: TimelineRequest, around: string | null, revision = 0): void {
    this.#prepared = { of: keyOf(request, around, revision), loaded: this.#load(request, around) };
  }

  /** Loads another timeline: from the newest event on, or around one. */
  start(request: TimelineRequest, around: string | null, revision = 0): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = null;
    const isPrepared = prepared?.of === keyOf(request, around, revision);
    return isPrepared ? prepared.loaded : this.#load(request, around);
  }

  async #load(request: TimelineRequest, around: string | null): Promise<void> {
    this.#request = request;
    this.#latest += 1;
    this.stale = true;
    this.problem = null;
    this.#first = this.#last = 0;
    const page = await this.fetch(around);
    if (page !== null) this.replace(page);
  }

  retry(): void {
    this.problem = null;
    if (this.stale && this.#request !== null) void this.start(this.#request, null);
    else void this.#fill();
  }

  /** Slots `first` to `last` are on screen: what is missing there and near it is loaded. */
  setVisible(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    if (!this.stale && !this.loading && this.problem === null) void this.#fill();
  }

  /** The slot of an event, loading the page around it where need be; null if it is elsewhere. */
  async find(address: string): Promise<number | null> {
    const known = this.indexes.get(address);
    if (known !== undefined) return known;
    const number = this.#latest;
    const page = await this.#page({ kind: "event", address });
    const index = page.items.findIndex((item) => item.event.address === address);
    if (index < 0) return null;
    if (number === this.#latest) this.#put(page);
    return page.skip + index;
  }

  /**
   * The page around an event as the timeline is now, or the newest page if the event is not in
   * it; null if none came or another one was requested meanwhile.
   */
  async fetch(around: string | null): Promise<TimelinePage | null> {
    const number = (this.#latest += 1);
    this.loading = true;
    try {
      const page = await this.#around(around);
      return number === this.#latest ? page : null;
    } catch (error) {
      if (number === this.#latest) this.problem = ipc.asApiError(error);
      return null;
    } finally {
      if (number === this.#latest) this.loading = false;
    }
  }

  /** Puts a page in place of all that is loaded. */
  replace(page: TimelinePage): void {
    this.items = filled(new Array<Slot>(page.total).fill(undefined), page);
    this.coverage = page.coverage;
    this.stale = false;
    this.problem = null;
  }

  /** The core answers with the newest events where this one is not among them. */
  #around(address: string | null): Promise<TimelinePage> {
    return this.#page(address === null ? { kind: "skip", skip: 0 } : { kind: "event", address });
  }

  #page(from: TimelineFrom): Promise<TimelinePage> {
    const { id, at, only } = this.#request!;
    return ipc.timeline(id, at, only, from, PAGE);
  }

  /** Loads what is missing on screen and near it, one page after the other. */
  async #fill(): Promise<void> {
    const number = this.#latest;
    this.loading = true;
    try {
      for (let missing = this.#missing(); missing !== null; missing = this.#missing()) {
        const skip = Math.floor(missing / PAGE) * PAGE;
        const page = await this.#page({ kind: "skip", skip });
        if (number !== this.#latest || !this.#put(page)) return;
      }
    } catch (error) {
      if (number === this.#latest) this.problem = ipc.asApiError(error);
    } finally {
      if (number === this.#latest) this.loading = false;
    }
  }

  /** What is on screen comes first, then what is below, then what is above. */
  #missing(): number | null {
    const [first, last] = [this.#first, this.#last];
    return this.#gap(first, last) ?? this.#gap(last, last + NEAR) ?? this.#gap(first - NEAR, first);
  }

  #gap(from: number, to: number): number | null {
    const end = Math.min(to, this.items.length - 1);
    for (let index = Math.max(0, from); index <= end; index += 1) {
      if (this.items[index] === undefined) return index;
    }
    return null;
  }

  /** False if the page is of a timeline that has changed since. */
  #put(page: TimelinePage): boolean {
    if (page.total !== this.items.length || page.items.length === 0) {
      this.outdated += 1;
      return false;
    }
    const [from, to] = [this.#first - KEEP, this.#last + KEEP];
    const kept = this.items.map((item, at) => (at >= from && at <= to ? item : undefined));
    this.items = filled(kept, page);
    this.coverage = page.coverage;
    return true;
  }
}

const keyOf = (request: TimelineRequest, around: string | null, revision: number) =>
  JSON.stringify([request, around, revision]);

function filled(items: Slot[], page: TimelinePage): Slot[] {
  page.items.forEach((item, index) => (items[page.skip + index] = item));
  return items;
}

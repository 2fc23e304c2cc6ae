/**
 * A record's timeline, loaded page by page around what is looked at. There is one slot for each
 * event, so every event has its place before it is loaded; far from what is on screen the slots
 * are emptied again.
 */
import * as ipc from "../ipc";
import type { Coverage, ApiError, RecordId, TimelineFrom, TimelinePage } from "../ipc";
import { placesOf, type Slot } from "./timeline";

export interface Question {
  id: RecordId;
  at: string | null;
  only: string | null;
}

const PAGE = 200;
/** Slots beyond the screen that are loaded before one comes there. */
const NEAR = 60;
/** Slots on either side of the screen that stay loaded. */
const KEEP = 600;

export class TimelinePages {
  items: Slot[] = $state.raw([]);
  coverage: Coverage | null = $state.raw(null);
  /** Whether the slots are of an earlier question, kept on screen until the answer comes. */
  stale = $state(true);
  loading = $state(false);
  problem: ApiError | null = $state.raw(null);
  /** Counts the pages that did not fit, because the timeline has changed since. */
  outdated = $state(0);
  /** Where each loaded event stands. */
  readonly places = $derived(placesOf(this.items));
  #question: Question | null = null;
  #asked = 0;
  #first = 0;
  #last = 0;

  /** Asks anew: from the newest event on, or around one. */
  async start(question: Question, around: string | null): Promise<void> {
    this.#question = question;
    this.#asked += 1;
    this.stale = true;
    this.problem = null;
    this.#first = this.#last = 0;
    const page = await this.fresh(around);
    if (page !== null) this.replace(page);
  }

  again(): void {
    this.problem = null;
    if (this.stale && this.#question !== null) void this.start(this.#question, null);
    else void this.#fill();
  }

  /** Slots `first` to `last` are on screen. */
  look(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    if (!this.stale && !this.loading && this.problem === null) void this.#fill();
  }

  /** The slot of an event, loading the page around it where need be; null if it is elsewhere. */
  async find(address: string): Promise<number | null> {
    const known = this.places.get(address);
    if (known !== undefined) return known;
    const asked = this.#asked;
    const page = await this.#page({ kind: "event", address });
    const index = page.items.findIndex((item) => item.event.address === address);
    if (index < 0) return null;
    if (asked === this.#asked) this.#put(page);
    return page.skip + index;
  }

  /**
   * The page around an event as the timeline is now, or the newest page if the event is not in
   * it; null if none came or another question was asked meanwhile.
   */
  async fresh(around: string | null): Promise<TimelinePage | null> {
    const asked = (this.#asked += 1);
    this.loading = true;
    try {
      const page = await this.#around(around);
      return asked === this.#asked ? page : null;
    } catch (error) {
      if (asked === this.#asked) this.problem = ipc.asProblem(error);
      return null;
    } finally {
      if (asked === this.#asked) this.loading = false;
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
    const { id, at, only } = this.#question!;
    return ipc.timeline(id, at, only, from, PAGE);
  }

  /** Loads what is missing on screen and near it, one page after the other. */
  async #fill(): Promise<void> {
    const asked = this.#asked;
    this.loading = true;
    try {
      for (let missing = this.#missing(); missing !== null; missing = this.#missing()) {
        const skip = Math.floor(missing / PAGE) * PAGE;
        const page = await this.#page({ kind: "skip", skip });
        if (asked !== this.#asked || !this.#put(page)) return;
      }
    } catch (error) {
      if (asked === this.#asked) this.problem = ipc.asProblem(error);
    } finally {
      if (asked === this.#asked) this.loading = false;
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

function filled(items: Slot[], page: TimelinePage): Slot[] {
  page.items.forEach((item, index) => (items[page.skip + index] = item));
  return items;
}

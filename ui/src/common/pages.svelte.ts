/** The rows of a list that the core answers page by page. */
import {
  asApiError,
  type Coverage,
  type FoldProgress,
  type PageRequest,
  type ApiError,
} from "../ipc";

export interface Page {
  next: string | null;
  total: number;
  coverage: Coverage;
  /** Not null while the page has what is found so far: then the list is its first page. */
  folding: FoldProgress | null;
}

type Load<P> = (request: PageRequest) => Promise<P>;

const LIMIT = 200;

export class Pages<P extends Page, Row> {
  rows: Row[] = $state.raw([]);
  /** The latest page; null until the first has come. */
  page: P | null = $state.raw(null);
  /** Whether `rows` are of an earlier request, kept on screen until the answer comes. */
  stale = $state(true);
  loading = $state(false);
  /** Counts the first pages: with each the list begins anew. */
  generation = $state(0);
  problem: ApiError | null = $state.raw(null);
  readonly #rowsOf: (page: P) => Row[];
  #load: Load<P> | null = null;
  /** Number of the latest request: what an earlier one answers is dropped. */
  #latest = 0;

  constructor(rowsOf: (page: P) => Row[]) {
    this.#rowsOf = rowsOf;
  }

  restart(load: Load<P>): void {
    this.#load = load;
    this.stale = true;
    void this.#request(null);
  }

  /** Asks for the first page again, and shows it in place of what is found so far. */
  renew(): void {
    if (!this.loading) void this.#request(null, true);
  }

  retry(): void {
    void this.#request(this.stale ? null : (this.page?.next ?? null));
  }

  more(): void {
    const next = this.page?.folding === null ? this.page.next : null;
    if (!this.loading && !this.stale && this.problem === null && next !== null)
      void this.#request(next);
  }

  async #request(after: string | null, inPlace = false): Promise<void> {
    const load = this.#load;
    if (load === null) return;
    const number = (this.#latest += 1);
    this.loading = true;
    this.problem = null;
    try {
      const page = await load({ after, limit: LIMIT });
      if (number === this.#latest) this.#add(page, after, inPlace);
    } catch (error) {
      if (number === this.#latest) this.#fail(error);
    }
  }

  #add(page: P, after: string | null, inPlace: boolean): void {
    const rows = this.#rowsOf(page);
    if (after === null && !inPlace) this.generation += 1;
    this.rows = after === null ? rows : [...this.rows, ...rows];
    this.page = page;
    this.stale = false;
    this.loading = false;
  }

  #fail(error: unknown): void {
    this.problem = asApiError(error);
    this.loading = false;
  }
}

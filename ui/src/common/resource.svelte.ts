/** A value loaded from the core, kept on screen until the next one replaces it. */
import { asApiError, type ApiError } from "../ipc";

export class Resource<T> {
  value: T | null = $state.raw(null);
  problem: ApiError | null = $state.raw(null);
  loading = $state(false);
  /** Number of the latest request: what an earlier one answers is dropped. */
  #latest = 0;

  /**
   * Requests a new value. `onPart` takes what is known before the answer is whole; `isLatest` is
   * false once something else was requested.
   */
  async load(
    request: (onPart: (part: T) => void, isLatest: () => boolean) => Promise<T>,
  ): Promise<void> {
    const number = (this.#latest += 1);
    this.loading = true;
    this.problem = null;
    try {
      const value = await request(
        (part) => {
          if (number === this.#latest) this.value = part;
        },
        () => number === this.#latest,
      );
      if (number === this.#latest) this.value = value;
    } catch (error) {
      if (number !== this.#latest) return;
      const problem = asApiError(error);
      // Two requests can come to the core in another order than they were made in.
      if (problem.kind === "cancelled") return this.load(request);
      this.problem = problem;
    }
    if (number === this.#latest) this.loading = false;
  }

  /** Drops the value, and whatever is still to be answered. */
  reset(): void {
    this.#latest += 1;
    this.value = null;
    this.problem = null;
    this.loading = false;
  }
}

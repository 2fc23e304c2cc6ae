/** One answer of the core, kept on screen until the next one replaces it. */
import { asProblem, type ApiError } from "../ipc";

export class Answer<T> {
  value: T | null = $state.raw(null);
  problem: ApiError | null = $state.raw(null);
  loading = $state(false);
  #asked = 0;

  /** `tell` takes what is known before the answer is whole. */
  async ask(question: (tell: (part: T) => void) => Promise<T>): Promise<void> {
    const asked = (this.#asked += 1);
    this.loading = true;
    this.problem = null;
    try {
      const value = await question((part) => {
        if (asked === this.#asked) this.value = part;
      });
      if (asked === this.#asked) this.value = value;
    } catch (error) {
      if (asked !== this.#asked) return;
      const problem = asProblem(error);
      // Two questions can come to the core in another order than they were asked in.
      if (problem.kind === "cancelled") return this.ask(question);
      this.problem = problem;
    }
    if (asked === this.#asked) this.loading = false;
  }

  forget(): void {
    this.#asked += 1;
    this.value = null;
    this.problem = null;
    this.loading = false;
  }
}

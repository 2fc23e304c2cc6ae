/** Filters that are typed: the core says what a text means, and what is wrong with it. */
import * as ipc from "../ipc";
import type { ApiError, Filters } from "../ipc";
import { each } from "../query/filters";
import { whole } from "../query/windowQuery";
import { words } from "../words";

export class TypedFilters {
  /** What is in the field. */
  text = $state("");
  /** The filters that the text is; null if it is none, or empty. */
  filters: Filters | null = $state.raw(null);
  problem: ApiError | null = $state.raw(null);

  constructor(private readonly zone: () => string) {}

  set(text: string): Promise<Filters | null> {
    this.text = text;
    return this.read();
  }

  /** Asks what the text means, and returns it; null for a text that has changed meanwhile. */
  async read(): Promise<Filters | null> {
    const text = this.text;
    const answer = await this.#read(text);
    if (text !== this.text) return null;
    this.filters = answer.filters;
    this.problem = answer.problem;
    return answer.filters;
  }

  async #read(text: string): Promise<{ filters: Filters | null; problem: ApiError | null }> {
    if (text.trim() === "") return { filters: null, problem: null };
    try {
      const filters = whole(await ipc.readFilters(text, this.zone()));
      if (each(filters).length > 0 || filters.hide_no_ops) return { filters, problem: null };
      const message = words.filters.typed.nothing;
      return { filters: null, problem: { kind: "invalid", message } };
    } catch (error) {
      return { filters: null, problem: ipc.asApiError(error) };
    }
  }
}

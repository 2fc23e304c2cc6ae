/** A span of time that is typed: the core says which one a text means. */
import * as ipc from "../ipc";
import type { ApiError, TimeSpan } from "../ipc";

export class TypedSpan {
  /** What is in the field. */
  text = $state("");
  /** The span that the text means; null if it is none, or empty. */
  span: TimeSpan | null = $state.raw(null);
  problem: ApiError | null = $state.raw(null);

  constructor(private readonly zone: () => string) {}

  clear(): void {
    this.text = "";
    this.span = null;
    this.problem = null;
  }

  /** Asks what the text means, and returns it; null for a text that has changed meanwhile. */
  async read(): Promise<TimeSpan | null> {
    const text = this.text;
    const answer = await readSpan(text, this.zone());
    if (text !== this.text) return null;
    this.span = answer.span;
    this.problem = answer.problem;
    return answer.span;
  }
}

async function readSpan(text: string, zone: string) {
  if (text.trim() === "") return { span: null, problem: null };
  try {
    return { span: await ipc.readSpan(text, zone), problem: null };
  } catch (error) {
    return { span: null, problem: ipc.asApiError(error) };
  }
}

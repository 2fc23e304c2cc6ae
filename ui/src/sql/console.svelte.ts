/** What is asked in SQL, and what came of it: kept while other views are on screen. */
import * as ipc from "../ipc";
import type { ApiError, SqlQuestion, SqlReply } from "../ipc";
import { SqlAnswer } from "./answer.svelte";

export type Wrong = Extract<SqlReply, { kind: "wrong" }>;

export type SqlState =
  | { is: "new" }
  /** Since a time of the clock of the page, in milliseconds. */
  | { is: "running"; since: number }
  | { is: "stopped" }
  | { is: "wrong"; wrong: Wrong; text: string }
  | { is: "failed"; problem: ApiError }
  | { is: "answered"; answer: SqlAnswer };

/** What was answered so quickly is counted by itself: it is asked again for that. */
const QUICK_MS = 2000;

export class SqlConsole {
  /** The text in the editor. */
  text = $state("");
  /** Name of the file that the text was opened from or saved as; null if there is none. */
  file: string | null = $state(null);
  /** How answers are shown. */
  shows: "table" | "chart" = $state("table");
  now: SqlState = $state.raw({ is: "new" });
  /** Number of the latest question: what an earlier one answers is dropped. */
  #latest = 0;

  get running(): boolean {
    return this.now.is === "running";
  }

  get answer(): SqlAnswer | null {
    return this.now.is === "answered" ? this.now.answer : null;
  }

  async run(question: SqlQuestion): Promise<void> {
    const number = (this.#latest += 1);
    const since = performance.now();
    this.now = { is: "running", since };
    const next = await reply(question, since);
    if (number !== this.#latest) return;
    this.now = next;
    if (next.is !== "answered") return;
    const { answer } = next;
    if (!answer.isWhole && answer.took < QUICK_MS) void answer.count();
  }

  /** Gives up the question that is under way. */
  async cancel(): Promise<void> {
    if (!this.running) return;
    this.#latest += 1;
    this.now = { is: "stopped" };
    try {
      await ipc.cancelSql();
    } catch {
      // Its answer is dropped in any case.
    }
  }

  /** For another journal: the text stays, and what was asked of the last one is dropped. */
  reset(): void {
    void this.cancel();
    this.#latest += 1;
    this.now = { is: "new" };
  }
}

/** What comes of a question. */
async function reply(question: SqlQuestion, since: number): Promise<SqlState> {
  try {
    const said = await ipc.askSql(question);
    if (said.kind === "wrong") return { is: "wrong", wrong: said, text: question.text };
    const took = performance.now() - since;
    return { is: "answered", answer: new SqlAnswer(question, said, took) };
  } catch (error) {
    const problem = ipc.asApiError(error);
    return problem.kind === "cancelled" ? { is: "stopped" } : { is: "failed", problem };
  }
}

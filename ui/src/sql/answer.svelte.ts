/** The answer to a question in SQL: its columns, and its rows as far as they are loaded. */
import * as ipc from "../ipc";
import type { ApiError, SqlQuestion, SqlReply } from "../ipc";

export interface SqlRow {
  /** Position in the answer, from 0. */
  position: number;
  /** One for each column; null for NULL. */
  cells: readonly (string | null)[];
}

type Answered = Extract<SqlReply, { kind: "answer" }>;

export class SqlAnswer {
  readonly question: SqlQuestion;
  readonly columns: readonly ipc.SqlColumn[];
  readonly coverage: ipc.Coverage;
  readonly askedAt: string;
  /** Milliseconds until its first page was here. */
  readonly took: number;
  rows: SqlRow[] = $state.raw([]);
  /** Whether all rows are loaded. */
  isWhole = $state(false);
  /** Number of all rows; null until they are counted. */
  total: number | null = $state(null);
  loading = $state(false);
  /** Why the next page is not here. */
  problem: ApiError | null = $state.raw(null);
  counting = $state(false);

  constructor(question: SqlQuestion, answered: Answered, took: number) {
    this.question = question;
    this.columns = answered.columns;
    this.coverage = answered.coverage;
    this.askedAt = answered.asked_at;
    this.took = took;
    this.#add(answered);
  }

  /** Loads the next page, unless one is under way or nothing comes after. */
  async more(): Promise<void> {
    if (this.isWhole || this.loading) return;
    this.loading = true;
    this.problem = null;
    try {
      this.#add(await ipc.moreSqlRows());
    } catch (error) {
      this.problem = ipc.asApiError(error);
    } finally {
      this.loading = false;
    }
  }

  /** Counts all rows. The question is asked again for it, and no further rows come meanwhile. */
  async count(): Promise<void> {
    this.counting = true;
    try {
      this.total ??= await ipc.countSqlRows();
    } catch {
      // That they are not counted is said below the rows, and can be tried again there.
    } finally {
      this.counting = false;
    }
  }

  #add({ rows, is_whole }: ipc.SqlRows): void {
    const start = this.rows.length;
    const added = rows.map((cells, index) => ({ position: start + index, cells }));
    this.rows = [...this.rows, ...added];
    this.isWhole = is_whole;
    if (is_whole) this.total = this.rows.length;
  }
}

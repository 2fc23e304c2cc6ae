/** The columns of one list on screen, while they are being changed and as they are remembered. */
import type { Journal } from "../frame/journal.svelte";
import type { ColumnLayout } from "../ipc";
import { hiddenOf, isChosen, layoutOf, styleOf, type ColumnSet } from "./columns";

export class ListColumns {
  readonly set: ColumnSet;
  /** What is being tried out, until it is let go. */
  #tried: ColumnLayout[] | null = $state.raw(null);
  readonly #journal: Journal;

  constructor(set: ColumnSet, journal: Journal) {
    this.set = set;
    this.#journal = journal;
  }

  get layout(): ColumnLayout[] {
    return this.#tried ?? layoutOf(this.set, this.#journal.settings);
  }

  get chosen(): boolean {
    return this.#tried !== null || isChosen(this.set, this.#journal.settings);
  }

  get classes(): string[] {
    return this.chosen ? ["chosen", ...hiddenOf(this.set, this.layout)] : [];
  }

  get style(): string | undefined {
    return this.chosen ? styleOf(this.set, this.layout) : undefined;
  }

  try(layout: ColumnLayout[]): void {
    this.#tried = layout;
  }

  /** Remembers what was tried out. */
  async take(): Promise<void> {
    const tried = this.#tried;
    if (tried === null) return;
    await this.keep(tried);
    this.drop();
  }

  drop(): void {
    this.#tried = null;
  }

  async keep(layout: ColumnLayout[]): Promise<void> {
    const { columns } = this.#journal.settings;
    await this.#journal.change({ columns: { ...columns, [this.set.list]: layout } });
  }

  /** The list as it was before anything was chosen. */
  async reset(): Promise<void> {
    const { list } = this.set;
    const others = Object.entries(this.#journal.settings.columns).filter(([of]) => of !== list);
    await this.#journal.change({ columns: Object.fromEntries(others) });
  }
}

/** The columns of one list on screen: as they are saved, or while they are being changed. */
import type { Journal } from "../frame/journal.svelte";
import type { ColumnLayout } from "../ipc";
import { hiddenOf, isCustomized, layoutOf, styleOf, type ColumnSet } from "./columns";

export class ListColumns {
  readonly set: ColumnSet;
  /** The layout while it is dragged; null while it is not. */
  #preview: ColumnLayout[] | null = $state.raw(null);
  readonly #journal: Journal;

  constructor(set: ColumnSet, journal: Journal) {
    this.set = set;
    this.#journal = journal;
  }

  get layout(): ColumnLayout[] {
    return this.#preview ?? layoutOf(this.set, this.#journal.settings);
  }

  get customized(): boolean {
    return this.#preview !== null || isCustomized(this.set, this.#journal.settings);
  }

  get classes(): string[] {
    const hidden = hiddenOf(this.set, this.layout);
    return this.customized ? ["customized", ...hidden] : hidden;
  }

  get style(): string | undefined {
    return this.customized ? styleOf(this.set, this.layout) : undefined;
  }

  /** Shows a layout without saving it. */
  preview(layout: ColumnLayout[]): void {
    this.#preview = layout;
  }

  /** Saves the layout that is previewed. */
  async commit(): Promise<void> {
    const layout = this.#preview;
    if (layout === null) return;
    await this.save(layout);
    this.cancel();
  }

  /** Goes back to the saved layout. */
  cancel(): void {
    this.#preview = null;
  }

  async save(layout: ColumnLayout[]): Promise<void> {
    await this.#journal.saveSettings({ columns: { [this.set.list]: layout } });
  }

  /** Forgets the saved layout. */
  async reset(): Promise<void> {
    await this.save([]);
  }
}

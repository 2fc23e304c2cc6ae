/** The columns of one list on screen: as they are saved, or while they are being changed. */
import type { Journal } from "../frame/journal.svelte";
import type { ColumnLayout } from "../ipc";
import { hiddenOf, isCustomized, layoutOf, styleOf, type Column, type ColumnSet } from "./columns";

/** The columns of a list, which can be moved, resized and hidden. */
export interface CustomColumns {
  readonly set: ColumnSet;
  readonly layout: ColumnLayout[];
  /** The columns in the order in which they stand in the document, which may not be that on screen. */
  readonly rendered: readonly Column[];
  readonly customized: boolean;
  /** For the grid that has them. */
  readonly classes: string[];
  readonly style: string | undefined;
  /** Shows a layout without saving it. */
  preview(layout: ColumnLayout[]): void;
  /** Saves the layout that is previewed. */
  commit(): Promise<void>;
  /** Goes back to the saved layout. */
  cancel(): void;
  save(layout: ColumnLayout[]): Promise<void>;
  /** Forgets the saved layout. */
  reset(): Promise<void>;
}

/** Those of a list of the journal, saved with the settings. */
export class ListColumns implements CustomColumns {
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

  get rendered(): readonly Column[] {
    return this.set.columns;
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

  preview(layout: ColumnLayout[]): void {
    this.#preview = layout;
  }

  async commit(): Promise<void> {
    const layout = this.#preview;
    if (layout === null) return;
    await this.save(layout);
    this.cancel();
  }

  cancel(): void {
    this.#preview = null;
  }

  async save(layout: ColumnLayout[]): Promise<void> {
    await this.#journal.saveSettings({ columns: { [this.set.list]: layout } });
  }

  async reset(): Promise<void> {
    await this.save([]);
  }
}

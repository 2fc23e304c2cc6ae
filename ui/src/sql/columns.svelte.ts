/** The columns of an answer on screen: as wide as what is in them, until somebody changes that. */
import type { Column } from "../common/columns";
import type { CustomColumns } from "../common/columns.svelte";
import type { ColumnLayout, SqlColumn } from "../ipc";
import type { SqlAnswer, SqlRow } from "./answer.svelte";

/** In CSS pixels: of one character, of what stands beside the name, and of a column. */
const CHARACTER = 7.4;
const BESIDE_NAME = 24;
const NARROWEST = 72;
const WIDEST = 320;
/** Of an instant with seconds. */
const INSTANT = 156;
/** So many rows say how wide a column is. */
const LOOKED_AT = 100;

function widthOf({ name, kind }: SqlColumn, at: number, rows: readonly SqlRow[]): number {
  const longest = Math.max(4, ...rows.map(({ cells }) => cells[at]?.length ?? 0));
  const ofCells = kind === "time" ? INSTANT : longest * CHARACTER;
  // The head of a column of instants names their zone.
  const zoned = kind === "time" ? " (Berlin)" : "";
  const ofName = `${name}${zoned}`.length * CHARACTER + BESIDE_NAME;
  return Math.round(Math.max(NARROWEST, Math.min(WIDEST, Math.max(ofCells, ofName))));
}

/** Each column is called by its index: two may have one name. */
export class AnswerColumns implements CustomColumns {
  readonly set: { list: string; columns: Column[] };
  readonly #first: ColumnLayout[];
  #layout: ColumnLayout[];
  #preview: ColumnLayout[] | null = $state.raw(null);

  constructor({ columns, rows }: SqlAnswer) {
    const looked = rows.slice(0, LOOKED_AT);
    const all = columns.map((column, at) => ({
      name: String(at),
      label: column.name,
      width: widthOf(column, at, looked),
      ...(column.kind === "time" && { zoned: true as const }),
      ...(column.kind === "number" && { numeric: true as const }),
    }));
    this.set = { list: "sql", columns: all };
    this.#first = all.map(({ name, width }) => ({ column: name, width, shown: true }));
    this.#layout = $state.raw(this.#first);
  }

  get layout(): ColumnLayout[] {
    return this.#preview ?? this.#layout;
  }

  get rendered(): Column[] {
    const shown = this.layout.filter((one) => one.shown);
    return shown.flatMap(({ column }) => this.set.columns[Number(column)] ?? []);
  }

  get customized(): boolean {
    return this.layout !== this.#first;
  }

  readonly classes = ["customized"];

  /** The last column takes the room that the others leave. */
  get style(): string {
    const widths = this.layout.filter((one) => one.shown).map(({ width }) => `${width}px`);
    const last = widths.pop() ?? "0px";
    return `--template: ${[...widths, `minmax(${last}, 1fr)`].join(" ")}`;
  }

  preview(layout: ColumnLayout[]): void {
    this.#preview = layout;
  }

  async commit(): Promise<void> {
    if (this.#preview !== null) this.#layout = this.#preview;
    this.cancel();
  }

  cancel(): void {
    this.#preview = null;
  }

  async save(layout: ColumnLayout[]): Promise<void> {
    this.#layout = layout;
  }

  async reset(): Promise<void> {
    this.#layout = this.#first;
  }
}

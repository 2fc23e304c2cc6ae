/** The columns of an answer on screen: as wide as what is in them, until somebody changes that. */
import type { Column } from "../common/columns";
import type { CustomColumns } from "../common/columns.svelte";
import type { ColumnLayout, SqlColumn } from "../ipc";
import { spoken } from "../value/segments";
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

/** How wide a column would be for all that is in it. */
function wantedWidth({ name, kind }: SqlColumn, at: number, rows: readonly SqlRow[]): number {
  const longest = Math.max(4, ...rows.map(({ cells }) => cells[at]?.length ?? 0));
  const ofCells = kind === "time" ? INSTANT : longest * CHARACTER;
  // The head of a column of instants names their zone.
  const zoned = kind === "time" ? " (Berlin)" : "";
  const ofName = `${name}${zoned}`.length * CHARACTER + BESIDE_NAME;
  return Math.round(Math.max(NARROWEST, ofCells, ofName));
}

/** Each column is called by its index: two may have one name. */
export class AnswerColumns implements CustomColumns {
  readonly set: { list: string; columns: Column[] };
  readonly #first: ColumnLayout[];
  /** The column that has more in it than it is wide; null if none has. */
  readonly #widest: string | null;
  #layout: ColumnLayout[];
  #preview: ColumnLayout[] | null = $state.raw(null);

  constructor({ columns, rows }: SqlAnswer) {
    const looked = rows.slice(0, LOOKED_AT);
    const wanted = columns.map((column, at) => wantedWidth(column, at, looked));
    const widest = Math.max(...wanted);
    this.#widest = widest > WIDEST ? String(wanted.indexOf(widest)) : null;
    const all = columns.map((column, at) => ({
      name: String(at),
      label: spoken(column.name),
      width: Math.min(WIDEST, wanted[at] ?? WIDEST),
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

  readonly classes = ["customized", "sideways"];

  /** One column takes the room that the others leave: the widest, or the last once somebody set widths. */
  get style(): string {
    const shown = this.layout.filter((one) => one.shown);
    const filling = this.customized ? null : this.#widest;
    const tracks = shown.map(({ column, width }, index) => {
      const fills = filling === null ? index === shown.length - 1 : column === filling;
      return fills ? `minmax(${width}px, 1fr)` : `${width}px`;
    });
    const sum = shown.reduce((all, { width }) => all + width, 0);
    const rowWidth = `calc(${sum}px + ${tracks.length - 1} * var(--space-5) + 2 * var(--space-6))`;
    return `--template: ${tracks.join(" ")}; --row-width: ${rowWidth}`;
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

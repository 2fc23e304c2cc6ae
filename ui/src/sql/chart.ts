/** What a chart of two columns draws: its points, its scale, and which labels have room. */
import { clockTime, day, isDate, nanosOf } from "../common/time";
import type { SqlColumn } from "../ipc";
import { spoken } from "../value/segments";
import { words } from "../words";
import type { SqlRow } from "./answer.svelte";

/** So many points are drawn. */
export const MOST_POINTS = 300;

export interface Point {
  /** Position of its row in the answer. */
  position: number;
  label: string;
  value: number;
  /** The value as the answer has it, to its last digit. */
  text: string;
  /** Where it is along the axis, from 0 to 1, for instants; null for what stands in equal steps. */
  at: number | null;
}

export interface Points {
  points: Point[];
  /** Rows that have no number. */
  omitted: number;
  /** Rows that could be drawn, of which only the first are. */
  total: number;
  /** The instants are the beginnings of days of UTC, as date_trunc makes them, and named by these. */
  utcDays: boolean;
}

export function numericColumns(columns: readonly SqlColumn[]): number[] {
  return columns.flatMap(({ kind }, at) => (kind === "number" ? [at] : []));
}

/** The columns that are drawn until somebody chooses: the first that are no numbers, and that are. */
export function defaultColumns(columns: readonly SqlColumn[]): { along: number; values: number } {
  const other = columns.findIndex(({ kind }) => kind !== "number");
  const along = Math.max(0, other);
  return { along, values: numericColumns(columns).find((at) => at !== along) ?? along };
}

interface ChartColumns {
  along: number;
  values: number;
  /** The zone of instants. */
  zone: string;
}

/** Instants are drawn in their order, everything else as the rows come. */
export function pointsOf(
  columns: readonly SqlColumn[],
  rows: readonly SqlRow[],
  { along, values, zone }: ChartColumns,
): Points {
  const isTime = columns[along]?.kind === "time";
  const all = rows.filter(({ cells }) => {
    const isNumber = Number.isFinite(numberIn(cells[values] ?? null));
    return isNumber && (!isTime || isInstant(cells[along] ?? null));
  });
  const first = all.slice(0, MOST_POINTS);
  const hasInstants = first.some(({ cells }) => !isDate(cells[along] ?? ""));
  const utcDays = isTime && areDays(first, along, "UTC");
  const name = isTime ? instantNames(first, along, utcDays ? "UTC" : zone) : plainName;
  const points = first.map(({ position, cells }) => {
    const [label, text] = [cells[along] ?? null, cells[values] ?? ""];
    return { position, label: name(label), value: Number(text), text, at: null };
  });
  const drawn = isTime ? inTime(points, first, along) : points;
  const omitted = rows.length - all.length;
  return {
    points: drawn,
    omitted,
    total: all.length,
    utcDays: utcDays && hasInstants && zone !== "UTC",
  };
}

function numberIn(text: string | null): number {
  return text === null || text.trim() === "" ? NaN : Number(text);
}

const isInstant = (text: string | null) => text !== null && !Number.isNaN(Date.parse(text));

function plainName(label: string | null): string {
  if (label === null) return words.sql.chart.nothing;
  return label === "" ? words.sql.chart.empty : spoken(label);
}

const minutesOf = (instant: string, zone: string) => clockTime(instant, zone).slice(0, 5);

/** Whether all instants are the beginnings of days. */
function areDays(rows: readonly SqlRow[], along: number, zone: string): boolean {
  return rows.every(({ cells }) => clockTime(cells[along] ?? "", zone, true) === "00:00:00");
}

/** Days where the instants are their beginnings, otherwise with hours and minutes. */
function instantNames(rows: readonly SqlRow[], along: number, zone: string) {
  const days = areDays(rows, along, zone);
  return (instant: string | null) => {
    const at = instant ?? "";
    return days ? day(at, zone) : `${day(at, zone)} ${minutesOf(at, zone)}`;
  };
}

function inTime(points: Point[], rows: readonly SqlRow[], along: number): Point[] {
  const nanos = rows.map(({ cells }) => nanosOf(cells[along] ?? ""));
  const start = nanos.reduce((a, b) => (a < b ? a : b), nanos[0] ?? 0n);
  const end = nanos.reduce((a, b) => (a > b ? a : b), nanos[0] ?? 0n);
  const span = Number(end - start);
  return points
    .map((point, index) => {
      const since = Number((nanos[index] ?? start) - start);
      return { ...point, at: span === 0 ? 0.5 : since / span };
    })
    .sort((one, other) => one.at - other.at);
}

export interface Scale {
  min: number;
  max: number;
  /** Round numbers from `min` to `max`. */
  ticks: number[];
}

/** About so many ticks are on an axis. */
const TICKS = 5;

/** From the least to the greatest value, with 0 in it, between round numbers. */
export function scaleOf(values: readonly number[]): Scale {
  const [least, greatest] = [Math.min(0, ...values), Math.max(0, ...values)];
  const step = roundStep((greatest - least) / TICKS);
  const [first, last] = [Math.floor(least / step), Math.max(1, Math.ceil(greatest / step))];
  const end = greatest === 0 && least < 0 ? 0 : last;
  const ticks = Array.from({ length: end - first + 1 }, (_, index) =>
    tidied((first + index) * step),
  );
  return { min: tidied(first * step), max: tidied(end * step), ticks };
}

/** The least of 1, 2, 5, 10, 20, 50… that is not less. */
function roundStep(least: number): number {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Without what floating point leaves behind the digits that count. */
const tidied = (value: number) => Number(value.toPrecision(12));

/** Where a value is on a scale, from 0 to 1. */
export function portion(value: number, { min, max }: Scale): number {
  return (value - min) / (max - min);
}

/** Every how manieth label has room, where each takes `size` and all have `room`. */
export function labelStep(count: number, size: number, room: number): number {
  return Math.max(1, Math.ceil((count * size) / Math.max(1, room)));
}

/** A label of at most so many characters. */
export function shortened(label: string, most: number): string {
  const characters = [...label];
  return characters.length <= most ? label : `${characters.slice(0, most - 1).join("")}…`;
}

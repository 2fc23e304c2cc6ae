/** What the dialog of an import knows of a mapping: parts that people choose, and the rest as it was. */
import type { CellSource, ImportColumn, ImportFile, ImportKind, Mapping } from "../ipc";

/** How the cells of a column are read. */
export const FORMS = ["text", "number", "date"] as const;
export type Form = (typeof FORMS)[number];

/** A text for all rows, or a column. Null where nothing is said. */
export type Source = { is: "text"; text: string } | { is: "column"; column: string } | null;

/** A column of a snapshot. */
export interface ColumnDraft {
  column: string;
  /** What its first rows have in it. */
  sample: string;
  included: boolean;
  field: string;
  form: Form;
  /** An example of a number, or the format of a date. */
  format: string;
}

export interface Draft {
  kind: ImportKind;
  type: Source;
  id: Source;
  actor: Source;
  columns: ColumnDraft[];
  at: { column: string; format: string; zone: string };
  field: Source;
  old: Source;
  new: Source;
  /** What the dialog does not show, such as the encoding. */
  rest: Partial<Mapping>;
  /** Fields of a snapshot with one text for all rows, and columns that are a field a second time. */
  otherFields: Mapping["fields"];
}

/** Headers that are likely to be the id of a record. */
const IDS = /^(id|no|nr|number|key|.*[ _]id)$/i;

/** The name of a field for a header. */
export function fieldName(header: string): string {
  return header.trim().toLowerCase().replaceAll(/\s+/g, "_");
}

const columnOf = (column: string | undefined): Source =>
  column === undefined ? null : { is: "column", column };

/** A first mapping of a table. `zone` is the one on screen. */
export function firstDraft({ headers, rows }: ImportFile, zone: string): Draft {
  const named = headers.filter((header) => header !== "");
  const id = named.find((header) => IDS.test(header)) ?? named[0];
  const sample = (column: string) =>
    rows.map((row) => row[headers.indexOf(column)] ?? "").find((cell) => cell !== "") ?? "";
  const columns = named.map((column) => ({
    column,
    sample: sample(column),
    included: column !== id,
    field: fieldName(column),
    form: "text" as const,
    format: "",
  }));
  return {
    kind: "snapshot",
    type: { is: "text", text: "" },
    id: columnOf(id),
    actor: null,
    columns,
    at: { column: "", format: "", zone },
    field: null,
    old: null,
    new: null,
    rest: {},
    otherFields: {},
  };
}

/** The draft that a mapping is, for a table. */
export function draftOf(mapping: Mapping, file: ImportFile, zone: string): Draft {
  const { kind, type, id, actor, at, fields, ...rest } = mapping;
  const first = firstDraft(file, zone);
  const source = (one: CellSource | undefined): Source => {
    if (one === undefined) return null;
    return typeof one === "string"
      ? { is: "text", text: one }
      : { is: "column", column: one.column };
  };
  const draft: Draft = {
    ...first,
    kind,
    type: source(type),
    id: source(id),
    actor: source(actor),
    rest,
  };
  if (kind === "changes") {
    // Numbers and dates of these stay as they are, as long as the column does.
    return {
      ...draft,
      at: { column: at?.column ?? "", format: at?.format ?? "", zone: at?.zone ?? "UTC" },
      field: source(fields.field),
      old: source(fields.old),
      new: source(fields.new),
      otherFields: fields,
    };
  }
  const byColumn = new Map<string, [string, ImportColumn]>();
  const otherFields: Mapping["fields"] = {};
  for (const [field, one] of Object.entries(fields)) {
    if (one === undefined) continue;
    if (typeof one === "string" || byColumn.has(one.column) || one.zone !== undefined)
      otherFields[field] = one;
    else byColumn.set(one.column, [field, one]);
  }
  const columns = first.columns.map((column): ColumnDraft => {
    const found = byColumn.get(column.column);
    if (found === undefined) return { ...column, included: false };
    const [field, { number, date }] = found;
    const form: Form = date !== undefined ? "date" : number !== undefined ? "number" : "text";
    const format = date ?? (typeof number === "string" ? number : "");
    return { ...column, included: true, field, form, format };
  });
  // A column that the table lacks stays, so that the core can say so.
  for (const [column, [field, one]] of byColumn)
    if (!file.headers.includes(column)) otherFields[field] = one;
  return { ...draft, columns, otherFields };
}

function cellSource(source: Source): CellSource | undefined {
  if (source === null) return undefined;
  return source.is === "text" ? source.text : { column: source.column };
}

function columnSource({ column, form, format }: ColumnDraft): ImportColumn {
  if (form === "number") return { column, number: format.trim() === "" ? true : format.trim() };
  return form === "date" ? { column, date: format.trim() } : { column };
}

/** What is missing before the table can be compared; null if nothing is. */
export type Missing = "type" | "id" | "actor" | "fields" | "format" | "at" | "change" | null;

/** `me` is who records; empty if nobody is named. */
export function missing(draft: Draft, me: string): Missing {
  const isSaid = (source: Source) =>
    source !== null && (source.is === "column" || source.text.trim() !== "");
  if (!isSaid(draft.type)) return "type";
  if (!isSaid(draft.id)) return "id";
  if (draft.actor === null ? me === "" : !isSaid(draft.actor)) return "actor";
  if (draft.kind === "snapshot") {
    const included = draft.columns.filter((column) => column.included);
    if (included.length + Object.keys(draft.otherFields).length === 0) return "fields";
    if (included.some((column) => column.field.trim() === "")) return "fields";
    return included.some((column) => column.form === "date" && column.format.trim() === "")
      ? "format"
      : null;
  }
  if (draft.at.column === "") return "at";
  return isSaid(draft.field) && isSaid(draft.new) ? null : "change";
}

/** The field that two columns are; null if none is. */
export function doubledField({ columns, otherFields, kind }: Draft): string | null {
  if (kind === "changes") return null;
  const names = columns.filter((column) => column.included).map((column) => column.field.trim());
  const all = [...names, ...Object.keys(otherFields)];
  return all.find((name, at) => all.indexOf(name) !== at) ?? null;
}

/** The mapping that a draft is. */
export function mappingOf(draft: Draft): Mapping {
  const { kind, rest, at } = draft;
  const { action, ...always } = rest;
  const shared = {
    ...always,
    kind,
    type: cellSource(draft.type) ?? "",
    id: cellSource(draft.id) ?? "",
    actor: cellSource(draft.actor),
  };
  if (kind === "snapshot") {
    const included = draft.columns.filter((column) => column.included);
    const fields = Object.fromEntries(
      included.map((column) => [column.field.trim(), columnSource(column)]),
    );
    return { ...shared, fields: { ...draft.otherFields, ...fields } };
  }
  const same = (name: "field" | "old" | "new") => {
    const before = draft.otherFields[name];
    const source = draft[name];
    const stays =
      typeof before === "object" && source?.is === "column" && before.column === source.column;
    return stays ? before : cellSource(source);
  };
  const old = same("old");
  const fields = {
    field: same("field") ?? "",
    new: same("new") ?? "",
    ...(old === undefined ? {} : { old }),
  };
  const format = at.format.trim();
  const instant = {
    column: at.column,
    ...(format === "" ? {} : { format, zone: at.zone }),
  };
  return { ...shared, ...(action === undefined ? {} : { action }), at: instant, fields };
}

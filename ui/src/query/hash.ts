/**
 * A query in the window's history: what stands behind the `#`. It is written and read by this
 * window alone; people read, save and copy the text form, which the core writes and parses.
 */
import { isZone } from "../common/time";
import type { Filters, Predicate, Reading, Term } from "../ipc";
import {
  COLUMN_TERMS,
  each,
  isSame,
  MARKS,
  withFilter,
  type Filter,
  type TermColumn,
} from "./filters";
import { asPredicate, canonical, dependsOnZone } from "./predicates";
import { LISTS, NO_FILTERS, PANES, START, type ListView, type Query, type Side } from "./query";

export function toHash(query: Query): string {
  const terms = new URLSearchParams();
  const put = putter(terms);
  putFilters(terms, query.filters);
  for (const filter of query.off) {
    const one = new URLSearchParams();
    putFilters(one, withFilter(NO_FILTERS, filter));
    terms.append("off", one.toString());
  }
  put("guessed", query.guessed ? "yes" : null);
  put("groups", query.group ? null : "off");
  put("records", query.of_events ? "of-events" : null);
  for (const term of query.types) terms.append("of", termText(term));
  put("id", query.id_contains);
  put("pane", query.pane === START.pane ? null : query.pane);
  if (query.only !== null) terms.append("only", query.only);
  put("as", query.reading === START.reading ? null : query.reading);
  for (const end of ["from", "to"] as const) {
    const { at, reading } = query.compare[end];
    put(end, at);
    put(`${end}-as`, reading === START.compare[end].reading ? null : reading);
  }
  put("at", query.at);
  put("event", query.selected);
  const text = terms.toString();
  return text === "" ? path(query) : `${path(query)}?${text}`;
}

function putter(terms: URLSearchParams) {
  return (name: string, value: string | null) => {
    if (value !== null && value !== "") terms.append(name, value);
  };
}

function putFilters(terms: URLSearchParams, filters: Filters): void {
  const put = putter(terms);
  for (const [column, name] of COLUMN_TERMS) {
    for (const term of filters[column]) terms.append(name, termText(term));
  }
  put("since", filters.since);
  put("until", filters.until);
  put(filters.loosely ? "like" : "contains", filters.contains);
  put("hide-no-ops", filters.hide_no_ops ? "yes" : null);
  for (const mark of MARKS) {
    const must = filters.marks[mark];
    if (must !== undefined) put(mark, must ? "yes" : "no");
  }
  for (const predicate of filters.predicates) terms.append("where", JSON.stringify(predicate));
  put("zone", filters.predicates.some(dependsOnZone) ? filters.zone : null);
}

/** Never fails: whatever makes no sense is left out. */
export function fromHash(text: string): Query {
  const mark = text.indexOf("?");
  const [path, search] = mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
  const terms = new URLSearchParams(search);
  const on = filters(terms);
  return {
    ...place(path),
    filters: on,
    off: off(terms, on),
    guessed: terms.get("guessed") === "yes",
    group: terms.get("groups") !== "off",
    of_events: terms.get("records") === "of-events",
    types: distinct(terms.getAll("of")),
    id_contains: terms.get("id") ?? "",
    pane: oneOf(PANES, terms.get("pane")) ?? START.pane,
    only: terms.get("only"),
    reading: reading(terms.get("as")) ?? START.reading,
    compare: { from: side(terms, "from"), to: side(terms, "to") },
    at: instant(terms.get("at")),
    selected: terms.get("event"),
  };
}

function side(terms: URLSearchParams, end: "from" | "to"): Side {
  const at = instant(terms.get(end));
  return { at, reading: reading(terms.get(`${end}-as`)) ?? START.compare[end].reading };
}

function reading(text: string | null): Reading | null {
  return oneOf<Reading>(["recorded", "corrected"], text);
}

function path(query: Query): string {
  if (query.record === null) return query.view;
  const { entity_type, entity_id } = query.record;
  return `record/${encodeURIComponent(entity_type)}/${encodeURIComponent(entity_id)}`;
}

function place(path: string): Pick<Query, "view" | "record"> {
  const [view, type, id] = path.split("/");
  if (view === "record" && type !== undefined && id !== undefined) {
    const record = { entity_type: decoded(type), entity_id: decoded(id) };
    return { view: "record", record };
  }
  return { view: oneOf<ListView>(LISTS, view ?? null) ?? "events", record: null };
}

function filters(terms: URLSearchParams): Filters {
  const columns = COLUMN_TERMS.map(([column, name]) => [column, distinct(terms.getAll(name))]);
  return {
    ...(Object.fromEntries(columns) as Record<TermColumn, Term[]>),
    since: instant(terms.get("since")),
    until: instant(terms.get("until")),
    contains: terms.get("contains") ?? terms.get("like"),
    loosely: !terms.has("contains") && terms.has("like"),
    hide_no_ops: terms.get("hide-no-ops") === "yes",
    marks: marks(terms),
    ...predicates(terms),
  };
}

/** Each predicate once; where it occurs again, the last one counts. */
function predicates(terms: URLSearchParams): Pick<Filters, "predicates" | "zone"> {
  const all = terms
    .getAll("where")
    .map(predicate)
    .filter((one) => one !== null);
  const distinct = [...new Map(all.map((one) => [canonical(one), one])).values()];
  const zone = terms.get("zone") ?? "";
  const isKnown = distinct.some(dependsOnZone) && isZone(zone);
  return { predicates: distinct, zone: isKnown ? zone : NO_FILTERS.zone };
}

function predicate(json: string): Predicate | null {
  try {
    return asPredicate(JSON.parse(json));
  } catch {
    return null;
  }
}

/** Each filter that is switched off, unless it is on or was given before. */
function off(terms: URLSearchParams, on: Filters): Filter[] {
  const all = terms.getAll("off").flatMap((one) => each(filters(new URLSearchParams(one))));
  const known = each(on);
  return all.filter(
    (one, index) => ![...known, ...all.slice(0, index)].some((other) => isSame(one, other)),
  );
}

function marks(terms: URLSearchParams): Filters["marks"] {
  const said = MARKS.map((mark) => [mark, terms.get(mark)] as const);
  const known = said.filter(([, must]) => must === "yes" || must === "no");
  return Object.fromEntries(known.map(([mark, must]) => [mark, must === "yes"]));
}

/** `!x` excludes, as on the command line; a value that begins so itself is escaped. */
function termText(term: Term): string {
  if (term.exclude) return `!${term.value}`;
  return /^[!\\]/.test(term.value) ? `\\${term.value}` : term.value;
}

function term(text: string): Term {
  if (text.startsWith("!")) return { value: text.slice(1), exclude: true };
  return { value: text.startsWith("\\") ? text.slice(1) : text, exclude: false };
}

/** Each value once; where it occurs again, the last one counts. */
function distinct(texts: string[]): Term[] {
  return [...new Map(texts.map((text) => [term(text).value, term(text)])).values()];
}

function oneOf<T extends string>(all: readonly T[], text: string | null): T | null {
  return all.find((one) => one === text) ?? null;
}

function instant(text: string | null): string | null {
  return text !== null && !Number.isNaN(Date.parse(text)) ? text : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

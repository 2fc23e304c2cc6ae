/** Everything that can happen to a query. */
import type { Reading, RecordId, Term } from "../ipc";
import { withTerm, withoutTerm, type TermColumn } from "./filters";
import { NO_FILTERS, START, type ListView, type Pane, type Query, type Side } from "./query";

export type Step =
  | { kind: "open"; query: Query }
  | { kind: "list"; view: ListView }
  | { kind: "record"; id: RecordId; selected?: string; only?: string }
  | { kind: "select"; address: string | null }
  | { kind: "filter"; column: TermColumn; term: Term }
  | { kind: "unfilter"; column: TermColumn; value: string }
  | { kind: "contains"; text: string | null }
  | { kind: "span"; since: string | null; until: string | null }
  | { kind: "hide_no_ops"; hide: boolean }
  | { kind: "clear_filters" }
  | { kind: "group"; group: boolean }
  | { kind: "open_group"; actor: string; source: string; since: string; until: string }
  | { kind: "records_of"; types: string[]; idContains: string }
  | { kind: "clock"; at: string | null }
  | { kind: "reading"; reading: Reading }
  | { kind: "pane"; pane: Pane }
  | { kind: "compare"; from?: Side; to?: Side }
  | { kind: "only"; field: string | null };

/** Steps so small that Back should not stop at them. */
const PASSING = ["select", "records_of", "pane"];

export function isPassing(step: Step): boolean {
  return PASSING.includes(step.kind);
}

export function reduce(query: Query, step: Step): Query {
  switch (step.kind) {
    case "open":
      return step.query;
    case "list":
      return { ...query, view: step.view, record: null, only: null, selected: null };
    case "record":
      return openRecord(query, step);
    case "select":
      return { ...query, selected: step.address };
    case "clock":
      return { ...query, at: step.at };
    case "reading":
      return { ...query, reading: step.reading };
    case "pane":
      return { ...query, pane: step.pane };
    case "compare": {
      const { from = query.compare.from, to = query.compare.to } = step;
      return { ...query, pane: "compare", compare: { from, to } };
    }
    case "only":
      return { ...query, only: step.field, pane: "timeline" };
    case "group":
      return { ...query, group: step.group };
    case "open_group":
      return openGroup(query, step);
    case "records_of": {
      const types = step.types.map((value) => ({ value, exclude: false }));
      return { ...query, types, id_contains: step.idContains };
    }
    default:
      return narrow(query, step);
  }
}

type Narrowing = Extract<
  Step,
  { kind: "filter" | "unfilter" | "contains" | "span" | "hide_no_ops" | "clear_filters" }
>;

/** A filter set elsewhere than in a list of events leads to the events. */
function narrow(query: Query, step: Narrowing): Query {
  const view = query.view === "corrections" ? "corrections" : "events";
  return { ...query, view, record: null, only: null, filters: narrowed(query, step) };
}

function narrowed({ filters }: Query, step: Narrowing) {
  switch (step.kind) {
    case "filter":
      return withTerm(filters, step.column, step.term);
    case "unfilter":
      return withoutTerm(filters, step.column, step.value);
    case "contains":
      return { ...filters, contains: step.text };
    case "span":
      return { ...filters, since: step.since, until: step.until };
    case "hide_no_ops":
      return { ...filters, hide_no_ops: step.hide };
    case "clear_filters":
      return NO_FILTERS;
  }
}

/** What was one line becomes a list of its own. */
function openGroup(query: Query, step: Extract<Step, { kind: "open_group" }>): Query {
  const only = (value: string): Term[] => [{ value, exclude: false }];
  const { since, until } = step;
  const filters = {
    ...query.filters,
    actor: only(step.actor),
    source: only(step.source),
    since,
    until,
  };
  return { ...query, filters, group: false, selected: null };
}

function openRecord(query: Query, step: Extract<Step, { kind: "record" }>): Query {
  return {
    ...query,
    view: "record",
    record: { entity_type: step.id.entity_type, entity_id: step.id.entity_id },
    selected: step.selected ?? null,
    only: step.only ?? null,
    pane: START.pane,
    compare: START.compare,
  };
}

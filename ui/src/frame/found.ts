/** What the search box found, as one list in the order it is shown, with what each leads to. */
import type { EventRow, SearchResults, Value, WindowQuery } from "../ipc";
import { counted } from "../common/number";
import { ofWindow } from "../query/query";
import type { Step } from "../query/reduce";

export interface Hit {
  key: string;
  group: string;
  /** Hostile text. */
  text: string;
  aside: string;
  step: Step;
}

export function hits(text: string, found: SearchResults): Hit[] {
  return [...events(found), ...records(found), ...counts(found), ...inValues(text, found)];
}

/** The text itself, where it is a query. */
export function asQuery(text: string, query: WindowQuery): Hit {
  const step = { kind: "open" as const, query: ofWindow(query) };
  return { key: "query", group: "View", text, aside: "Open as a view", step };
}

function events(found: SearchResults): Hit[] {
  return found.events.map((event) => ({
    key: `event ${event.address}`,
    group: "Events",
    text: event.event_id,
    aside: `${event.action} of ${event.entity_id}`,
    step: { kind: "record", id: event, selected: event.address },
  }));
}

function records(found: SearchResults): Hit[] {
  return found.records.map((record) => ({
    key: `record ${record.entity_type} ${record.entity_id}`,
    group: "Records",
    text: record.entity_id,
    aside: [record.name ?? record.entity_type, record.deleted ? "deleted" : ""]
      .filter((part) => part !== "")
      .join(" · "),
    step: { kind: "record", id: record },
  }));
}

function counts(found: SearchResults): Hit[] {
  const columns = [
    ["actor", "Actors", found.actors],
    ["field", "Fields", found.fields],
  ] as const;
  return columns.flatMap(([column, group, values]) =>
    values.map(({ value, count }) => ({
      key: `${column} ${value}`,
      group,
      text: value,
      aside: counted(count, "event"),
      step: { kind: "filter" as const, column, term: { value, exclude: false } },
    })),
  );
}

/** So many events that have the text in a value are shown one by one. */
const MOST_HITS = 6;

function inValue(text: string, event: EventRow, group: string): Hit {
  const values = [event.new_value, event.old_value];
  const holds = (value: Value | null) =>
    value?.text.toLowerCase().includes(text.toLowerCase()) ?? false;
  return {
    key: `value ${event.address}`,
    group,
    text: around(values.find(holds)?.text ?? "", text),
    aside: `${event.field} of ${event.entity_id}`,
    step: { kind: "record", id: event, selected: event.address },
  };
}

/** The text with a little of what is before it. */
function around(value: string, text: string): string {
  const BEFORE = 24;
  const at = value.toLowerCase().indexOf(text.toLowerCase());
  return at > BEFORE ? `…${value.slice(at - BEFORE)}` : value;
}

function inValues(text: string, found: SearchResults): Hit[] {
  if (found.in_values === 0) return [];
  const group = "In old and new values";
  const all: Hit = {
    key: "values",
    group,
    text,
    aside: counted(found.in_values, "event"),
    step: { kind: "contains", text },
  };
  return [all, ...found.hits.slice(0, MOST_HITS).map((event) => inValue(text, event, group))];
}

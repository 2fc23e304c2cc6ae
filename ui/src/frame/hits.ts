/** The hits of the search box, in the order they are shown, with the action that opens each. */
import { lettersAndDigits } from "../common/fold";
import type { EventRow, SearchResults, Value, WindowQuery } from "../ipc";
import { byValue } from "../query/filters";
import { fromWindowQuery } from "../query/windowQuery";
import type { Action } from "../query/reduce";
import { words } from "../words";

export interface Hit {
  key: string;
  /** Title of the section that it is listed in. */
  section: string;
  /** Hostile text, as the next. */
  text: string;
  aside: string;
  /** The event that it is; the aside is then what it did, or its field. */
  event?: EventRow;
  action: Action;
}

const text = words.frame.search;

export function hitsOf(searched: string, results: SearchResults): Hit[] {
  return [
    ...eventHits(results),
    ...recordHits(results),
    ...columnHits(results),
    ...valueHits(searched, results),
  ];
}

/** The text itself, where it is a query. */
export function hitOfQuery(searched: string, query: WindowQuery): Hit {
  const action = { kind: "open" as const, query: fromWindowQuery(query) };
  return { key: "query", section: text.view, text: searched, aside: text.openAsView, action };
}

function eventHits(results: SearchResults): Hit[] {
  return results.events.map((event) => ({
    key: `event/${event.address}`,
    section: text.events,
    text: event.event_id,
    aside: event.action,
    event,
    action: { kind: "record", id: event, selected: event.address },
  }));
}

function recordHits(results: SearchResults): Hit[] {
  return results.records.map((record) => ({
    key: `record/${record.entity_type}/${record.entity_id}`,
    section: text.records,
    text: record.entity_id,
    aside: [record.name ?? record.entity_type, record.deleted ? text.deleted : ""]
      .filter((part) => part !== "")
      .join(" · "),
    action: { kind: "record", id: record },
  }));
}

/** The actors and fields that the text is a name of. */
function columnHits(results: SearchResults): Hit[] {
  const columns = [
    ["actor", text.actors, results.actors],
    ["field", text.fields, results.fields],
  ] as const;
  return columns.flatMap(([column, section, values]) =>
    values.map(({ value, count }) => ({
      key: `${column}/${value}`,
      section,
      text: value,
      aside: words.common.events(count),
      action: { kind: "filter" as const, filter: byValue(column, value) },
    })),
  );
}

/** The most events with the text in a value that are shown one by one. */
const MAX_VALUE_HITS = 6;

function valueHits(searched: string, results: SearchResults): Hit[] {
  if (results.in_values === 0) return [];
  const all: Hit = {
    key: "values",
    section: text.values,
    text: searched,
    aside: words.common.events(results.in_values),
    action: {
      kind: "filter",
      filter: { kind: "contains", text: searched, loosely: results.loosely },
    },
  };
  const newest = results.hits.slice(0, MAX_VALUE_HITS);
  return [all, ...newest.map((event) => valueHit(searched, event, results.loosely))];
}

/** A text in any case; loosely also without accents, signs and leading zeros, as the core has it. */
function folded(value: string, loosely: boolean): string {
  if (!loosely) return value.toLowerCase();
  return lettersAndDigits(value).replaceAll(/(?<!\p{N})0+(?=\p{N})/gu, "");
}

function valueHit(searched: string, event: EventRow, loosely: boolean): Hit {
  const values = [event.new_value, event.old_value];
  const holds = (value: Value | null) =>
    value !== null && folded(value.text, loosely).includes(folded(searched, loosely));
  // A value that is cut may hold it where it is cut.
  const value = values.find(holds) ?? event.new_value ?? event.old_value;
  return {
    key: `value/${event.address}`,
    section: text.values,
    text: excerpt(value?.text ?? "", searched),
    aside: event.field,
    event,
    action: { kind: "record", id: event, selected: event.address },
  };
}

/** The text with a little of what is before it. */
function excerpt(value: string, searched: string): string {
  const BEFORE = 24;
  const at = value.toLowerCase().indexOf(searched.toLowerCase());
  return at > BEFORE ? `…${value.slice(at - BEFORE)}` : value;
}

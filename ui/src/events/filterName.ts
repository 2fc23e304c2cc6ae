import { moment } from "../common/time";
import { piecesOf } from "../filters/pieces";
import type { Filter } from "../query/filters";
import { spoken } from "../value/segments";
import { words } from "../words";

/** A filter in words: `actor is not Sarah`. */
export function filterName(filter: Filter, zone: string): string {
  const text = words.events.filters;
  switch (filter.kind) {
    case "term": {
      const label = words.common.column[filter.column];
      const { value, exclude } = filter.term;
      return text.named(exclude ? text.isNot(label) : label, spoken(value));
    }
    case "mark":
      return text.marked(words.value.mark[filter.mark], filter.must);
    case "contains":
      return text.named(filter.loosely ? text.like : text.contains, spoken(filter.text));
    case "span": {
      const from = filter.since === null ? [] : [text.named(text.from, moment(filter.since, zone))];
      const until =
        filter.until === null ? [] : [text.named(text.before, moment(filter.until, zone))];
      return [...from, ...until].join(" ");
    }
    case "recorded":
    case "predicate":
      return piecesOf(filter, zone)
        .map(({ kind, text }) => (kind === "value" ? spoken(text) : text))
        .join(" ");
  }
}

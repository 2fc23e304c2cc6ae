/** A record's timeline as the lines of a list: newest first, under their days. */
import type { EventRow, TimelineItem } from "../ipc";
import { groupBy } from "../common/group";
import { day } from "../common/time";
import { members } from "../value/members";

export type Line =
  | { kind: "day"; key: string; at: string; count: number }
  | { kind: "item"; key: string; item: TimelineItem };

export function lines(timeline: TimelineItem[], only: string | null, utc: boolean): Line[] {
  const items = only === null ? timeline : about(timeline, only);
  const days = groupBy([...items].reverse(), (item) => day(item.event.timestamp, utc));
  return days.flatMap(([date, items]): Line[] => [
    { kind: "day", key: `day ${date}`, at: items[0]?.event.timestamp ?? date, count: items.length },
    ...items.map((item): Line => ({ kind: "item", key: item.event.address, item })),
  ]);
}

/** The events that changed a field, and what was said about them. */
function about(timeline: TimelineItem[], field: string): TimelineItem[] {
  const found = new Set<string>();
  for (const { event, target } of timeline) {
    if (touches(event, field) || (target !== null && found.has(target))) found.add(event.address);
  }
  return timeline.filter((item) => found.has(item.event.address));
}

function touches(event: EventRow, field: string): boolean {
  if (event.field === field) return true;
  if (event.field !== "*" || event.new_value === null) return false;
  // A value that was cut is no JSON any more; it may hold the field.
  return event.new_value.cut || (members(event.new_value.text)?.has(field) ?? false);
}

/** The value of one member, where a whole record's event is shown for that field alone. */
export function memberOf(event: EventRow, only: string | null): string | null | undefined {
  if (only === null || event.field !== "*" || event.new_value === null) return undefined;
  return members(event.new_value.text)?.get(only);
}

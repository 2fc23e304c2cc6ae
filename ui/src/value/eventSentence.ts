/** An event as a sentence, the same to read and to hear. */
import { piecesOf } from "../common/phrase";
import { clockTime, offset, plainDay } from "../common/time";
import type { EventRow, RecordId, Value } from "../ipc";
import { words } from "../words";
import { spoken } from "./segments";

/** The sentence, with the gaps that `EventSentence` fills. */
export function sentenceOf(event: EventRow): string {
  const text = words.value.sentence;
  const { action, source } = event;
  const known = (Object.hasOwn(text.did, action) && text.did[action]) || text.didOther;
  const did = event.no_op ? text.didAgain : known;
  const through =
    (Object.hasOwn(text.through, source) && text.through[source]) || text.throughOther;
  return text.whole(event.field === "*" ? did.record : did.field, through);
}

/** `on 3 March 2024 at 14:05 UTC`. Text that is no instant stays as it is. */
export function dateOf({ timestamp }: EventRow, zone: string): string {
  if (Number.isNaN(Date.parse(timestamp))) return timestamp;
  const time = clockTime(timestamp, zone).slice(0, 5);
  return words.value.sentence.date(plainDay(timestamp, zone), time, offset(timestamp, zone));
}

/**
 * The sentence as it is read aloud: null, empty and blanks are told apart, and marks are named.
 * `name` is that of the record, if it is known.
 */
export function spokenSentence(event: EventRow, zone: string, name: string | null = null): string {
  const gaps: Record<string, string> = {
    actor: spoken(event.actor),
    action: spoken(event.action),
    field: spoken(event.field),
    type: spoken(event.entity_type),
    id: spokenRecord(event, name),
    before: spokenValue(event.old_value),
    after: spokenValue(event.new_value),
    date: dateOf(event, zone),
    source: spoken(event.source),
  };
  const sentence = piecesOf(sentenceOf(event))
    .map(({ kind, text }) => (kind === "gap" ? gaps[text] : text))
    .join("");
  const marks = event.marks.map((mark) => words.value.mark[mark]);
  return words.value.sentence.withMarks(sentence, marks, event.place === null);
}

/** A record as it is read aloud: its id, with its name if that is known. */
export function spokenRecord({ entity_id }: RecordId, name: string | null): string {
  const id = spoken(entity_id);
  return name === null ? id : words.value.named(id, spokenStart(name, name.length));
}

/** How many characters of a value or a name are read aloud. */
const LIMIT = 80;

function spokenValue(value: Value | null): string {
  return value === null ? spoken(null) : spokenStart(value.text, value.length);
}

/** The beginning of a text of so many characters. */
function spokenStart(text: string, length: number): string {
  const short = text.slice(0, LIMIT);
  return short.length < length ? `${spoken(short)}…` : spoken(short);
}

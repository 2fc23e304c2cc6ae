/** How the difference of two values is best shown, chosen by what the values are. */
import { diffArrays, diffWordsWithSpace } from "diff";
import { words } from "../words";
import { dateDifference } from "./dates";
import { numberDifference } from "./decimal";
import { arrayParts, canonical, isText, objectParts, unquoted } from "./members";

export type Side = "same" | "old" | "new";

export interface Part {
  text: string;
  side: Side;
}

export interface MemberChange {
  name: string;
  old: string | null;
  new: string | null;
  /** Whether the member is there on that side: a missing member is not a null one. */
  inOld: boolean;
  inNew: boolean;
}

export type Diff =
  | { kind: "same" }
  /** One value in place of another, with the difference in words where there is one. */
  | { kind: "replaced"; difference: string | null }
  | { kind: "words"; parts: Part[] }
  | { kind: "members"; changes: MemberChange[]; unchanged: number };

/** Comparing words or elements costs time that grows with the product of the lengths. */
const WORDS_LIMIT = 20_000;
const ELEMENTS_LIMIT = 2000;

/** `nested` is false where members are no longer looked into. */
export function diff(before: string | null, after: string | null, nested = true): Diff {
  if (before === after) return { kind: "same" };
  if (before === null || after === null || before === "" || after === "") {
    return { kind: "replaced", difference: null };
  }
  const difference =
    numberDifference(before, after) ?? dateDifference(before, after) ?? lookalike(before, after);
  if (difference !== null) return { kind: "replaced", difference };
  return (nested ? jsonDiff(before, after) : null) ?? wordDiff(before, after);
}

/** The difference of two texts that look the same on any screen, yet are two values. */
function lookalike(before: string, after: string): string | null {
  if (before.normalize("NFC") !== after.normalize("NFC")) return null;
  return words.value.sameLook;
}

/** A member of either side, as it is written; undefined where it is not there. */
interface Pair {
  name: string;
  old: string | undefined;
  new: string | undefined;
}

function jsonDiff(before: string, after: string): Diff | null {
  const pairs = objectPairs(before, after) ?? arrayPairs(before, after);
  if (pairs === null) return null;
  const changed = pairs.filter((pair) => !isSame(pair));
  if (changed.length === 0) return { kind: "replaced", difference: words.value.sameJson };
  const unchanged = pairs.length - changed.length;
  return { kind: "members", changes: changed.map(memberChange), unchanged };
}

function objectPairs(before: string, after: string): Pair[] | null {
  const [old, now] = [objectParts(before), objectParts(after)];
  if (old === null || now === null) return null;
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.map((name) => ({ name, old: old.get(name), new: now.get(name) }));
}

function arrayPairs(before: string, after: string): Pair[] | null {
  const [old, now] = [arrayParts(before), arrayParts(after)];
  if (old === null || now === null) return null;
  const long = old.length + now.length > ELEMENTS_LIMIT;
  const runs = long ? [] : diffArrays(old.map(canonical), now.map(canonical));
  const pairs: Pair[] = [];
  let [from, to] = [0, 0];
  for (let at = 0; at < runs.length; at += 1) {
    const run = runs[at]!;
    const next = runs[at + 1];
    // What stands in the place of what went is a change of it.
    const added = run.added ? run.count : run.removed && next?.added ? next.count : 0;
    const removed = run.removed ? run.count : 0;
    if (run.removed && next?.added) at += 1;
    const both = !run.added && !run.removed;
    const [goes, comes] = both ? [run.count, run.count] : [removed, added];
    pairs.push(...inStep(old.slice(from, from + goes), now.slice(to, to + comes), from, to));
    from += goes;
    to += comes;
  }
  return long ? inStep(old, now, 0, 0) : pairs;
}

function inStep(old: string[], now: string[], from: number, to: number): Pair[] {
  return Array.from({ length: Math.max(old.length, now.length) }, (_, at) => ({
    name: `[${at < old.length ? from + at : to + at}]`,
    old: old[at],
    new: now[at],
  }));
}

function isSame(pair: Pair): boolean {
  if (pair.old === undefined || pair.new === undefined) return false;
  return pair.old === pair.new || canonical(pair.old) === canonical(pair.new);
}

/** Text stands without its quotes, unless it is the quotes that make the difference. */
function memberChange(pair: Pair): MemberChange {
  const { name, old = "null", new: now = "null" } = pair;
  const mixed = isText(old) !== isText(now) && old !== "null" && now !== "null";
  const shown = (raw: string) => (mixed ? raw : unquoted(raw));
  const [inOld, inNew] = [pair.old !== undefined, pair.new !== undefined];
  return { name, old: shown(old), new: shown(now), inOld, inNew };
}

/** Ids, numbers and addresses of pages are read whole; only words are compared word by word. */
function isProse(text: string): boolean {
  return /\S\s+\S+\s+\S/.test(text);
}

/** Words, unless so little is kept that reading one after the other is easier. */
function wordDiff(before: string, after: string): Diff {
  const replaced: Diff = { kind: "replaced", difference: null };
  if (!isProse(before) || !isProse(after)) return replaced;
  if (before.length + after.length > WORDS_LIMIT) return replaced;
  const parts = diffWordsWithSpace(before, after).map(({ value, added, removed }): Part => {
    return { text: value, side: added ? "new" : removed ? "old" : "same" };
  });
  const kept = parts.filter((part) => part.side === "same" && /\p{L}|\p{N}/u.test(part.text));
  const length = kept.reduce((sum, part) => sum + part.text.length, 0);
  return length * 3 >= Math.min(before.length, after.length) ? { kind: "words", parts } : replaced;
}

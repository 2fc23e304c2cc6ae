/** How the difference of two values is best shown, chosen by what the values are. */
import { diffWordsWithSpace } from "diff";
import { dateDifference } from "./dates";
import { numberDifference } from "./decimal";
import { members } from "./members";

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
  /** One value in place of another, with the difference in words where they are of one type. */
  | { kind: "replaced"; difference: string | null }
  | { kind: "words"; parts: Part[] }
  | { kind: "members"; changes: MemberChange[]; unchanged: number };

/** Comparing words costs time that grows with the product of the lengths. */
const WORDS_LIMIT = 20_000;

export function diff(before: string | null, after: string | null): Diff {
  if (before === after) return { kind: "same" };
  if (before === null || after === null || before === "" || after === "") {
    return { kind: "replaced", difference: null };
  }
  const difference = numberDifference(before, after) ?? dateDifference(before, after);
  if (difference !== null) return { kind: "replaced", difference };
  return memberDiff(before, after) ?? wordDiff(before, after);
}

function memberDiff(before: string, after: string): Diff | null {
  const old = members(before);
  const now = members(after);
  if (old === null || now === null) return null;
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const all = names.map((name) => ({
    name,
    old: old.get(name) ?? null,
    new: now.get(name) ?? null,
    inOld: old.has(name),
    inNew: now.has(name),
  }));
  const changes = all.filter((one) => one.old !== one.new || one.inOld !== one.inNew);
  if (changes.length === 0) return null;
  return { kind: "members", changes, unchanged: all.length - changes.length };
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

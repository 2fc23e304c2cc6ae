import { lettersAndDigits } from "../common/fold";
import type { Count } from "../ipc";

/** The value that is written most like one that does not occur; null if none is like it. */
export function nearest(value: string, values: Count[]): Count | null {
  const wanted = lettersAndDigits(value);
  const most = Math.max(1, Math.floor(wanted.length / 4));
  const near = values
    .filter((one) => one.value !== value)
    .map((one) => ({ one, edits: edits(wanted, lettersAndDigits(one.value)) }))
    .filter(({ edits }) => edits <= most);
  // Of values that are equally like it, the first is the most frequent.
  return near.sort((a, b) => a.edits - b.edits)[0]?.one ?? null;
}

/** How many characters are added, left out or changed between two texts (Levenshtein). */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const changed = (above[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}

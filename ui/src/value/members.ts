/**
 * The members of a JSON object, each as the text it was written in, so that no number loses a
 * digit: `JSON.parse` alone would round integers beyond 2⁵³.
 */

/** Field values as the core has them: text unquoted, `null` as null, else the JSON itself. */
export type Members = Map<string, string | null>;

/** Null if `text` is no JSON object. */
export function members(text: string | null): Members | null {
  if (text === null || !isObject(text)) return null;
  const found: Members = new Map();
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = skipBlanks(text, at);
    if (text[at] === "}") return found;
    if (text[at] === ",") {
      at += 1;
      continue;
    }
    const name = endOfValue(text, at);
    const colon = text.indexOf(":", name);
    const from = skipBlanks(text, colon + 1);
    const to = endOfValue(text, from);
    found.set(JSON.parse(text.slice(at, name)) as string, member(text.slice(from, to)));
    at = to;
  }
}

function isObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function member(raw: string): string | null {
  if (raw === "null") return null;
  return raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
}

function skipBlanks(text: string, at: number): number {
  while (/\s/.test(text[at] ?? "")) at += 1;
  return at;
}

/** Where the value that begins at `from` ends. The text is known to be JSON. */
function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOfString(text, from);
  if (first !== "{" && first !== "[") {
    const end = text.slice(from).search(/[\s,\]}]/);
    return end < 0 ? text.length : from + end;
  }
  let depth = 0;
  for (let at = from; ; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === "{" || character === "[") depth += 1;
    else if ((character === "}" || character === "]") && (depth -= 1) === 0) return at + 1;
  }
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
}

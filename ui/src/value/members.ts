/**
 * The members of a JSON object, each as the text it was written in, so that no number loses a
 * digit: `JSON.parse` alone would round integers beyond 2⁵³.
 */

/** Field values as the core has them: text unquoted, `null` as null, else the JSON itself. */
export type Members = Map<string, string | null>;

/** Null if `text` is no JSON object. */
export function members(text: string | null): Members | null {
  const found = text === null ? null : objectParts(text);
  return found && new Map([...found].map(([name, raw]) => [name, unquoted(raw)]));
}

/** The members of a JSON object as they are written; null if `text` is none. */
export function objectParts(text: string): Map<string, string> | null {
  if (!/^\s*\{/.test(text) || !isJson(text)) return null;
  const found = new Map<string, string>();
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = nextPart(text, at);
    if (text[at] === "}") return found;
    const name = endOfValue(text, at);
    const from = skipBlanks(text, text.indexOf(":", name) + 1);
    const to = endOfValue(text, from);
    found.set(JSON.parse(text.slice(at, name)) as string, text.slice(from, to));
    at = to;
  }
}

/** The elements of a JSON array as they are written; null if `text` is none. */
export function arrayParts(text: string): string[] | null {
  if (!/^\s*\[/.test(text) || !isJson(text)) return null;
  const found: string[] = [];
  let at = text.indexOf("[") + 1;
  for (;;) {
    at = nextPart(text, at);
    if (text[at] === "]") return found;
    const to = endOfValue(text, at);
    found.push(text.slice(at, to));
    at = to;
  }
}

/** One way to write what may be written in several: no blanks, the same escapes. */
export function canonical(raw: string): string {
  return raw.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (token) =>
    token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : "",
  );
}

export function unquoted(raw: string): string | null {
  if (raw === "null") return null;
  return isText(raw) ? (JSON.parse(raw) as string) : raw;
}

export function isText(raw: string): boolean {
  return raw.startsWith('"');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function nextPart(text: string, at: number): number {
  const next = skipBlanks(text, at);
  return text[next] === "," ? skipBlanks(text, next + 1) : next;
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

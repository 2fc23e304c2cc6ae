/** Writing a filter as text from a form, for people who do not know the text form yet. */
import { words } from "../words";

export type FormSubject = keyof typeof words.filters.form.subjects;
export type FormOperator = keyof typeof words.filters.form.operators;

const OF_TEXT = ["=", "!=", "~", "!~", "^", "~/"] as const;
const OF_ORDER = [">=", ">", "<=", "<"] as const;

/** The operators that each subject has, the most likely first. */
export const OPERATORS: Record<FormSubject, readonly FormOperator[]> = {
  old: [...OF_TEXT, ...OF_ORDER, "there", "missing"],
  new: [...OF_TEXT, ...OF_ORDER, "there", "missing"],
  change: ["=", "!="],
  delta: [">", ">=", "<", "<="],
  lag: [">", ">=", "<", "<="],
  reason: ["~", "!~", "^", "=", "!=", "there", "missing"],
  batch: ["=", "!=", "there", "missing"],
  hour: ["="],
  weekday: ["="],
};

export const SUBJECTS = Object.keys(OPERATORS) as FormSubject[];

/** Whether the operator takes a value. */
export function takesValue(operator: FormOperator): boolean {
  return operator !== "there" && operator !== "missing";
}

/** The term of what is in the form; null as long as its value is missing. */
export function termOf(
  subject: FormSubject,
  operator: FormOperator,
  value: string,
  to: string,
): string | null {
  if (operator === "there") return `${subject}~""`;
  if (operator === "missing") return `${subject}!~""`;
  if (subject === "change") {
    if (value === "" && to === "") return null;
    return `change${operator}${side(value)}→${side(to)}`;
  }
  if (value.trim() === "") return null;
  if (operator === "~/") return `${subject}~${quoted(`/${value}/`)}`;
  if (operator === "~" || operator === "!~") {
    // A text that begins like a regular expression is none.
    const isLike = /^\\*\//.test(value);
    return `${subject}${operator}${quoted(isLike ? `\\${value}` : value)}`;
  }
  return `${subject}${operator}${quoted(isExact(subject, operator) ? value : value.trim())}`;
}

/** Whether blanks around a value are a part of it. */
function isExact(subject: FormSubject, operator: FormOperator): boolean {
  return ["old", "new"].includes(subject) && ["=", "!=", "^"].includes(operator);
}

/** One side of a change; empty for a missing value. */
function side(text: string): string {
  if (text === "") return "";
  return /→|->/.test(text) ? inQuotes(text) : quoted(text);
}

/** A value as the text form has it, in quotes where it needs them. */
export function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex
  const needsQuotes = text === "" || /^[!\\=~^<>]|[\s|"\u0000-\u001f\u007f-\u009f]/.test(text);
  return needsQuotes ? inQuotes(text) : text;
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function inQuotes(text: string): string {
  return `"${text.replaceAll(/["\\\n\r\t]/g, (one) => ESCAPES[one] ?? one)}"`;
}

/** The text of a line with a term that was written into it replaced by another. */
export function withTerm(line: string, written: string | null, term: string | null): string {
  const isLast = written !== null && line.endsWith(written);
  const before = (isLast ? line.slice(0, line.length - written.length) : line).trimEnd();
  return [before, term ?? ""].filter((part) => part !== "").join(" ");
}

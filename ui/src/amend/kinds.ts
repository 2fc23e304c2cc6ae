/** What a value is taken to be while it is edited, and whether a text can be that. */
import { isDate, isInstant } from "../value/dates";
import { isDecimal } from "../value/decimal";

/** The kinds that have a text; every text can be edited as `text`. */
export type TextKind = "text" | "number" | "date" | "instant" | "yes_no" | "json";
/** Null, empty and a text are three different values, so one says which is meant. */
export type ValueKind = TextKind | "empty" | "null";

export interface NewValue {
  kind: ValueKind;
  text: string;
}

export const KIND_WORDS: Record<ValueKind, string> = {
  number: "Number",
  date: "Date",
  instant: "Date and time",
  yes_no: "Yes or no",
  json: "JSON",
  text: "Text",
  empty: "Empty",
  null: "null",
};

/** What stands beside a text that is of its kind. */
export const VALID_WORDS: Partial<Record<ValueKind, string>> = {
  number: "Valid number",
  date: "Valid date",
  instant: "Valid date and time",
  json: "Valid JSON",
};

const YES_NO = ["true false", "True False", "TRUE FALSE", "yes no", "Yes No", "YES NO"].map(
  (pair) => pair.split(" "),
);

/** The two texts of which one is given, in the way it is written. */
export function yesNo(text: string): string[] | null {
  return YES_NO.find((pair) => pair.includes(text)) ?? null;
}

export function kindOf(text: string): TextKind {
  if (isDecimal(text)) return "number";
  if (isDate(text)) return "date";
  if (isInstant(text)) return "instant";
  if (yesNo(text) !== null) return "yes_no";
  return /^\s*[{[]/.test(text) && jsonProblem(text) === null ? "json" : "text";
}

export function asNewValue(value: string | null): NewValue {
  if (value === null) return { kind: "null", text: "" };
  return { kind: value === "" ? "empty" : kindOf(value), text: value };
}

/** The value as it would be recorded. */
export function asValue({ kind, text }: NewValue): string | null {
  if (kind === "null") return null;
  return kind === "empty" ? "" : text;
}

/** Why the text is not of its kind; null if it is. */
export function kindProblem({ kind, text }: NewValue): string | null {
  if (kind === "null" || kind === "empty") return null;
  if (text === "") return "Enter a value, or choose Empty or null";
  switch (kind) {
    case "number":
      return isDecimal(text) ? null : "Not a plain number, such as 61.50: choose Text to keep it";
    case "date":
      return isDate(text) ? null : "Not a date, such as 2026-03-03: choose Text to keep it";
    case "instant":
      return isInstant(text)
        ? null
        : "Not a date and time, such as 2026-03-03T12:00:00Z: choose Text to keep it";
    case "json":
      return jsonProblem(text);
    case "yes_no":
      return yesNo(text) === null ? "Choose one of the two, or Text" : null;
    case "text":
      return null;
  }
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The kind that a value is edited as, and whether a text is of it. */
import { isDate, isInstant } from "../value/dates";
import { isDecimal } from "../value/decimal";
import { words } from "../words";

/** The kinds that have a text; every text can be edited as `text`. */
export type TextKind = "text" | "number" | "date" | "instant" | "yes_no" | "json";
/** Null, empty and a text are three different values, so which one is meant is chosen. */
export type ValueKind = TextKind | "empty" | "null";

export interface NewValue {
  kind: ValueKind;
  text: string;
}

const YES_NO = [
  ["true", "false"],
  ["True", "False"],
  ["TRUE", "FALSE"],
  ["yes", "no"],
  ["Yes", "No"],
  ["YES", "NO"],
];

/** The two texts of which one is given, in its spelling; null if it is neither. */
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
  if (text === "") return words.amend.valueMissing;
  switch (kind) {
    case "number":
      return isDecimal(text) ? null : words.amend.notANumber;
    case "date":
      return isDate(text) ? null : words.amend.notADate;
    case "instant":
      return isInstant(text) ? null : words.amend.notAnInstant;
    case "json":
      return jsonProblem(text);
    case "yes_no":
      return yesNo(text) === null ? words.amend.notYesOrNo : null;
    case "text":
      return null;
  }
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return words.amend.notJson(error instanceof Error ? error.message : String(error));
  }
}

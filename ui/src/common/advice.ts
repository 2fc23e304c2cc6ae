import type { ErrorKind } from "../ipc";

const ADVICE: Record<ErrorKind, string> = {
  invalid: "Enter something else",
  refused: "Nothing was recorded",
  missing: "It may lie in a file that could not be read, or in another journal",
  cancelled: "Ask again",
  failed: "Look whether the bucket can be reached, then try again",
};

/** What to do where a journal did not open. */
export function adviceForOpening(kind: ErrorKind): string {
  return kind === "missing" ? "Look whether it was moved or renamed" : adviceFor(kind);
}

/** What the person in front of the window can do about a problem. */
export function adviceFor(kind: ErrorKind): string {
  return ADVICE[kind];
}

import type { ProblemKind } from "../ipc";

const ADVICE: Record<ProblemKind, string> = {
  invalid: "Enter something else",
  refused: "Nothing was recorded",
  missing: "It may lie in a file that could not be read, or in another journal",
  stopped: "Ask again",
  failed: "Look whether the bucket can be reached, then try again",
};

/** What to do where a journal did not open. */
export function adviceForOpening(kind: ProblemKind): string {
  return kind === "missing" ? "Look whether it was moved or renamed" : adviceFor(kind);
}

/** What the person in front of the window can do about a problem. */
export function adviceFor(kind: ProblemKind): string {
  return ADVICE[kind];
}

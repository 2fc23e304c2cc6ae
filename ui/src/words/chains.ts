/** The words of the list of broken chains. */
import { counted } from "./format";

export const chains = {
  title: "Chains",
  about: "Updates whose old value is not the value that was recorded before them",
  found: (count: number) => counted(count, "broken chain"),
  none: "No broken chains",
  noneInPart: "No broken chains in the files that were read",
  noneExplained: "The old value of every update is the value that was recorded before it",
  reading: "Reading chains",
  unreadable: "The chains could not be read",

  column: {
    time: "Time",
    record: "Record",
    field: "Field",
    expected: "Value before it",
    claimed: "Its old value",
    new: "Its new value",
    actor: "Actor",
  },
} as const;

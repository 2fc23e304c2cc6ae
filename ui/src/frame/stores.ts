/** The stores that have a page of Help. */
import type { LocationKind, Status } from "../ipc";

export type Store = Exclude<LocationKind, "folder" | "archive">;

/** The store in which a journal lies; null for a folder and an archive. */
export function storeOf({ kind }: Pick<Status, "kind">): Store | null {
  return kind === "folder" || kind === "archive" ? null : kind;
}

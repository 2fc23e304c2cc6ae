/** Copying what an answer holds. */
import type { Copied } from "../common/table";
import type { Toasts } from "../common/toasts.svelte";
import { words } from "../words";

export async function copyRows(copied: Copied, rows: number, toasts: Toasts): Promise<void> {
  await write(copied.text, words.sql.copy.done(rows, copied.escaped), toasts);
}

/** Copies one cell, as it is: NULL is nothing. */
export async function copyCell(value: string | null, toasts: Toasts): Promise<void> {
  await write(value ?? "", words.sql.copied, toasts);
}

async function write(text: string, said: string, toasts: Toasts): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show(said, "good");
  } catch (error) {
    toasts.problem(error);
  }
}

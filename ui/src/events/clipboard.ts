/** Copying events, which says how many and in which format. */
import type { Toasts } from "../common/toasts.svelte";
import type { EventRow } from "../ipc";
import { words } from "../words";
import { FORMATS, type Format } from "./copy";

/** The most events that are copied at once. */
export const MAX_COPIED = 100_000;

/** Copies events, the newest of `selected`. */
export async function copyEvents(
  events: EventRow[],
  format: Format,
  toasts: Toasts,
  selected = events.length,
): Promise<void> {
  const { text, escaped } = FORMATS[format](events);
  const write = async () => {
    await navigator.clipboard.writeText(text);
    toasts.show(words.events.copy.done(events.length, selected, format, escaped), "good");
  };
  try {
    await write();
  } catch {
    // What took long to read may be copied only once somebody presses a button again.
    toasts.show(words.events.copy.ready(events.length, format), "good", {
      label: words.events.copy.now,
      run: () => void write().catch((error) => toasts.problem(error)),
    });
  }
}

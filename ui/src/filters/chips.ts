/** What can be done with a filter's chip from elsewhere. */
import { tick } from "svelte";
import type { App } from "../frame/app.svelte";
import * as ipc from "../ipc";
import { isZoned, nameOf, withFilter, type Filter } from "../query/filters";
import { NO_FILTERS } from "../query/query";
import { words } from "../words";

/** Copies a filter as text, which names the zone that it depends on. */
export async function copyFilter(app: App, filter: Filter): Promise<void> {
  const zone = isZoned(filter) ? filter.zone : app.zone;
  try {
    const text = await ipc.writeFilters(withFilter(NO_FILTERS, filter), zone);
    const hasTimes = isZoned(filter) || filter.kind === "span";
    await navigator.clipboard.writeText(hasTimes ? `${text} zone=${zone}` : text);
    app.toasts.show(words.filters.edit.copied, "good");
  } catch (error) {
    app.toasts.problem(error);
  }
}

/** Focuses the chip of a filter, or the first one, once it is there. */
export async function focusChip(filter: Filter | null): Promise<void> {
  await tick();
  const chips = [...document.querySelectorAll<HTMLElement>("[data-filter]")];
  const name = filter === null ? null : nameOf(filter);
  (chips.find((chip) => chip.dataset["filter"] === name) ?? chips[0])?.focus();
}

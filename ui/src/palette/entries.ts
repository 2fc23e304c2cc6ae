/** What the palette lists. Each part of the window offers what can be done in it now. */
import { onMount } from "svelte";
import type { App } from "../frame/app.svelte";
import { words } from "../words";

/** The sections in their order. */
export const SECTIONS = [
  "event",
  "selection",
  "record",
  "list",
  "views",
  "saved",
  "journal",
  "window",
] as const;
export type Section = (typeof SECTIONS)[number];

export interface Entry {
  section: Section;
  /** May hold hostile text, such as the name of a saved view. */
  label: string;
  /** Its keys, as the list of keys has them. */
  keys?: string;
  /** By Ctrl it is chosen for a new window, which only opening a journal heeds. */
  run: (inNewWindow: boolean) => void;
}

/** Lists entries in the palette while a component is there. */
export function offer(app: App, entries: () => Entry[]): void {
  onMount(() => {
    app.offers.add(entries);
    return () => app.offers.delete(entries);
  });
}

/** Everything that is offered, by section. */
export function offered(app: App): Entry[] {
  const all = [...app.offers].flatMap((entries) => entries());
  return SECTIONS.flatMap((section) => all.filter((entry) => entry.section === section));
}

/** The entries with every word of a text, in any case, in their names or that of their section. */
export function matching(entries: Entry[], text: string): Entry[] {
  const parts = text.toLowerCase().split(/\s+/);
  return entries.filter(({ section, label }) => {
    const name = `${words.palette.section[section]} ${label}`.toLowerCase();
    return parts.every((part) => name.includes(part));
  });
}

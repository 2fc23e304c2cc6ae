/** The words of the palette: what has no other place where it can be done. */
import type { Section } from "../palette/entries";

const SECTIONS: Record<Section, string> = {
  event: "The open event",
  selection: "The selected events",
  record: "The record",
  list: "The list",
  views: "Views",
  saved: "Saved views",
  journal: "Journal",
  window: "Window",
};

export const palette = {
  title: "Actions and views",
  label: "Find an action or a view",
  placeholder: "Type a part of its name, or a filter such as new>=50000",
  none: "No action and no view has this in its name",
  section: SECTIONS,
  filterBy: (text: string) => `Filter by “${text}”`,
  searchFor: (text: string) => `Search for “${text}”`,
  /** The keys that open a journal in a window of its own. */
  keysOfNewWindow: "Ctrl Enter: new window",
  openJournal: (name: string, location: string) => `Open ${name} (${location})`,
  pickZone: "Show times in another zone…",
  setClock: "Set the clock…",
  showNoOps: "Show events that changed nothing",
  ungroup: "List imports event by event",
  showFacets: "Show facets",
  hideFacets: "Hide facets",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  resetZoom: "Reset the zoom",
} as const;

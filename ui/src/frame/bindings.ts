/** The keys that work everywhere in the window. Lists bind their own. */
import { tinykeys } from "tinykeys";
import { isTyping } from "../common/keys";
import type { ListView } from "../query/query";
import type { App } from "./app.svelte";
import { focusSearch } from "./search";
import { keptZoom, zoomOf, zoomTo } from "./zoom";

const GO: readonly (readonly [string, ListView])[] = [
  ["e", "events"],
  ["r", "records"],
  ["d", "deleted"],
  ["c", "corrections"],
  ["b", "chains"],
];

/** Zooms as it was left, and by key, whatever is open. Returns how to unbind. */
export function bindZoom(app: App): () => void {
  const zoom = (factor: number) => void zoomTo(factor).catch((error) => app.toasts.problem(error));
  if (keptZoom() !== 1) zoom(keptZoom());
  const onkeydown = (event: KeyboardEvent) => {
    const factor = zoomOf(event);
    if (factor === null) return;
    event.preventDefault();
    zoom(factor);
  };
  window.addEventListener("keydown", onkeydown);
  return () => window.removeEventListener("keydown", onkeydown);
}

/** Returns how to unbind. */
export function bindKeys(app: App): () => void {
  const free = (act: () => void) => (event: KeyboardEvent) => {
    if (isTyping(event) || document.querySelector("dialog[open]") !== null) return;
    if (app.journal.status === null) return;
    event.preventDefault();
    act();
  };
  const search = (event: KeyboardEvent) => {
    event.preventDefault();
    if (document.querySelector("dialog[open]") === null) focusSearch();
  };
  const help = (event: KeyboardEvent) => {
    event.preventDefault();
    if (document.querySelector("dialog[open]") === null) app.dialog = { kind: "help" };
  };
  const lists = GO.map(([key, view]) => [
    `g ${key}`,
    free(() => app.navigation.go({ kind: "list", view })),
  ]);
  return tinykeys(window, {
    "/": free(focusSearch),
    "$mod+KeyK": search,
    F1: help,
    s: free(() => (app.dialog = { kind: "save_view", view: null })),
    "Shift+?": free(() => (app.dialog = { kind: "keys" })),
    ...(Object.fromEntries(lists) as Record<string, (event: KeyboardEvent) => void>),
  });
}

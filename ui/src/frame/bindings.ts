/** The keys that work everywhere in the window. Lists bind their own. */
import { tinykeys } from "tinykeys";
import { isTyping } from "../common/keys";
import type { ListView } from "../query/query";
import { canBeSaved } from "../query/query";
import type { App } from "./app.svelte";
import { focusSearch } from "./search";
import { savedZoom, zoomAfter, zoomTo } from "./zoom";

/** The letters that lead to a list after `g`. */
const LIST_KEYS: readonly (readonly [string, ListView])[] = [
  ["e", "events"],
  ["r", "records"],
  ["d", "deleted"],
  ["c", "corrections"],
  ["b", "chains"],
  ["q", "sql"],
];

/**
 * Keeps keys that an input method takes, such as Enter on a candidate, from acting on the window.
 * WebKit tells the key that ends a composition by its code alone. Returns how to unbind.
 */
export function ignoreComposing(): () => void {
  const COMPOSING = 229;
  const onkeydown = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === COMPOSING) event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", onkeydown, { capture: true });
  return () => window.removeEventListener("keydown", onkeydown, { capture: true });
}

/** Restores the saved zoom, and changes it by key, whatever is open. Returns how to unbind. */
export function bindZoom(app: App): () => void {
  const zoom = (factor: number) => void zoomTo(factor).catch((error) => app.toasts.problem(error));
  if (savedZoom() !== 1) zoom(savedZoom());
  const onkeydown = (event: KeyboardEvent) => {
    const factor = zoomAfter(event);
    if (factor === null) return;
    event.preventDefault();
    if (factor !== savedZoom()) zoom(factor);
  };
  window.addEventListener("keydown", onkeydown);
  return () => window.removeEventListener("keydown", onkeydown);
}

/** Returns how to unbind. */
export function bindKeys(app: App): () => void {
  /** Runs where a journal is open, no dialog is, and no text is typed. */
  const inView = (run: () => void) => (event: KeyboardEvent) => {
    if (isTyping(event) || document.querySelector("dialog[open]") !== null) return;
    if (app.journal.status === null) return;
    event.preventDefault();
    run();
  };
  /** Opens a dialog from anywhere but another one. */
  const open = (kind: "palette" | "help" | "open") => (event: KeyboardEvent) => {
    event.preventDefault();
    if (document.querySelector("dialog[open]") === null) app.dialog = { kind };
  };
  const lists = LIST_KEYS.map(([key, view]) => [
    ["g", key].join(" "),
    inView(() => app.navigation.go({ kind: "list", view })),
  ]);
  return tinykeys(window, {
    "/": inView(focusSearch),
    "$mod+KeyK": open("palette"),
    F1: open("help"),
    "$mod+KeyO": open("open"),
    F5: (event) => {
      event.preventDefault();
      void app.journal.refresh();
    },
    "$mod+Shift+KeyN": (event) => {
      event.preventDefault();
      void app.journal.openWindow(null);
    },
    s: inView(() => {
      if (canBeSaved(app.query)) app.dialog = { kind: "save_view", view: null };
    }),
    "Shift+?": inView(() => (app.dialog = { kind: "keys" })),
    ...(Object.fromEntries(lists) as Record<string, (event: KeyboardEvent) => void>),
  });
}

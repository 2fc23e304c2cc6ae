import { tick } from "svelte";
import { whileWorking } from "./readiness";

/** How long a list may take to make and measure a row that was just scrolled to. */
const FRAMES = 20;

/**
 * Focuses the row with an index of a virtual list, as long as it is the one to be focused. Until
 * it is measured the list keeps it hidden, and a hidden element takes no focus.
 */
export function focusRow(
  root: HTMLElement | undefined,
  index: number,
  isWanted: () => boolean,
): Promise<void> {
  return whileWorking(focusOnceThere(root, index, isWanted));
}

async function focusOnceThere(
  root: HTMLElement | undefined,
  index: number,
  isWanted: () => boolean,
): Promise<void> {
  await tick();
  for (let frame = 0; frame < FRAMES && isWanted(); frame += 1) {
    const row = root?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    row?.focus({ preventScroll: true });
    if (row?.contains(document.activeElement)) return;
    await new Promise(requestAnimationFrame);
  }
}

/** Whether an element lies elsewhere than in `root`: one in a dialog above it does not. */
export function isElsewhere(target: EventTarget | null, root: Element | undefined): boolean {
  if (!(target instanceof Element) || root === undefined || root.contains(target)) return false;
  return target.closest("dialog") === root.closest("dialog");
}

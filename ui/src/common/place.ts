/** Lists keep their place while the window is zoomed: the row at the top stays at the top. */
import type { VListHandle } from "virtua/svelte";
import { whileWorking } from "./readiness";

type List = () => VListHandle | undefined;

const lists = new Set<List>();

/** How to bring back the places of the lists; null while the window is not zoomed. */
let places: (() => void)[] | null = null;
let zooming = 0;

/** Pixels that may be lost where an engine rounds: so little of a row is not seen. */
const ROUNDED = 2;

/** How long the window may take to be drawn in its new size. */
const SETTLE_MS = 500;

/** Registers a list for as long as it is there. Returns how to remove it. */
export function keepPlace(list: List): () => void {
  lists.add(list);
  return () => lists.delete(list);
}

/** Runs a zoom, and brings each list back to where it was before the first of several. */
export function keepingPlaces(zoom: () => Promise<void>): Promise<void> {
  return whileWorking(zoomAndReturn(zoom));
}

async function zoomAndReturn(zoom: () => Promise<void>): Promise<void> {
  const before = (places ??= [...lists].map(placeOf));
  zooming += 1;
  try {
    const resized = nextResize();
    await zoom();
    await resized;
  } finally {
    before.forEach((goBack) => goBack());
    zooming -= 1;
    if (zooming === 0) places = null;
  }
}

function placeOf(list: List): () => void {
  const now = list();
  if (now === undefined) return () => {};
  const top = now.getScrollOffset();
  const first = now.findItemIndex(top + ROUNDED);
  const offset = Math.max(0, top - now.getItemOffset(first));
  return () => list()?.scrollToIndex(first, { align: "start", offset });
}

/** Resolves once the rows are measured after the next resize, or when there is none. */
async function nextResize(): Promise<void> {
  await new Promise((resolve) => {
    window.addEventListener("resize", resolve, { once: true });
    setTimeout(resolve, SETTLE_MS);
  });
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}

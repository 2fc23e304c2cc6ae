/** The zoom of the window, saved by the window itself. */
import { keepingPlaces } from "../common/place";
import * as ipc from "../ipc";

const LEVELS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const STORAGE_KEY = "zoom";

/** The next higher or lower level. */
export function nextZoom(factor: number, by: 1 | -1): number {
  const next =
    by > 0 ? LEVELS.find((level) => level > factor) : LEVELS.findLast((level) => level < factor);
  return next ?? factor;
}

export function savedZoom(): number {
  const saved = Number(localStorage.getItem(STORAGE_KEY) ?? 1);
  return LEVELS.includes(saved) ? saved : 1;
}

export function zoomTo(factor: number): Promise<void> {
  return keepingPlaces(async () => {
    await ipc.setZoom(factor);
    localStorage.setItem(STORAGE_KEY, String(factor));
  });
}

/** The zoom after a key; null if it is none of the zoom's keys. */
export function zoomAfter(event: KeyboardEvent): number | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  if (event.key === "+" || event.key === "=") return nextZoom(savedZoom(), 1);
  if (event.key === "-") return nextZoom(savedZoom(), -1);
  return event.key === "0" ? 1 : null;
}

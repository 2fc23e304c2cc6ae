/** How large everything in the window is drawn, remembered by this window itself. */
import * as ipc from "../ipc";

const STEPS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const KEPT = "zoom";

/** The next larger or smaller step. */
export function stepFrom(factor: number, by: 1 | -1): number {
  const next = by > 0 ? STEPS.find((step) => step > factor) : STEPS.findLast((s) => s < factor);
  return next ?? factor;
}

export function keptZoom(): number {
  const kept = Number(localStorage.getItem(KEPT) ?? 1);
  return STEPS.includes(kept) ? kept : 1;
}

export async function zoomTo(factor: number): Promise<void> {
  await ipc.setZoom(factor);
  localStorage.setItem(KEPT, String(factor));
}

/** What a key makes of the zoom; null if it is none of its keys. */
export function zoomOf(event: KeyboardEvent): number | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  if (event.key === "+" || event.key === "=") return stepFrom(keptZoom(), 1);
  if (event.key === "-") return stepFrom(keptZoom(), -1);
  return event.key === "0" ? 1 : null;
}

/** The time zone that was picked by its name, and those before it, saved by the window itself. */
import { zoneOf } from "./zones";

const STORAGE_KEY = "zones";
const MAX_RECENT = 5;

export class Zones {
  /** The zone that was picked by its name; null for UTC or this machine's, as the settings say. */
  named: string | null = $state(null);
  /** Zones that were picked by their names, the latest first. */
  recent: string[] = $state.raw([]);

  constructor() {
    const { named, recent } = saved();
    this.named = zoneOf(String(named));
    this.recent = Array.isArray(recent) ? recent.filter((one) => zoneOf(String(one)) === one) : [];
  }

  pick(named: string | null): void {
    this.named = named;
    if (named !== null)
      this.recent = [named, ...this.recent.filter((one) => one !== named)].slice(0, MAX_RECENT);
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ named, recent: this.recent }));
  }
}

function saved(): { named?: unknown; recent?: unknown } {
  try {
    return (JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") ?? {}) as object;
  } catch {
    return {};
  }
}

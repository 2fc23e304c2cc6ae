/** The query on screen, kept in the window's history so that back and forward work. */
import { START, type Query } from "./query";
import { isPassing, reduce, type Action } from "./reduce";
import { fromHash, toHash } from "./hash";

export class Navigation {
  query: Query = $state.raw(here());

  go(action: Action): void {
    const next = reduce(this.query, action);
    this.#write(next, isPassing(action));
  }

  /** For another journal: a query of the last one means nothing in it. */
  restart(): void {
    this.#write(START, true);
  }

  /** Follows back, forward and a hash set by hand. Returns a function that stops following. */
  follow(): () => void {
    const read = () => (this.query = here());
    window.addEventListener("popstate", read);
    return () => window.removeEventListener("popstate", read);
  }

  #write(next: Query, replace: boolean): void {
    this.query = next;
    const hash = `#${toHash(next)}`;
    if (hash === location.hash) return;
    if (replace) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
  }
}

function here(): Query {
  return fromHash(location.hash.slice(1));
}

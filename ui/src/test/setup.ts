/** What a page without a layout lacks: sizes, so that a virtual list shows rows. */
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach } from "vitest";
import { dropFakeCore } from "../ipc/fake";

// The machine may be busy with other work.
configure({ asyncUtilTimeout: 30_000 });

const VIEWPORT = 600;
const ROW = 30;

class SizedObserver implements ResizeObserver {
  readonly #seen: ResizeObserverCallback;

  constructor(seen: ResizeObserverCallback) {
    this.#seen = seen;
  }

  observe(target: Element) {
    const height = target instanceof HTMLElement && target.style.overflowY ? VIEWPORT : ROW;
    const contentRect = new DOMRect(0, 0, 800, height);
    const entry = { target, contentRect } as ResizeObserverEntry;
    queueMicrotask(() => this.#seen([entry], this));
  }

  unobserve() {}
  disconnect() {}
}

globalThis.ResizeObserver = SizedObserver;
Object.defineProperty(HTMLElement.prototype, "offsetParent", {
  get(this: HTMLElement) {
    return this.parentElement;
  },
});

afterEach(async () => {
  cleanup();
  // A window that goes away stops listening in the turn after; the core must still be there.
  await new Promise((resolve) => setTimeout(resolve));
  dropFakeCore();
  history.replaceState(null, "", "#");
  localStorage.clear();
});

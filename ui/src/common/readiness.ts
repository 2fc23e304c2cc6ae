/**
 * The state of the window as marks on the document's root element, for tests that drive it:
 * `data-listening` while it takes keys, clicks and the events of the core, `data-at-rest` while
 * nothing that it began is under way. Nothing is styled by either. It costs the window a counter
 * and an attribute for each command, and two frames after the last one: next to nothing beside a
 * command itself.
 */

const marks = document.documentElement.dataset;

let underWay = 0;
let frame = 0;

/** The window is not at rest from now on; returns a function that ends this piece of work. */
export function beginWork(): () => void {
  delete marks.atRest;
  cancelAnimationFrame(frame);
  underWay += 1;
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    underWay -= 1;
    if (underWay === 0) comeToRest();
  };
}

/** The window is not at rest until `work` has ended, well or not. Returns `work`. */
export function whileWorking<T>(work: Promise<T>): Promise<T> {
  const end = beginWork();
  work.then(end, end);
  return work;
}

/**
 * The pause after a key before what was typed is looked for, in milliseconds. A later question cancels
 * an earlier one, so that it need not outlast the next key: it only spares those of a key held down.
 */
export const TYPING_PAUSE_MS = 30;

/** Runs something after a pause, which counts as work; returns how to cancel it. */
export function afterPause(milliseconds: number, run: () => void): () => void {
  const end = beginWork();
  const timer = setTimeout(() => {
    // What it begins itself goes on from here without a gap.
    run();
    end();
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    end();
  };
}

/** Runs something once the next frame is drawn, which counts as work; returns how to cancel it. */
export function afterFrame(run: () => void): () => void {
  const end = beginWork();
  // The second frame begins when the first is drawn; what is run there would hold it up.
  let timer = 0;
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      timer = window.setTimeout(() => {
        run();
        end();
      });
    });
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    end();
  };
}

/** Marks the window as listening once it is `ready`; returns how to take that back. */
export function listenFrom(ready: Promise<unknown>): () => void {
  let gone = false;
  void ready.then(() => {
    if (!gone) marks.listening = "";
  });
  return () => {
    gone = true;
    delete marks.listening;
  };
}

/**
 * An answer is drawn in the first frame after it, and only then a list knows what it lacks and
 * loads it: that work begins before the second one.
 */
function comeToRest(): void {
  frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      if (document.querySelector('[aria-busy="true"]') === null) marks.atRest = "";
      else comeToRest();
    });
  });
}

import { screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as ipc from "../ipc";
import { core, readingOf, status } from "../test/journal";
import { open } from "../test/window";
import { afterPause, beginWork, listenFrom } from "./readiness";

const isAtRest = () => "atRest" in document.documentElement.dataset;
const isListening = () => "listening" in document.documentElement.dataset;
const rest = () => vi.waitFor(() => expect(isAtRest()).toBe(true), 20_000);

/** A promise, and how it is kept or broken. */
function held<T>() {
  let keep: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => ([keep, fail] = [resolve, reject]));
  return { promise, keep, fail };
}

/** Lets as many frames pass as bring the window to rest, and more. */
async function frames(count = 6): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await new Promise(requestAnimationFrame);
}

/** Each test starts at rest. */
beforeEach(async () => {
  beginWork()();
  await rest();
});

describe("the mark of rest", () => {
  test("goes at once with a command, and comes back after its answer", async () => {
    const answer = held<number>();
    core({ count: () => answer.promise });
    const request = ipc.count({} as ipc.Filters);
    expect(isAtRest()).toBe(false);
    await frames();
    expect(isAtRest()).toBe(false);
    answer.keep(3);
    expect(await request).toBe(3);
    expect(isAtRest()).toBe(false);
    await rest();
  });

  test("comes after the last of several commands, in whatever order they end", async () => {
    const [first, second] = [held<number>(), held<ipc.Status>()];
    core({ count: () => first.promise, status: () => second.promise });
    const request = [ipc.count({} as ipc.Filters), ipc.status()];
    second.keep(status());
    await request[1];
    await frames();
    expect(isAtRest()).toBe(false);
    first.keep(1);
    await rest();
  });

  test("comes after a command that failed", async () => {
    core({ status: () => Promise.reject(new Error("no")) });
    const request = ipc.status();
    expect(isAtRest()).toBe(false);
    await expect(request).rejects.toThrow("no");
    await rest();
  });

  test("waits for a search that answers in parts", async () => {
    const answer = held<ipc.SearchResults>();
    core({ search: () => answer.promise });
    const request = ipc.search("rate", () => {});
    expect(isAtRest()).toBe(false);
    await frames();
    expect(isAtRest()).toBe(false);
    answer.keep({} as ipc.SearchResults);
    await request;
    await rest();
  });

  test("waits for a pause, and for what was begun after it", async () => {
    const begun = held<() => void>();
    afterPause(1, () => begun.keep(beginWork()));
    expect(isAtRest()).toBe(false);
    const end = await begun.promise;
    await frames();
    expect(isAtRest()).toBe(false);
    end();
    await rest();
  });

  test("comes after a pause that was called off, and nothing is done", async () => {
    const act = vi.fn();
    const callOff = afterPause(1, act);
    expect(isAtRest()).toBe(false);
    callOff();
    await rest();
    expect(act).not.toHaveBeenCalled();
  });

  test("counts work that is ended twice as ended once", async () => {
    const [end, other] = [beginWork(), beginWork()];
    end();
    end();
    await frames();
    expect(isAtRest()).toBe(false);
    other();
    await rest();
  });

  test("starts anew with work that begins before it came", async () => {
    beginWork()();
    await frames(1);
    const end = beginWork();
    await frames();
    expect(isAtRest()).toBe(false);
    end();
    await rest();
  });

  test("waits for what is drawn as busy", async () => {
    const busy = document.body.appendChild(document.createElement("div"));
    busy.setAttribute("aria-busy", "true");
    beginWork()();
    await frames();
    expect(isAtRest()).toBe(false);
    busy.remove();
    await rest();
  });
});

describe("the mark of listening", () => {
  test("comes once all is ready, and goes with the window", async () => {
    const ready = held<void>();
    const stop = listenFrom(ready.promise);
    await frames();
    expect(isListening()).toBe(false);
    ready.keep();
    await vi.waitFor(() => expect(isListening()).toBe(true));
    stop();
    expect(isListening()).toBe(false);
  });

  test("does not come after the window has gone", async () => {
    const ready = held<void>();
    listenFrom(ready.promise)();
    ready.keep();
    await frames();
    expect(isListening()).toBe(false);
  });
});

describe("the whole window", () => {
  test("listens once it knows what is open, and rests once all is read", async () => {
    const started = held<ipc.Start>();
    const reading = status({ reading: readingOf(1, 2) });
    const settings = {
      actor: "",
      theme: "light" as const,
      utc: true,
      views: [],
      columns: {},
      names: {},
      sql_texts: [],
    };
    const fake = core({ start: () => started.promise });
    open();
    await frames();
    expect([isListening(), isAtRest()]).toEqual([false, false]);
    started.keep({
      journal: reading,
      problem: null,
      recent: [],
      named: null,
      pending_elsewhere: [],
      events: null,
      settings,
      sample: true,
      unsaved: null,
    });
    await screen.findByRole("grid");
    await vi.waitFor(() => expect(isListening()).toBe(true), 20_000);
    await frames();
    expect(isAtRest()).toBe(false);
    await fake.emit("status", status());
    await rest();
  });

  test.each(["events", "records", "deleted", "chains", "record/candidate/CAND-00342"])(
    "comes to rest in %s, and a key is taken there",
    async (query) => {
      core();
      const user = open(query);
      await vi.waitFor(() => expect(isListening()).toBe(true), 20_000);
      await rest();
      await user.keyboard("{Shift>}?{/Shift}");
      expect(await screen.findByRole("dialog", { name: "Keys" })).toBeTruthy();
    },
  );

  test("is not at rest while a search waits for the next letter", async () => {
    core();
    const user = open();
    await vi.waitFor(() => expect(isListening()).toBe(true), 20_000);
    await rest();
    await user.type(screen.getByRole("combobox", { name: "Search" }), "r");
    expect(isAtRest()).toBe(false);
    await rest();
    expect(screen.getByRole("listbox", { name: "Found" })).toBeTruthy();
  });
});

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import type { TimelineItem } from "../ipc";
import { core, item, refuse, row, timelinePage } from "../test/journal";
import { TimelinePages } from "./pages.svelte";
import { dayHeads } from "./timeline";

const id = { entity_type: "candidate", entity_id: "CAND-00342" };
const request = { id, at: null, only: null };

/** Events of a record, newest first: `evt-0` is the newest. */
const long = (events: number): TimelineItem[] =>
  Array.from({ length: events }, (_, at) => item(row({ event_id: `evt-${at}` })));

const loaded = (pages: TimelinePages) => pages.items.filter((slot) => slot !== undefined).length;

function mockCore(timeline: TimelineItem[]) {
  return core({ timeline: (args) => timelinePage(timeline, args) });
}

describe("a long timeline", () => {
  test("has a place for every event, and loads what is near the screen", async () => {
    const fake = mockCore(long(24_000));
    const pages = new TimelinePages();
    await pages.start(request, null);
    expect(pages.items).toHaveLength(24_000);
    expect(loaded(pages)).toBe(200);
    pages.setVisible(190, 205);
    await vi.waitFor(() => expect(loaded(pages)).toBe(400));
    expect(fake.calls("timeline").map((one) => one.from)).toEqual([
      { kind: "skip", skip: 0 },
      { kind: "skip", skip: 200 },
    ]);
  });

  test("that was prepared is not asked for again, unless another one is started", async () => {
    const fake = mockCore(long(9));
    const pages = new TimelinePages();
    pages.prepare(request, null);
    await pages.start(request, null);
    expect(loaded(pages)).toBe(9);
    expect(fake.calls("timeline")).toHaveLength(1);
    await pages.start(request, null);
    expect(fake.calls("timeline")).toHaveLength(2);
    pages.prepare(request, null);
    await pages.start({ ...request, only: "phone" }, null);
    expect(fake.calls("timeline").at(-1)?.only).toBe("phone");
    const before = fake.calls("timeline").length;
    pages.prepare(request, null, 1);
    // Something was recorded since.
    await pages.start(request, null, 2);
    expect(fake.calls("timeline")).toHaveLength(before + 2);
  });

  test("is never whole in the window", async () => {
    mockCore(long(24_000));
    const pages = new TimelinePages();
    await pages.start(request, null);
    for (let at = 0; at < 6000; at += 200) {
      pages.setVisible(at, at + 20);
      await vi.waitFor(() => expect(pages.items[at + 20]).toBeDefined());
      await vi.waitFor(() => expect(pages.loading).toBe(false));
    }
    expect(loaded(pages)).toBeLessThanOrEqual(1600);
    expect(pages.items[0]).toBeUndefined();
  });

  test("takes the page around an event, and grows at both ends of it", async () => {
    mockCore(long(24_000));
    const pages = new TimelinePages();
    await pages.start(request, "evt-12000");
    expect(pages.indexes.get("evt-12000")).toBe(12_000);
    expect(pages.items[11_899]).toBeUndefined();
    pages.setVisible(11_910, 11_930);
    await vi.waitFor(() => expect(pages.items[11_850]).toBeDefined());
    expect(pages.indexes.get("evt-12000")).toBe(12_000);
    expect(await pages.find("evt-3")).toBe(3);
  });

  test("begins with the newest where the event is not in it", async () => {
    mockCore(long(3));
    const pages = new TimelinePages();
    await pages.start(request, "elsewhere");
    expect(pages.items[0]?.event.address).toBe("evt-0");
    expect(await pages.find("elsewhere")).toBeNull();
    expect(pages.items[0]?.event.address).toBe("evt-0");
  });

  test("notices that it has changed since", async () => {
    let timeline = long(1000);
    core({ timeline: (args) => timelinePage(timeline, args) });
    const pages = new TimelinePages();
    await pages.start(request, null);
    timeline = [item(row({ event_id: "new" })), ...timeline];
    pages.setVisible(195, 210);
    await vi.waitFor(() => expect(pages.outdated).toBe(1));
    expect(pages.items[200]).toBeUndefined();
    const page = await pages.fetch("evt-195");
    pages.replace(page!);
    flushSync();
    expect(pages.indexes.get("evt-195")).toBe(196);
  });

  test("that fails half way keeps what is there, and can be tried again", async () => {
    let broken = false;
    const timeline = long(1000);
    core({
      timeline: (args) =>
        broken ? refuse("failed", "no such folder")() : timelinePage(timeline, args),
    });
    const pages = new TimelinePages();
    await pages.start(request, null);
    broken = true;
    pages.setVisible(195, 210);
    await vi.waitFor(() => expect(pages.problem?.message).toBe("no such folder"));
    expect(loaded(pages)).toBe(200);
    broken = false;
    pages.retry();
    await vi.waitFor(() => expect(pages.items[210]).toBeDefined());
    expect(pages.problem).toBeNull();
  });

  test("takes the answer of the last request only", async () => {
    let answer = (): void => {};
    core({
      timeline: async ({ only, ...args }) => {
        if (only === null) await new Promise<void>((resolve) => (answer = resolve));
        return timelinePage(only === null ? long(9) : long(2), args);
      },
    });
    const pages = new TimelinePages();
    const first = pages.start(request, null);
    await pages.start({ ...request, only: "rate" }, null);
    answer();
    await first;
    expect(pages.items).toHaveLength(2);
  });
});

describe("the days of a timeline", () => {
  const on = (timestamp: string) => item(row({ event_id: timestamp, timestamp }));
  const [late, noon, early] = [
    on("2026-03-03T18:00:00Z"),
    on("2026-03-03T12:00:00Z"),
    on("2026-03-02T23:30:00Z"),
  ];
  const counts = (items: Parameters<typeof dayHeads>[0], zone = "UTC") =>
    [...dayHeads(items, zone)].map(([index, { count }]) => [index, count]);

  test.each([
    [
      "are counted",
      [late, noon, early],
      [
        [0, 2],
        [2, 1],
      ],
    ],
    ["are not counted where a part is not loaded", [late, undefined, early], [[0, null]]],
    ["have no head where the event before is not loaded", [undefined, noon, early], [[2, 1]]],
    ["of nothing", [], []],
  ])("%s", (_, items, heads) => expect(counts(items)).toEqual(heads));

  test("are those of the zone", () => {
    expect(counts([late, noon, early], "Europe/Berlin")).toEqual([[0, 3]]);
  });
});

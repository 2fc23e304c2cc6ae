import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { core, eventsPage, item, row, timelinePage } from "../test/journal";
import { open } from "../test/window";
import { keepingPlaces, keepPlace } from "./place";

describe("a list keeps its place while the window is zoomed", () => {
  const rows = Array.from({ length: 200 }, (_, at) => row({ event_id: `evt-${at}` }));

  test.each([
    ["events", "events"],
    ["a timeline", "record/candidate/CAND-00342"],
  ])("in %s, also by several steps at once", async (_, query) => {
    const fake = core({
      events: () => eventsPage(rows),
      timeline: (args) =>
        timelinePage(
          rows.map((one) => item(one)),
          args,
        ),
    });
    const user = open(query);
    await waitFor(() =>
      expect(document.querySelectorAll("[data-index]").length).toBeGreaterThan(9),
    );
    const list = document
      .querySelector("[data-index]")!
      .closest<HTMLElement>("[style*='overflow-y']")!;
    const scrollTo = (top: number) => {
      list.scrollTop = top;
      list.dispatchEvent(new Event("scroll"));
    };
    await waitFor(() => expect(screen.queryByText("Counting…")).toBeNull());
    scrollTo(1500);
    await user.keyboard("{Control>}++{/Control}");
    await waitFor(() => expect(fake.calls("plugin:webview|set_webview_zoom")).toHaveLength(2));
    // What the engine makes of it: the same pixels are another row.
    scrollTo(1200);
    window.dispatchEvent(new Event("resize"));
    await waitFor(() => expect(list.scrollTop).toBe(1500));
    await waitFor(() => expect("atRest" in document.documentElement.dataset).toBe(true));
  });

  test.each([
    [95, { row: 3, offset: 5 }],
    // An engine has rounded.
    [89, { row: 3, offset: 0 }],
  ])("and goes back to it from %d pixels where the zoom fails", async (top, { row, offset }) => {
    const moved: unknown[] = [];
    const list = {
      getScrollOffset: () => top,
      findItemIndex: (offset: number) => Math.floor(offset / 30),
      getItemOffset: (index: number) => index * 30,
      scrollToIndex: (...to: unknown[]) => void moved.push(to),
    };
    const remove = keepPlace(() => list as never);
    await expect(keepingPlaces(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(moved).toEqual([[row, { align: "start", offset }]]);
    remove();
    await keepingPlaces(() => Promise.resolve());
    expect(moved).toHaveLength(1);
  });
});

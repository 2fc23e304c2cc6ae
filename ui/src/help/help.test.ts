import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { core } from "../test/journal";
import { open } from "../test/window";

describe("help", () => {
  test("opens by F1, and lists what it holds", async () => {
    core();
    const user = open("records");
    await screen.findByRole("button", { name: "Help" });
    await user.keyboard("{F1}");
    const dialog = await screen.findByRole("dialog", { name: "Help" });
    const contents = within(dialog).getByRole("navigation", { name: "Contents" });
    const titles = within(contents)
      .getAllByRole("button")
      .map((one) => one.textContent);
    const heads = within(dialog).getAllByRole("heading", { level: 3 });
    expect(heads.map((one) => one.textContent)).toEqual(titles);
  });

  test("opens from the sidebar, and leads to a part by its title", async () => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    const contents = await screen.findByRole("navigation", { name: "Contents" });
    await user.click(within(contents).getByRole("button", { name: "Coverage" }));
    expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Coverage" }));
    expect(location.hash).toBe("#records");
  });

  test("leads to the sheet of keys", async () => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("button", { name: /every key/ }));
    await waitFor(() => expect(screen.getByRole("dialog", { name: "Keys" })).toBeTruthy());
    expect(screen.getByRole("dialog").textContent).toContain("Timeline, fields, compare");
  });

  test("names every picture", async () => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    const dialog = await screen.findByRole("dialog", { name: "Help" });
    for (const svg of dialog.querySelectorAll("figure svg:not(.lucide)")) {
      expect(svg.hasAttribute("aria-label") || svg.getAttribute("aria-hidden")).toBeTruthy();
    }
    expect(dialog.querySelectorAll("figure figcaption").length).toBeGreaterThan(6);
  });
});

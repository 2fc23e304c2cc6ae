import { cleanup, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { core } from "../test/journal";
import { open } from "../test/window";
import { zonesMatching } from "./zones";
import { Zones } from "./zones.svelte";

describe("the zones to choose from", () => {
  const labels = (text: string) =>
    zonesMatching(text, new Zones().recent).map(({ label }) => label);

  test("are UTC, this machine's, and all by name, each once", () => {
    const all = labels("");
    expect(all.slice(0, 2)).toEqual(["UTC", "Local: Europe/Berlin"]);
    expect(all).toContain("Europe/Berlin");
    expect(new Set(all).size).toBe(all.length);
  });

  test.each([
    ["new york", ["America/New_York"]],
    ["YORK america", ["America/New_York"]],
    ["local", ["Local: Europe/Berlin"]],
    ["utc", ["UTC"]],
    // A name that the list may not have.
    ["us/eastern", [expect.stringMatching(/^(US\/Eastern|America\/New_York)$/)]],
    ["atlantis", []],
  ])("%j finds %j", (text, found) => expect(labels(text)).toEqual(found));

  test("begin with the last picked, of which five are remembered", () => {
    const zones = new Zones();
    const picked = ["Asia/Tokyo", "Asia/Seoul", "Asia/Dubai", "Asia/Tokyo", "Africa/Cairo"];
    for (const zone of [...picked, "Europe/Rome", "Europe/Oslo"]) zones.pick(zone);
    expect(labels("").slice(2, 7)).toEqual([
      "Europe/Oslo",
      "Europe/Rome",
      "Africa/Cairo",
      "Asia/Tokyo",
      "Asia/Dubai",
    ]);
  });

  test.each(["{", "null", '{"named":"Mars/Olympus","recent":[7]}', '{"named":7,"recent":"x"}'])(
    "are whole where %s was saved",
    (text) => {
      localStorage.setItem("zones", text);
      expect(new Zones().named).toBeNull();
      expect(labels("").slice(0, 2)).toEqual(["UTC", "Local: Europe/Berlin"]);
    },
  );
});

describe("a zone that is picked", () => {
  beforeEach(() => core());

  test("by key is that of every time on screen, and is remembered", async () => {
    const user = open("record/candidate/CAND-00342?at=2026-02-02T23:12:44Z");
    await user.click(await screen.findByRole("button", { name: "Times: UTC" }));
    await user.keyboard("st johns{Enter}");
    expect(document.activeElement).toBe(
      screen.getByRole("button", { name: "Times: America/St_Johns" }),
    );
    const banner = await screen.findByRole("region", { name: "The clock is set" });
    expect(banner.textContent).toContain("2026-02-02 19:42:44 −03:30");
    cleanup();
    open("events");
    expect(await screen.findByRole("columnheader", { name: /^Time\s\(St Johns\)/ })).toBeTruthy();
    const times = [...document.querySelectorAll("time")].map((time) => time.textContent);
    expect(times).toContain("2026-02-02 05:42:44");
  });

  test("as UTC or as this machine's is a setting", async () => {
    const fake = core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Times: UTC" }));
    await user.keyboard("{ArrowDown}{Enter}");
    await screen.findByRole("button", { name: "Times: Europe/Berlin" });
    expect(fake.calls("settings").at(-1)?.settings.utc).toBe(false);
    await user.click(screen.getByRole("button", { name: "Times: Europe/Berlin" }));
    expect(screen.getByRole("option", { name: "Local: Europe/Berlin shown" })).toBeTruthy();
    await user.keyboard("{ArrowUp}{Enter}");
    await waitFor(() => expect(fake.calls("settings").at(-1)?.settings.utc).toBe(true));
  });
});

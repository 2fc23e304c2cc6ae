import { render, screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { dateDifference } from "./dates";
import { numberDifference } from "./decimal";
import { diff } from "./diff";
import { members } from "./members";
import { segments, spoken } from "./segments";
import ValueText from "./ValueText.svelte";

describe("what cannot be seen is named", () => {
  test.each([
    [null, "null"],
    ["", "empty"],
    ["plain text", "plain text"],
    [" padded ", "[space]padded[space]"],
    ["   ", "[3 spaces]"],
    ["two  blanks", "two[2 spaces]blanks"],
    ["a\tb\nc\rd", "a[tab]b[line feed]c[carriage return]d"],
    ["no\u00a0break", "no[no-break space]break"],
    ["\u202egnp.exe", "[right-to-left override]gnp.exe"],
    ["a\u2066b\u2069", "a[left-to-right isolate]b[pop directional isolate]"],
    ["zero\u200bwidth\ufeff", "zero[zero-width space]width[zero-width no-break space]"],
    ["\u0000\u0007", "[U+0000][U+0007]"],
    ["tag\u{e0041}", "tag[U+E0041]"],
    ["half \ud800", "half [U+D800]"],
    ["\u2800\u3164", "[braille blank][Hangul filler]"],
    ["👩‍👧 and ❤️ and 1️⃣", "👩‍👧 and ❤️ and 1️⃣"],
    ["a\u200db", "a[zero-width joiner]b"],
    ["עברית", "עברית"],
  ])("%j", (text, words) => expect(spoken(text)).toBe(words));

  test("nothing is lost", () => {
    const text = " a\u202e\tb  c ";
    const plain = segments(text).filter((segment) => segment.mark === null);
    expect(plain.map((segment) => segment.text).join("")).toBe("abc");
  });
});

describe("a value on screen", () => {
  test.each([
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "{@html x}",
    "javascript:alert(1)",
  ])("is inert text: %s", (text) => {
    const { container } = render(ValueText, { text });
    expect(container.textContent?.trim()).toBe(text);
    expect(container.querySelector("img, script, a")).toBeNull();
  });

  test("is cut, with its length named", () => {
    render(ValueText, { text: "x".repeat(5000), limit: 10 });
    expect(screen.getByText(/5,000 characters/)).toBeTruthy();
  });

  test("has no end where it is cut", () => {
    const { container } = render(ValueText, { text: "one two", limit: 4 });
    expect(container.textContent?.trim()).toBe("one … 7 characters");
  });

  test("that the core cut names the whole length", () => {
    render(ValueText, { text: "xxx", length: 12_000 });
    expect(screen.getByText(/12,000 characters/)).toBeTruthy();
  });
});

describe("members of a JSON object", () => {
  test("keep every digit, and tell null from empty", () => {
    const text = `{ "big": 9007199254740993, "text": "a\\"}b", "none": null, "": "", "in": {"a": [1, "]"]} }`;
    expect([...(members(text) ?? [])]).toEqual([
      ["big", "9007199254740993"],
      ["text", 'a"}b'],
      ["none", null],
      ["", ""],
      ["in", '{"a": [1, "]"]}'],
    ]);
  });
  test("may be named like what every object has", () => {
    expect(members('{"__proto__": 1, "constructor": 2}')?.size).toBe(2);
  });
  test.each([null, "", "text", "[1]", "{", '{"a":}', "null"])("are none in %j", (text) => {
    expect(members(text)).toBeNull();
  });
});

describe("numbers differ by", () => {
  test.each([
    ["61.50", "74.25", "+12.75"],
    ["10", "9.5", "−0.5"],
    ["9007199254740993", "9007199254740995", "+2"],
    ["-1", "1", "+2"],
    ["-0.5", "0.25", "+0.75"],
    ["1", "1.0", "±0.0"],
    ["0", "1234567", "+1,234,567"],
    ["1e3", "2", null],
    ["555-0100", "555-0187", null],
    ["007", "8", null],
  ])("%s, %s", (before, after, difference) => {
    expect(numberDifference(before, after)).toBe(difference);
  });
});

describe("dates differ by", () => {
  test.each([
    ["2026-02-12", "2026-02-21", "9 days later"],
    ["2026-02-12", "2026-02-11", "1 day earlier"],
    ["2026-02-12T10:00:00Z", "2026-02-12T12:30:00Z", "2 hours later"],
    ["2026-02-12T10:00:00Z", "2026-02-12T11:00:00+01:00", "the same instant"],
    ["2026-02-12", "soon", null],
    ["2026-02-12", "2026-02-12T10:00:00Z", null],
  ])("%s, %s", (before, after, words) => expect(dateDifference(before, after)).toBe(words));
});

describe("the difference of two values", () => {
  test.each([
    ["same", "a", "a", { kind: "same" }],
    ["from null", null, "a", { kind: "replaced", difference: null }],
    ["null to empty", null, "", { kind: "replaced", difference: null }],
    ["numbers", "1", "3", { kind: "replaced", difference: "+2" }],
    ["dates", "2026-01-01", "2026-01-02", { kind: "replaced", difference: "1 day later" }],
    ["ids", "CAND-1", "CAND-2", { kind: "replaced", difference: null }],
    ["other words", "a whole sentence here", "nothing of that", { kind: "replaced" }],
  ])("%s", (_, before, after, found) => expect(diff(before, after)).toMatchObject(found));

  test("of prose is by word", () => {
    const found = diff("prefers early mornings only", "prefers late mornings only");
    expect(found.kind === "words" && found.parts.filter((part) => part.side !== "same")).toEqual([
      { text: "early", side: "old" },
      { text: "late", side: "new" },
    ]);
  });

  test("of JSON objects is by member, and a missing one is not null", () => {
    const found = diff('{"a":1,"b":null,"c":3}', '{"a":2,"c":3}');
    expect(found).toEqual({
      kind: "members",
      unchanged: 1,
      changes: [
        { name: "a", old: "1", new: "2", inOld: true, inNew: true },
        { name: "b", old: null, new: null, inOld: true, inNew: false },
      ],
    });
  });
});

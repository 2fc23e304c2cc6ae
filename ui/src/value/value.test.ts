import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { dateDifference } from "./dates";
import { numberDifference } from "./decimal";
import { diff } from "./diff";
import DiffView from "./DiffView.svelte";
import LongText from "./LongText.svelte";
import { members } from "./members";
import { segments, spoken } from "./segments";
import ValueText from "./ValueText.svelte";

describe("U3: what cannot be seen is named", () => {
  test.each([
    [null, "null, no value"],
    ["", "empty text"],
    ["null", "null"],
    ["empty", "empty"],
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
    ["👩🏽‍🚀", "👩🏽‍🚀"],
    ["a\ufe0f", "a[U+FE0F]"],
    ["ᠠ\u180b", "ᠠ[U+180B]"],
    ["a\u17b4b", "a[U+17B4]b"],
    ["a\u{e0100}", "a[U+E0100]"],
    ["\ue000\ufffe", "[U+E000][U+FFFE]"],
    ["a\u2028b\u2029c", "a[line separator]b[paragraph separator]c"],
    ["555\u202f0100\u3000", "555[narrow no-break space]0100[ideographic space]"],
    ["so\u00adft", "so[soft hyphen]ft"],
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
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    '"><iframe src="//example.org"></iframe>',
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "{@html x}",
    "javascript:alert(1)",
  ])("U1: is inert text: %s", (text) => {
    const { container } = render(ValueText, { text });
    expect(container.textContent?.trim()).toBe(text);
    expect(container.querySelector("img, script, a, svg, iframe")).toBeNull();
  });

  test.each([
    ["update", "<b>old</b>", "<img src=x onerror=alert(1)>"],
    ["update", '{"<i>":"a"}', '{"<i>":"<script>alert(1)</script>"}'],
    ["insert", "", '{"<img src=x>":"javascript:alert(1)"}'],
  ])("U1: is inert in a difference: %s of %s to %s", (_, before, after) => {
    const { container } = render(DiffView, { before, after });
    expect(container.querySelector("b, i, img, script, a")).toBeNull();
    expect(container.textContent).toContain("<");
  });

  test("U3: stands apart from the direction of its neighbours", () => {
    const { container } = render(ValueText, { text: "\u202egnp.exe" });
    expect(container.querySelector("bdi")?.textContent).toContain("right-to-left override");
  });

  test.each([
    [null, "null, no value"],
    ["", "empty text"],
  ])("%j is read aloud as what it is", (text, name) => {
    render(ValueText, { text });
    expect(screen.getByRole("img", { name })).toBeTruthy();
  });

  test("that reads null is a text", () => {
    render(ValueText, { text: "null" });
    expect(screen.queryByRole("img")).toBeNull();
  });

  test("that is long is whole on request", async () => {
    const user = userEvent.setup();
    const { container } = render(LongText, { text: "x".repeat(5000) + "end", limit: 10 });
    expect(container.textContent).not.toContain("end");
    await user.click(screen.getByRole("button", { name: "Show all 5,003 characters" }));
    expect(container.textContent).toContain("end");
    expect(screen.queryByRole("button")).toBeNull();
  });

  test("that is very long comes in steps", async () => {
    const user = userEvent.setup();
    const { container } = render(LongText, { text: "x".repeat(1_000_000), limit: 10 });
    await user.click(screen.getByRole("button", { name: "Show 20,000 more characters" }));
    expect(container.textContent?.length).toBeLessThan(21_000);
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
  test("U5: keep every digit, and tell null from empty", () => {
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

describe("U5: numbers differ by", () => {
  test.each([
    ["61.50", "74.25", "+12.75"],
    ["10", "9.5", "−0.5"],
    ["9007199254740993", "9007199254740995", "+2"],
    ["-1", "1", "+2"],
    ["-0.5", "0.25", "+0.75"],
    ["1", "1.0", "±0.0"],
    ["0", "1234567", "+1,234,567"],
    ["9007199254740992", "9007199254740993", "+1"],
    ["-18446744073709551615", "18446744073709551615", "+36,893,488,147,419,103,230"],
    ["0.1", "0.3", "+0.2"],
    [
      "0.30000000000000000000000000000000000001",
      "0.3",
      "−0.00000000000000000000000000000000000001",
    ],
    ["1e3", "2", null],
    ["+1", "2", null],
    ["1,000", "2", null],
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
    ["2026-02-12T10:00:00.000000001Z", "2026-02-12T10:00:00.000000003Z", "2 nanoseconds later"],
    ["2026-02-12T10:00:00.25Z", "2026-02-12T10:00:00Z", "250 milliseconds earlier"],
    ["2026-03-28T12:00", "2026-03-29T12:00", "1 day later"],
    ["2024-02-28", "2024-03-01", "2 days later"],
    ["2026-02-30", "2026-03-02", null],
    ["2026-02-12T10:00", "2026-02-12T11:00Z", null],
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
    [
      "letters that look the same",
      "Jos\u00e9",
      "Jose\u0301",
      {
        kind: "replaced",
        difference: "looks the same, but its letters are encoded differently",
      },
    ],
    [
      "JSON that says the same",
      '{"a":1,"b":"\u00e9"}',
      '{ "b": "\\u00e9", "a": 1 }',
      { kind: "replaced", difference: "the same JSON, formatted differently" },
    ],
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

  test("U5: of JSON keeps every digit of its numbers", () => {
    expect(diff('{"id":9007199254740992}', '{"id":9007199254740993}')).toMatchObject({
      changes: [{ name: "id", old: "9007199254740992", new: "9007199254740993" }],
    });
  });

  test.each([
    ["a number that became a text", '{"a":1}', '{"a":"1"}', [["a", "1", '"1"']]],
    ["null that became a text", '{"a":null}', '{"a":"null"}', [["a", null, "null"]]],
    ["an element that changed", '["x","y"]', '["x","z"]', [["[1]", "y", "z"]]],
    ["an element that came first", '["x","y"]', '["n","x","y"]', [["[0]", null, "n"]]],
    ["an element that went", "[1,2,3]", "[1,3]", [["[1]", "2", null]]],
    [
      "an object within",
      '{"a":{"b":1,"c":2}}',
      '{"a":{"b":1,"c":3}}',
      [["a", '{"b":1,"c":2}', '{"b":1,"c":3}']],
    ],
    ["other blanks within", '{"a":{"b":1},"c":1}', '{"a":{ "b": 1 },"c":2}', [["c", "1", "2"]]],
  ])("of JSON: %s", (_, before, after, changes) => {
    const found = diff(before, after);
    const all = found.kind === "members" ? found.changes : [];
    expect(all.map((one) => [one.name, one.old, one.new])).toEqual(changes);
  });

  test("of JSON goes down to the member that differs", () => {
    const of = (value: string) => `{"terms":{"rate":{"amount":${value},"unit":"hour"}}}`;
    const { container } = render(DiffView, { before: of("61.50"), after: of("74.25") });
    expect(container.textContent?.replace(/\s+/g, " ")).toMatch(
      /terms.*rate.*amount.*61\.50.*74\.25.*\+12\.75.*1 member unchanged/,
    );
  });

  test("of JSON without end is shown, and not followed without end", () => {
    const deep = (inner: string) => '{"a":'.repeat(60) + inner + "}".repeat(60);
    const { container } = render(DiffView, { before: deep("1"), after: deep("2") });
    expect(container.querySelectorAll("dl").length).toBeLessThan(10);
  });

  test("is read aloud: what was, what is, what came and what went", () => {
    const { container } = render(DiffView, { before: null, after: "" });
    expect(container.textContent).toMatch(/Old value:\s*null.*New value:\s*empty/s);
    const words = render(DiffView, {
      before: "prefers early mornings only",
      after: "prefers late mornings only",
    });
    expect(words.container.textContent).toContain("removed: earlyadded: late");
  });

  test("of blanks alone shows them", () => {
    const { container } = render(DiffView, { before: "Ada", after: "Ada\u00a0" });
    expect(container.querySelector("ins")?.textContent).toContain("no-break space");
  });
});

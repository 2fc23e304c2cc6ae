import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { completionsAt, type Completion } from "./completion";
import { completionSource } from "./editor";

/** The names at `|` in a text that are of a kind and begin as what is typed. */
function namesAt(marked: string, kind: Completion["kind"], isAskedFor = false): string[] | null {
  const at = marked.indexOf("|");
  const text = marked.replace("|", "");
  const found = completionsAt(text, at, isAskedFor);
  if (found === null) return null;
  const typed = text.slice(found.from, at).toLowerCase();
  const all = found.all.filter((one) => one.kind === kind && one.name.startsWith(typed));
  return all.map(({ name }) => name);
}

describe("names that are completed", () => {
  test.each<[string, Completion["kind"], string, string[]]>([
    ["tables", "table", "SELECT * FROM rec|", ["records"]],
    ["what WITH makes", "table", "WITH steps AS (SELECT 1) SELECT * FROM ste|", ["steps"]],
    ["columns of the table", "column", "SELECT * FROM state WHERE recorded|", ["recorded_value"]],
    [
      "columns of a table named later",
      "column",
      "SELECT last| FROM records",
      ["last", "last_actor"],
    ],
    ["columns of all tables, while none is named", "column", "SELECT ac|", ["action", "actor"]],
    [
      "columns behind another name",
      "column",
      "SELECT e.ac| FROM events e JOIN state AS s ON true",
      ["action", "actor"],
    ],
    [
      "columns behind AS",
      "column",
      "SELECT s.si| FROM events e JOIN state AS s ON true",
      ["since"],
    ],
    ["columns behind the table's name", "column", "SELECT records.na| FROM records", ["name"]],
    ["each column once", "column", "SELECT entity_i| FROM events, state", ["entity_id"]],
    ["functions", "function", "SELECT date_d|", ["date_diff"]],
    ["behind a text", "column", "SELECT 'x', ac| FROM events", ["action", "actor"]],
    ["behind a comment", "column", "-- it's all\nSELECT ac| FROM events", ["action", "actor"]],
    ["WHERE is no other name", "column", "SELECT x FROM events WHERE where.ac|", []],
  ])("%s", (_, kind, text, names) => expect(namesAt(text, kind)).toEqual(names));

  test.each([
    ["a text", "SELECT 'ac|'"],
    ["a text that is not closed", "SELECT 'ac|"],
    ["a text with a quote", "SELECT 'it''s ac|'"],
    ["a comment", "SELECT 1 -- ac|"],
    ["a comment of several lines", "SELECT /* \n ac| */ 1"],
    ["a number", "SELECT 1e|"],
    ["nothing typed", "SELECT |"],
  ])("none within %s", (_, text) => expect(namesAt(text, "column")).toBeNull());

  test("where nothing is typed, if they are asked for", () => {
    expect(namesAt("SELECT | FROM records", "column", true)).toContain("last_actor");
  });

  test("say what they are", () => {
    const all = completionsAt("SELECT s FROM events, state", 8, false)?.all ?? [];
    const detailOf = (name: string) => all.find((one) => one.name === name)?.detail;
    expect([detailOf("seq"), detailOf("since"), detailOf("actor")]).toEqual([
      "number of events",
      "time of state",
      "text",
    ]);
  });

  test("come to the editor with columns first", () => {
    const state = EditorState.create({ doc: "SELECT co FROM events" });
    const found = completionSource(new CompletionContext(state, 9, false));
    expect(found?.from).toBe(7);
    const boosts = new Map(found?.options.map(({ label, boost }) => [label, boost]));
    const kinds = ["corrected", "events", "count", "SELECT"].map((name) => boosts.get(name));
    expect(kinds).toEqual([3, 2, 1, 0]);
  });
});

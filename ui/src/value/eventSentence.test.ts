import { describe, expect, test } from "vitest";
import type { EventRow } from "../ipc";
import { row } from "../test/journal";
import { sentenceOf, spokenSentence } from "./eventSentence";

const at = { timestamp: "2024-03-03T14:05:06.123456789+00:00" };
const whole = { field: "*", old: "", new: '{"name":"Ada"}' };

describe("an event as a sentence", () => {
  test.each<[string, Parameters<typeof row>[0]]>([
    ["Sarah changed phone of candidate CAND-00342 from 555-0100 to 555-0187", {}],
    [
      "Sarah changed phone of candidate CAND-00342 from empty text to null, no value",
      {
        old: "",
        new: null,
      },
    ],
    [
      "Sarah set phone of candidate CAND-00342 to 5[no-break space]5 again, which changed nothing",
      {
        old: "5\u00a05",
        new: "5\u00a05",
        no_op: true,
      },
    ],
    ["Sarah created candidate CAND-00342", { action: "insert", ...whole }],
    [
      "Sarah set phone of candidate CAND-00342 to 1 for the first time",
      {
        action: "insert",
        new: "1",
      },
    ],
    ["Sarah deleted candidate CAND-00342", { action: "delete", ...whole }],
    ["Sarah deleted phone of candidate CAND-00342, which was 555-0100", { action: "delete" }],
    [
      "Sarah corrected phone of candidate CAND-00342 from 555-0100 to 555-0187",
      {
        action: "correct",
      },
    ],
    ["Sarah corrected candidate CAND-00342", { action: "correct", ...whole }],
    [
      "Sarah voided an event about phone of candidate CAND-00342, which recorded 555-0100",
      {
        action: "void",
      },
    ],
    ["Sarah voided an event about candidate CAND-00342", { action: "void", ...whole }],
    [
      "Sarah noted on candidate CAND-00342: Called back",
      {
        action: "note",
        ...whole,
        new: "Called back",
      },
    ],
    ["Sarah noted on phone of candidate CAND-00342: Wrong?", { action: "note", new: "Wrong?" }],
    [
      "Sarah imported batch 7",
      {
        action: "ingest",
        ...whole,
        entity_type: "batch",
        entity_id: "7",
      },
    ],
    ["Sarah recorded “merge” for candidate CAND-00342", { action: "merge", ...whole }],
    [
      "Sarah recorded “constructor” for phone of candidate CAND-00342, from 555-0100 to 555-0187",
      {
        action: "constructor",
      },
    ],
  ])("%s", (sentence, change) =>
    expect(spokenSentence(row({ ...at, ...change }), "UTC")).toBe(
      `${sentence}, on 3 March 2024 at 14:05 UTC, through the API.`,
    ),
  );

  test.each([
    ["api", "through the API"],
    ["workspace", "in the workspace"],
    ["agent", "through an agent"],
    ["ingest", "through an import"],
    ["daybook", "in Daybook"],
    ["fax", "through fax"],
    ["constructor", "through constructor"],
    ["", "through empty text"],
  ])("of the source %j ends “%s”", (source, end) =>
    expect(spokenSentence(row({ source }), "UTC")).toMatch(new RegExp(`, ${end}\\.$`)),
  );

  test.each<[string, Partial<EventRow>, string]>([
    ["in the zone that is shown: , on 3 March 2024 at 15:05 +01:00,", at, "Europe/Berlin"],
    ["with a time that is none: , soon,", { timestamp: "soon" }, "UTC"],
    ["with its marks: API. Now corrected and noted.", { marks: ["corrected", "noted"] }, "UTC"],
    ["while pending: API. Pending: on this device, not yet in the bucket.", { place: null }, "UTC"],
  ])("%s", (words, change, zone) =>
    expect(spokenSentence(row(change), zone)).toContain(words.slice(words.indexOf(": ") + 2)),
  );

  test("cuts a long value where it is read aloud", () => {
    expect(spokenSentence(row({ new: "x".repeat(500) }), "UTC")).toContain(` ${"x".repeat(80)}…,`);
  });

  test("takes nothing of a value for a gap", () => {
    expect(sentenceOf(row({ actor: "{field}" }))).toMatch(/^\{actor\}/);
    expect(spokenSentence(row({ actor: "{field}" }), "UTC")).toMatch(/^\{field\} changed phone/);
  });
});

/** What is made of an answer: links, lists of events, texts to copy, and the history of texts. */
import { describe, expect, test } from "vitest";
import type { SqlColumn } from "../ipc";
import { effectiveFilters } from "../query/filters";
import { fromHash, toHash } from "../query/hash";
import { START } from "../query/query";
import { reduce } from "../query/reduce";
import { FORMATS } from "./copy";
import { inLine, MOST_TEXTS, withText } from "./history";
import { eventIdsOf, linkColumns, linkOf, MOST_EVENTS } from "./links";

const texts = (...names: string[]): SqlColumn[] => names.map((name) => ({ name, kind: "text" }));
const rows = (...all: (string | null)[][]) => all.map((cells, position) => ({ position, cells }));

describe("what a cell leads to", () => {
  const columns = linkColumns(texts("event_id", "entity_type", "entity_id", "actor"));
  const [row] = rows(["evt-1", "client", "CLI-7", "Sarah"]);

  test.each<[number, unknown]>([
    [0, { to: "event", id: "evt-1" }],
    [1, null],
    [2, { to: "record", id: { entity_type: "client", entity_id: "CLI-7" } }],
    [3, null],
  ])("of column %d", (at, link) => expect(linkOf(row!, at, columns)).toEqual(link));

  test("without its type is no record", () => {
    const alone = linkColumns(texts("entity_id"));
    expect(linkOf(rows(["CLI-7"])[0]!, 0, alone)).toBeNull();
  });

  test("of NULL is nothing", () => {
    expect(linkOf(rows([null, "client", null])[0]!, 0, columns)).toBeNull();
  });
});

describe("an answer opened as events", () => {
  const columns = linkColumns(texts("actor", "event_id"));

  test("has each id once, and is no answer without one", () => {
    const found = eventIdsOf(rows(["a", "evt-1"], ["b", null], ["c", "evt-1"]), columns);
    expect(found).toEqual({ ids: ["evt-1"], total: 1 });
    expect(eventIdsOf(rows(["a", null]), columns)).toBeNull();
    expect(eventIdsOf(rows(["a"]), linkColumns(texts("actor")))).toBeNull();
  });

  test("has the first of too many", () => {
    const many = rows(...Array.from({ length: 700 }, (_, at) => ["a", `evt-${at}`]));
    const found = eventIdsOf(many, columns);
    expect([found?.ids.length, found?.total]).toEqual([MOST_EVENTS, 700]);
  });

  test("is a list of these events, at any instant, that the history keeps", () => {
    const before = {
      ...START,
      view: "sql" as const,
      at: "2026-01-01T00:00:00Z",
      selected: "evt-9",
    };
    const query = reduce(before, { kind: "open_events", ids: ["evt-1", "evt-2"] });
    expect(query).toMatchObject({ view: "events", group: false, at: null, selected: null });
    expect(effectiveFilters(query).predicates).toEqual([
      {
        kind: "text",
        of: { column: "event_id", member: null },
        patterns: [
          { kind: "equals", text: "evt-1" },
          { kind: "equals", text: "evt-2" },
        ],
        exclude: false,
      },
    ]);
    expect(fromHash(toHash(query))).toEqual(query);
  });
});

describe("rows that are copied", () => {
  const columns: SqlColumn[] = [
    { name: "name", kind: "text" },
    { name: "n", kind: "number" },
    { name: "ok", kind: "boolean" },
  ];
  const all = rows(["=x", "-9007199254740993", "true"], [null, null, null], ["", "1.50", "false"]);

  test.each<[keyof typeof FORMATS, string, number]>([
    ["tsv", "name\tn\tok\n'=x\t-9007199254740993\ttrue\n\t\t\n\t1.50\tfalse", 1],
    ["csv", 'name,n,ok\r\n\'=x,-9007199254740993,true\r\n,,\r\n"",1.50,false\r\n', 1],
    [
      "markdown",
      "| name | n | ok |\n| --- | --- | --- |\n| =x | -9007199254740993 | true |\n| null | null | null |\n|  | 1.50 | false |",
      0,
    ],
  ])("U2: as %s", (format, text, escaped) => {
    expect(FORMATS[format](columns, all)).toEqual({ text, escaped });
  });

  test("as JSON keep numbers to their last digit", () => {
    const { text } = FORMATS.json(columns, all.slice(0, 2));
    expect(text).toContain('"n": -9007199254740993,');
    expect(JSON.parse(text)).toMatchObject([
      { name: "=x", ok: true },
      { name: null, n: null, ok: null },
    ]);
  });
});

test("columns of one name are told apart in JSON", () => {
  const columns = texts("id", "id", "id_2");
  const { text } = FORMATS.json(columns, rows(["1", "2", "3"]));
  expect(JSON.parse(text)).toEqual([{ id: "1", id_2: "2", id_2_2: "3" }]);
});

describe("the texts that were run", () => {
  test("are newest first, each once, and not too many", () => {
    expect(withText(["a", "b"], " b \n")).toEqual(["b", "a"]);
    const many = Array.from({ length: MOST_TEXTS }, (_, at) => `t${at}`);
    expect([withText(many, "x").length, withText(many, "x")[0]]).toEqual([MOST_TEXTS, "x"]);
  });

  test("are shown in one line", () => {
    expect(inLine(" SELECT 1\n  FROM x ")).toBe("SELECT 1 FROM x");
  });
});

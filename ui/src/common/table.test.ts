import { describe, expect, test } from "vitest";
import { csvOf, markdownOf, tsvOf } from "./table";

const isNumber = (column: number) => column === 1;

describe("a table as text", () => {
  test.each([
    ["null and empty are two", [[null, ""]], ',""\r\n', "\t", 0],
    [
      "quotes, commas and lines",
      [['a "b"', "c,d\ne"]],
      '"a ""b""","c,d\ne"\r\n',
      '"a ""b"""\t"c,d\ne"',
      0,
    ],
    ["U2: what computes", [["=1+1", "-5"]], "'=1+1,-5\r\n", "'=1+1\t-5", 1],
    ["U2: a number that is a text", [["-5", "+1"]], "'-5,+1\r\n", "'-5\t+1", 1],
    ["a tab", [["a\tb", "1"]], "a\tb,1\r\n", '"a\tb"\t1', 0],
  ])("%s", (_, rows, csv, tsv, escaped) => {
    expect(csvOf(rows, isNumber)).toEqual({ text: csv, escaped });
    expect(tsvOf(rows, isNumber)).toEqual({ text: tsv, escaped });
  });

  test("as Markdown", () => {
    expect(
      markdownOf([
        ["a", "b"],
        ["x|y", null],
        ["1\n2", "\\"],
      ]),
    ).toBe("| a | b |\n| --- | --- |\n| x\\|y | null |\n| 1<br>2 | \\\\ |");
  });
});

import { expect, test } from "vitest";
import { placeOf } from "./place";

const TEXT = "SELECT actor,\n  min(salry) 😀x 'a b'\nFROM";

test.each<[string, number | null, number | null, string | null]>([
  ["a name", 2, 7, "salry"],
  ["a sign", 1, 13, ","],
  ["behind a character of two units", 2, 15, "x"],
  ["a text between quotes", 2, 17, "'a b'"],
  ["the end of the text marks the last character", 3, 5, "M"],
  ["no line", null, null, null],
  ["a line that is not there", 9, 1, null],
])("the place of an error: %s", (_, line, column, marked) => {
  const place = placeOf(TEXT, line, column);
  expect(place === null ? null : TEXT.slice(place.from, place.to)).toBe(marked);
});

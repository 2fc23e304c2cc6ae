import { expect, test } from "vitest";
import { piecesOf } from "./phrase";

test.each([
  ["", []],
  ["plain", [["text", "plain"]]],
  [
    "{verb} by {actor}, {when}",
    [
      ["gap", "verb"],
      ["text", " by "],
      ["gap", "actor"],
      ["text", ", "],
      ["gap", "when"],
    ],
  ],
  [
    "**Chain broken**: press `Alt ←`",
    [
      ["strong", "Chain broken"],
      ["text", ": press "],
      ["key", "Alt ←"],
    ],
  ],
])("%j is in pieces", (text, pieces) => {
  expect(piecesOf(text).map((piece) => [piece.kind, piece.text])).toEqual(pieces);
});

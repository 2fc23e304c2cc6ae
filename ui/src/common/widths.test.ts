import { expect, test } from "vitest";
import { widthClasses } from "./widths";

test.each([
  [0, []],
  [2350, ["wide"]],
  [1500, ["wide"]],
  [1232, []],
  [1000, ["medium"]],
  [692, ["medium", "narrow"]],
  [512, ["medium", "narrow", "slim"]],
])("a list of %d pixels is %j", (width, classes) => expect(widthClasses(width)).toEqual(classes));

import { describe, expect, test } from "vitest";
import { longDay, justAfter, justBefore, moment, nanosOf, secondOf, textOf } from "./time";

describe("an instant in words", () => {
  test.each([
    ["2024-03-03T14:05:06+00:00", true, "2024-03-03 14:05:06 UTC"],
    ["2024-03-03T14:05:06+00:00", false, "2024-03-03 15:05:06 +01:00"],
    ["2024-07-03T23:05:06Z", false, "2024-07-04 01:05:06 +02:00"],
    ["2024-03-03T14:05:06.120000000Z", true, "2024-03-03 14:05:06.12 UTC"],
    ["2024-03-03T14:05:06.123456789Z", true, "2024-03-03 14:05:06.123456789 UTC"],
    ["1700-01-01T00:00:00Z", true, "1700-01-01 00:00:00 UTC"],
    // An engine may round this up, into the next day.
    ["2024-03-05T23:59:59.999999999+00:00", true, "2024-03-05 23:59:59.999999999 UTC"],
    ["yesterday", true, "yesterday"],
  ])("%s, utc %s", (instant, utc, words) => expect(moment(instant, utc, true)).toBe(words));

  test("a day is that of the zone", () => {
    expect(longDay("2024-07-03T23:05:06Z", true)).toBe("Wednesday 3 July 2024");
    expect(longDay("2024-07-03T23:05:06Z", false)).toBe("Thursday 4 July 2024");
  });
});

describe("an instant as it is typed", () => {
  test.each([
    ["2024-03-03T14:05:06+00:00", true, "2024-03-03 14:05:06"],
    ["2024-03-03T14:05:06.120000001Z", false, "2024-03-03 15:05:06.120000001"],
  ])("%s, utc %s", (instant, utc, text) => expect(textOf(instant, utc)).toBe(text));
});

describe("an instant as a number", () => {
  test.each([
    ["1970-01-01T00:00:00Z", 0n],
    ["1969-12-31T23:59:59.999999999Z", -1n],
    ["2024-03-03T15:05:06.5+01:00", 1_709_474_706_500_000_000n],
  ])("%s", (instant, nanos) => expect(nanosOf(instant)).toBe(nanos));

  test("is told without the fraction, which an engine may round", () => {
    expect(secondOf("2024-03-05T23:59:59.999999999Z").toISOString()).toBe(
      "2024-03-05T23:59:59.000Z",
    );
  });
});

describe("just after", () => {
  test.each([
    ["2024-03-03T14:05:06Z", "2024-03-03T14:05:06.000000001Z"],
    ["2024-03-03T14:05:06.5Z", "2024-03-03T14:05:06.500000001Z"],
    ["2024-03-03T14:05:06.999999999Z", "2024-03-03T14:05:07.000000000Z"],
    ["2024-03-03T15:05:06+01:00", "2024-03-03T14:05:06.000000001Z"],
  ])("%s", (instant, after) => expect(justAfter(instant)).toBe(after));
});

describe("just before", () => {
  test.each([
    ["2024-03-03T14:05:06Z", "2024-03-03T14:05:05.999999999Z"],
    ["2024-03-03T14:05:06.5Z", "2024-03-03T14:05:06.499999999Z"],
    ["2024-03-03T15:05:06.000000001+01:00", "2024-03-03T14:05:06.000000000Z"],
  ])("%s", (instant, before) => expect(justBefore(instant)).toBe(before));
});

import { describe, expect, test } from "vitest";
import { longDay, fromInput, justAfter, justBefore, moment, toInput } from "./time";

describe("an instant in words", () => {
  test.each([
    ["2024-03-03T14:05:06+00:00", true, "2024-03-03 14:05:06 UTC"],
    ["2024-03-03T14:05:06+00:00", false, "2024-03-03 15:05:06 +01:00"],
    ["2024-07-03T23:05:06Z", false, "2024-07-04 01:05:06 +02:00"],
    ["2024-03-03T14:05:06.120000000Z", true, "2024-03-03 14:05:06.12 UTC"],
    ["2024-03-03T14:05:06.123456789Z", true, "2024-03-03 14:05:06.123456789 UTC"],
    ["1700-01-01T00:00:00Z", true, "1700-01-01 00:00:00 UTC"],
    ["yesterday", true, "yesterday"],
  ])("%s, utc %s", (instant, utc, words) => expect(moment(instant, utc, true)).toBe(words));

  test("a day is that of the zone", () => {
    expect(longDay("2024-07-03T23:05:06Z", true)).toBe("Wednesday 3 July 2024");
    expect(longDay("2024-07-03T23:05:06Z", false)).toBe("Thursday 4 July 2024");
  });
});

describe("an instant that is typed", () => {
  test.each([
    ["2024-03-03T14:05", true, "2024-03-03T14:05:00Z"],
    ["2024-03-03 14:05:06", true, "2024-03-03T14:05:06Z"],
    ["2024-03-03T14:05", false, "2024-03-03T13:05:00Z"],
    ["2024-07-03T14:05", false, "2024-07-03T12:05:00Z"],
    ["2024-03-03", true, "2024-03-03T23:59:59Z"],
    ["2024-02-30T10:00", true, null],
    ["2024-13-01", true, null],
    ["soon", true, null],
    ["", true, null],
  ])("%s, utc %s", (text, utc, instant) => expect(fromInput(text, utc)).toBe(instant));

  test.each([true, false])("is what the field showed, utc %s", (utc) => {
    const instant = "2024-07-03T12:05:09Z";
    expect(fromInput(toInput(instant, utc), utc)).toBe(instant);
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

import { describe, expect, test } from "vitest";
import { day, longDay, justAfter, justBefore, moment, nanosOf, secondOf, textOf } from "./time";

describe("an instant in words", () => {
  test.each([
    ["2024-03-03T14:05:06+00:00", "UTC", "2024-03-03 14:05:06 UTC"],
    ["2024-03-03T14:05:06+00:00", "Europe/Berlin", "2024-03-03 15:05:06 +01:00"],
    ["2024-07-03T23:05:06Z", "Europe/Berlin", "2024-07-04 01:05:06 +02:00"],
    ["2024-03-03T14:05:06.120000000Z", "UTC", "2024-03-03 14:05:06.12 UTC"],
    ["2024-03-03T14:05:06.123456789Z", "UTC", "2024-03-03 14:05:06.123456789 UTC"],
    ["1700-01-01T00:00:00Z", "UTC", "1700-01-01 00:00:00 UTC"],
    ["2024-03-10T06:59:59Z", "America/New_York", "2024-03-10 01:59:59 −05:00"],
    ["2024-03-10T07:00:00Z", "America/New_York", "2024-03-10 03:00:00 −04:00"],
    ["2024-03-03T19:05:06.5Z", "Asia/Kathmandu", "2024-03-04 00:50:06.5 +05:45"],
    ["2024-03-03T14:05:06Z", "Europe/London", "2024-03-03 14:05:06 +00:00"],
    ["1700-01-01T00:00:00Z", "Europe/Berlin", "1700-01-01 00:53:28 +00:53:28"],
    // An engine may round this up, into the next day.
    ["2024-03-05T23:59:59.999999999+00:00", "UTC", "2024-03-05 23:59:59.999999999 UTC"],
    ["yesterday", "UTC", "yesterday"],
  ])("%s, %s", (instant, zone, words) => expect(moment(instant, zone, true)).toBe(words));

  test("a day is that of the zone", () => {
    expect(longDay("2024-07-03T23:05:06Z", "UTC")).toBe("Wednesday 3 July 2024");
    expect(longDay("2024-07-03T23:05:06Z", "Europe/Berlin")).toBe("Thursday 4 July 2024");
  });

  test.each([
    // Clocks are put forward over midnight: the day begins at one.
    ["2024-09-08T03:59:59.999999999Z", "America/Santiago", "2024-09-07"],
    ["2024-09-08T04:00:00Z", "America/Santiago", "2024-09-08"],
    // Midnight comes twice.
    ["2024-04-07T03:59:59Z", "America/Santiago", "2024-04-06"],
    ["2024-04-07T04:00:00Z", "America/Santiago", "2024-04-07"],
    ["2024-10-27T22:59:59Z", "Europe/Berlin", "2024-10-27"],
    ["2024-10-27T23:00:00Z", "Europe/Berlin", "2024-10-28"],
  ])("%s in %s is of the day %s", (instant, zone, date) => expect(day(instant, zone)).toBe(date));
});

describe("an instant as it is typed", () => {
  test.each([
    ["2024-03-03T14:05:06+00:00", "UTC", "2024-03-03 14:05:06"],
    ["2024-03-03T14:05:06.120000001Z", "Europe/Berlin", "2024-03-03 15:05:06.120000001"],
  ])("%s, %s", (instant, zone, text) => expect(textOf(instant, zone)).toBe(text));
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

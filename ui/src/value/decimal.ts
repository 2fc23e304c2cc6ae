/** Decimal numbers of any length, exact. */
import { grouped } from "../words/format";

const DECIMAL = /^-?(?:0|[1-9]\d{0,40})(?:\.\d{1,40})?$/;

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** `+12.50`, or null if either text is no plain decimal number. */
export function numberDifference(before: string, after: string): string | null {
  if (!isDecimal(before) || !isDecimal(after)) return null;
  const digits = Math.max(fractionDigits(before), fractionDigits(after));
  const difference = scaled(after, digits) - scaled(before, digits);
  const sign = difference < 0n ? "−" : difference > 0n ? "+" : "±";
  const text = String(difference < 0n ? -difference : difference).padStart(digits + 1, "0");
  const whole = grouped(BigInt(text.slice(0, text.length - digits)));
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`;
}

/** Below 0 if the first is less, above if it is more. Both must be decimal numbers. */
export function compareDecimals(one: string, other: string): number {
  const digits = Math.max(fractionDigits(one), fractionDigits(other));
  const difference = scaled(one, digits) - scaled(other, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function fractionDigits(number: string): number {
  return number.split(".")[1]?.length ?? 0;
}

function scaled(number: string, digits: number): bigint {
  const [whole = "0", fraction = ""] = number.split(".");
  return BigInt(whole + fraction.padEnd(digits, "0"));
}

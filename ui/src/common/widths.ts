/**
 * Classes for the columns of a list, by its width in CSS pixels. The element itself is measured:
 * WebKit holds container queries against widths that are not those of a zoomed page.
 */
const BELOW = [
  ["medium", 1000],
  ["narrow", 860],
  ["slim", 640],
] as const;
const WIDE = 1500;

export function widthClasses(width: number): string[] {
  if (width === 0) return [];
  if (width >= WIDE) return ["wide"];
  return BELOW.filter(([, below]) => width <= below).map(([name]) => name);
}

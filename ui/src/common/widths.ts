/**
 * How wide a list is, in words for its columns. It is asked of the element itself: WebKit holds
 * container queries against widths that are not those of a zoomed page.
 */
const BELOW = [
  ["medium", 1000],
  ["narrow", 860],
  ["slim", 640],
] as const;
const WIDE = 1500;

export function widthWords(width: number): string[] {
  if (width === 0) return [];
  if (width >= WIDE) return ["wide"];
  return BELOW.filter(([, below]) => width <= below).map(([word]) => word);
}

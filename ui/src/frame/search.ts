/** The one search box, for keys that lead to it. */
export const SEARCH_ID = "search";

export function focusSearch(): void {
  const box = document.getElementById(SEARCH_ID);
  if (!(box instanceof HTMLInputElement)) return;
  box.focus();
  box.select();
}

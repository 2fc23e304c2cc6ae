/** Makes an element the one that takes the focus when the dialog or the popover around it opens. */
export function autofocus(element: HTMLElement): void {
  element.setAttribute("autofocus", "");
}

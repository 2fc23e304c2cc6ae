/** Makes an element the one that takes the focus when the dialog around it opens. */
export function autofocus(element: HTMLElement): void {
  element.setAttribute("autofocus", "");
}

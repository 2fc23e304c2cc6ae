/** Shows a dialog above everything else; as it goes away, what had the focus before has it again. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  // The browser gives focus back only where close() is called; here the element goes away.
  return () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}

/** Toasts: short messages at the edge of the window about what just happened. */
import { asApiError } from "../ipc";

/** The button of a toast. */
export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
  action?: ToastAction;
}

const SHOWN_MS = { good: 5000, bad: 12_000 };
/** A toast with a button stays long enough to be reached by keyboard. */
const WITH_ACTION_MS = 20_000;

export class Toasts {
  all: Toast[] = $state.raw([]);
  #last = 0;

  show(text: string, tone: Toast["tone"], action?: ToastAction): void {
    this.#last += 1;
    const toast = { id: this.#last, text, tone, action };
    this.all = [...this.all, toast];
    const shown = action === undefined ? SHOWN_MS[tone] : WITH_ACTION_MS;
    setTimeout(() => this.dismiss(toast.id), shown);
  }

  problem(error: unknown): void {
    this.show(asApiError(error).message, "bad");
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

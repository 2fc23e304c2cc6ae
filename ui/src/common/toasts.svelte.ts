/** Toasts: short messages at the edge of the window about what just happened. */
import { asApiError, type ErrorKind } from "../ipc";

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
  /** The kind of error that it tells, which Help explains. */
  error?: ErrorKind;
}

const SHOWN_MS = { good: 5000, bad: 12_000 };
/** A toast with a button stays long enough to be reached by keyboard. */
const WITH_ACTION_MS = 20_000;

export class Toasts {
  all: Toast[] = $state.raw([]);
  #last = 0;

  show(text: string, tone: Toast["tone"], action?: ToastAction): void {
    this.#add({ text, tone, action });
  }

  problem(error: unknown): void {
    const { message, kind } = asApiError(error);
    this.#add({ text: message, tone: "bad", error: kind });
  }

  #add(shown: Omit<Toast, "id">): void {
    this.#last += 1;
    const toast = { id: this.#last, ...shown };
    this.all = [...this.all, toast];
    const pause = shown.action === undefined ? SHOWN_MS[shown.tone] : WITH_ACTION_MS;
    setTimeout(() => this.dismiss(toast.id), pause);
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

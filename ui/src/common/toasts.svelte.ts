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
  /** Dismisses it. */
  timer: ReturnType<typeof setTimeout>;
}

const SHOWN_MS = { good: 5000, bad: 12_000 };
/** A toast with a button stays long enough to be reached by keyboard. */
const WITH_ACTION_MS = 20_000;

export class Toasts {
  all: Toast[] = $state.raw([]);
  #last = 0;

  /** Returns the id of the toast. */
  show(text: string, tone: Toast["tone"], action?: ToastAction): number {
    return this.#add({ text, tone, action });
  }

  /** Shows another text in place of toasts, which keep their buttons; by itself if all are gone. */
  replace(ids: number[], text: string): void {
    const isReplaced = ({ id }: Toast) => ids.includes(id);
    if (!this.all.some(isReplaced)) this.show(text, "good");
    this.all = this.all.map((toast) => {
      if (!isReplaced(toast)) return toast;
      clearTimeout(toast.timer);
      return { ...toast, text, timer: this.#dismissLater(toast) };
    });
  }

  problem(error: unknown): void {
    const { message, kind } = asApiError(error);
    this.#add({ text: message, tone: "bad", error: kind });
  }

  #add(shown: Omit<Toast, "id" | "timer">): number {
    this.#last += 1;
    const toast = { id: this.#last, ...shown };
    this.all = [...this.all, { ...toast, timer: this.#dismissLater(toast) }];
    return toast.id;
  }

  #dismissLater({ id, tone, action }: Omit<Toast, "timer">) {
    const pause = action === undefined ? SHOWN_MS[tone] : WITH_ACTION_MS;
    return setTimeout(() => this.dismiss(id), pause);
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

/** Short words at the edge of the window about what just happened. */
import { asProblem } from "../ipc";

/** What one can do about what is said. */
export interface ToastAct {
  word: string;
  act: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
  act?: ToastAct;
}

const SHOWN_MS = { good: 5000, bad: 12_000 };
/** What can be acted on stays long enough to be reached by keyboard. */
const WITH_ACT_MS = 20_000;

export class Toasts {
  all: Toast[] = $state.raw([]);
  #last = 0;

  say(text: string, tone: Toast["tone"], act?: ToastAct): void {
    this.#last += 1;
    const toast = { id: this.#last, text, tone, act };
    this.all = [...this.all, toast];
    setTimeout(() => this.dismiss(toast.id), act === undefined ? SHOWN_MS[tone] : WITH_ACT_MS);
  }

  problem(error: unknown): void {
    this.say(asProblem(error).message, "bad");
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

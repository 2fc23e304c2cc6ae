/** Short words at the edge of the window about what just happened. */
import { asProblem } from "../ipc";

export interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
}

const SHOWN_MS = { good: 5000, bad: 12_000 };

export class Toasts {
  all: Toast[] = $state.raw([]);
  #last = 0;

  say(text: string, tone: Toast["tone"]): void {
    this.#last += 1;
    const toast = { id: this.#last, text, tone };
    this.all = [...this.all, toast];
    setTimeout(() => this.dismiss(toast.id), SHOWN_MS[tone]);
  }

  problem(error: unknown): void {
    this.say(asProblem(error).message, "bad");
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

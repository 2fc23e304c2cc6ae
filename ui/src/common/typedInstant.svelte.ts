/** An instant that is typed: the core says which one a text means. */
import * as ipc from "../ipc";
import { textOf } from "./time";

export class TypedInstant {
  /** What is in the field. */
  text = $state("");
  /** The instant that the text means; null if it is empty or no time. */
  instant: string | null = $state(null);
  /** Whether the text is no time. */
  invalid = $state(false);
  /** The text of the instant that was shown, by which it is known again to the nanosecond. */
  #shown = { text: "", instant: null as string | null };

  constructor(private readonly zone: () => string) {}

  /** Shows an instant; null empties the field. */
  show(instant: string | null) {
    const text = instant === null ? "" : textOf(instant, this.zone());
    this.#shown = { text, instant };
    this.text = text;
    this.instant = instant;
    this.invalid = false;
  }

  /** Asks what the text means, and returns it. */
  async read(): Promise<string | null> {
    const text = this.text;
    const instant = await this.#read(text);
    if (text === this.text) {
      this.instant = instant;
      this.invalid = instant === null && text.trim() !== "";
    }
    return instant;
  }

  async #read(text: string): Promise<string | null> {
    if (text === this.#shown.text) return this.#shown.instant;
    return text.trim() === "" ? null : await ipc.readTime(text, this.zone());
  }
}

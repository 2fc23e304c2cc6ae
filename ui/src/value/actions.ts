/** What the actions of events look and sound like. Unknown ones are shown as they are. */
import Ban from "@lucide/svelte/icons/ban";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import Download from "@lucide/svelte/icons/download";
import MessageSquare from "@lucide/svelte/icons/message-square";
import Minus from "@lucide/svelte/icons/minus";
import PenLine from "@lucide/svelte/icons/pen-line";
import CircleSmall from "@lucide/svelte/icons/circle-small";
import Plus from "@lucide/svelte/icons/plus";
import type { LucideIcon } from "@lucide/svelte";

interface ActionLook {
  icon: LucideIcon;
  /** What stands for the change when it is told as a sentence. */
  past: string;
  /** The class it is drawn with. An action that is not known names none. */
  tone: string;
}

const LOOKS: Record<string, Omit<ActionLook, "tone">> = {
  insert: { icon: Plus, past: "inserted" },
  update: { icon: CircleSmall, past: "changed" },
  delete: { icon: Minus, past: "deleted" },
  ingest: { icon: Download, past: "ingested" },
  correct: { icon: PenLine, past: "corrected" },
  void: { icon: Ban, past: "voided" },
  note: { icon: MessageSquare, past: "noted" },
};

export function lookOf(action: string): ActionLook {
  return Object.hasOwn(LOOKS, action) && LOOKS[action] !== undefined
    ? { ...LOOKS[action], tone: action }
    : { icon: CircleQuestionMark, past: action, tone: "" };
}

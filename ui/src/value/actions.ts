/** How events are drawn by their action, and the verb for it. Unknown actions are shown as they are. */
import Ban from "@lucide/svelte/icons/ban";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import Download from "@lucide/svelte/icons/download";
import MessageSquare from "@lucide/svelte/icons/message-square";
import Minus from "@lucide/svelte/icons/minus";
import PenLine from "@lucide/svelte/icons/pen-line";
import CircleSmall from "@lucide/svelte/icons/circle-small";
import Plus from "@lucide/svelte/icons/plus";
import type { LucideIcon } from "@lucide/svelte";
import { words } from "../words";

interface ActionStyle {
  icon: LucideIcon;
  /** The verb for the change in a sentence. */
  verb: string;
  /** The class it is drawn with. An unknown action has none. */
  tone: string;
}

const ICONS: Record<string, LucideIcon> = {
  insert: Plus,
  update: CircleSmall,
  delete: Minus,
  ingest: Download,
  correct: PenLine,
  void: Ban,
  note: MessageSquare,
};

export function actionStyle(action: string): ActionStyle {
  const icon = Object.hasOwn(ICONS, action) ? ICONS[action] : undefined;
  if (icon === undefined) return { icon: CircleQuestionMark, verb: action, tone: "" };
  return { icon, verb: words.value.actionVerb[action] ?? action, tone: action };
}

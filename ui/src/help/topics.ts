/** What Help can be opened at: a page, or one rule. */
import { words } from "../words";
import type { Rule } from "../words/rules";

const { rules, stores } = words.help;

type RulesPage = keyof typeof rules;
type RuleTopic = { [P in RulesPage]: keyof (typeof rules)[P]["rules"] }[RulesPage];
export type PageTopic = keyof typeof words.help.pages | keyof typeof stores.pages | RulesPage;
export type HelpTopic = PageTopic | RuleTopic;

const TITLES = new Map<string, string>([
  ...Object.entries({ ...words.help.pages, ...stores.pages, ...rules }).map(
    ([topic, { title }]) => [topic, title] as const,
  ),
  ...Object.values(rules).flatMap(({ rules }) =>
    Object.entries<Rule>(rules).map(([topic, { about }]) => [topic, about] as const),
  ),
]);

export function titleOf(topic: HelpTopic): string {
  return TITLES.get(topic) ?? topic;
}

/** The id of the heading of a topic. */
export function anchorOf(topic: string): string {
  return `help-${topic}`;
}

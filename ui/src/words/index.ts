/**
 * Everything that the window says to people, by area. Another language is another set of these
 * files. A text with `{name}`, `**strong**` or `` `key` `` in it is shown by `common/Phrase.svelte`.
 */
import { amend } from "./amend";
import { chains } from "./chains";
import { common } from "./common";
import { events } from "./events";
import { exporting } from "./export";
import { filters } from "./filters";
import { frame } from "./frame";
import { help } from "./help";
import { importing } from "./import";
import { keys } from "./keys";
import { palette } from "./palette";
import { record } from "./record";
import { records } from "./records";
import { sql } from "./sql";
import { value } from "./value";

export const words = {
  amend,
  chains,
  common,
  events,
  export: exporting,
  filters,
  frame,
  help,
  import: importing,
  keys,
  palette,
  record,
  records,
  sql,
  value,
} as const;

/** The editor of texts in SQL: CodeMirror, with our names to complete and our colours. */
import {
  autocompletion,
  completionKeymap,
  type Completion as Option,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { SQLDialect } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { words } from "../words";
import { completionsAt, type Completion } from "./completion";
import { KEYWORDS, TYPES } from "./dialect";
import type { Place } from "./place";

const dialect = SQLDialect.define({
  keywords: KEYWORDS.join(" ").toLowerCase(),
  types: TYPES.join(" "),
  builtin: words.sql.functions.map(([name]) => name).join(" "),
  doubleQuotedStrings: false,
  identifierQuotes: '"',
});

/** The colours are tokens of the window, which are light and dark by themselves. */
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "var(--weight-medium)" },
  { tag: tags.string, color: "var(--insert)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--note)" },
  { tag: [tags.standard(tags.name), tags.typeName], color: "var(--correct)" },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--ink-3)", fontStyle: "italic" },
]);

/** Marks a place in the text until the text changes. */
export const markWrong = StateEffect.define<Place | null>();

const wrongMark = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const effect = transaction.effects.findLast((one) => one.is(markWrong));
    if (effect === undefined) return transaction.docChanged ? Decoration.none : marks;
    const place: Place | null = effect.value;
    if (place === null || place.from >= place.to) return Decoration.none;
    return Decoration.set(Decoration.mark({ class: "wrong" }).range(place.from, place.to));
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Where tables and columns are meant, they come before keywords. */
const BOOST: Record<Completion["kind"], number> = { column: 3, table: 2, function: 1, keyword: 0 };

function optionOf({ kind, name, detail }: Completion): Option {
  const option = { label: name, type: kind, detail, boost: BOOST[kind] };
  return kind === "function" ? { ...option, apply: applyFunction } : option;
}

/** Puts the name of a function with its brackets, and the cursor between them. */
function applyFunction(view: EditorView, { label }: Option, from: number, to: number): void {
  const isCalled = view.state.sliceDoc(to, to + 1) === "(";
  view.dispatch({
    changes: { from, to, insert: isCalled ? label : `${label}()` },
    selection: { anchor: from + label.length + 1 },
    userEvent: "input.complete",
  });
}

export function completionSource(context: CompletionContext): CompletionResult | null {
  const found = completionsAt(context.state.doc.toString(), context.pos, context.explicit);
  if (found === null) return null;
  return {
    from: found.from,
    options: found.all.map(optionOf),
    validFor: /^[\p{L}_][\p{L}\p{N}_]*$/u,
  };
}

interface Handlers {
  onrun: () => void;
  onchange: (text: string) => void;
}

/** Tab is bound to nothing, and leaves the editor. */
export function extensions({ onrun, onchange }: Handlers, attributes: Record<string, string>) {
  const run = () => {
    onrun();
    return true;
  };
  return [
    Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
    keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    history(),
    lineNumbers(),
    highlightSpecialChars(),
    bracketMatching(),
    EditorView.lineWrapping,
    dialect.extension,
    syntaxHighlighting(colours),
    autocompletion({ override: [completionSource], icons: false }),
    placeholder(words.sql.placeholder),
    wrongMark,
    EditorState.phrases.of(Object.fromEntries(words.sql.phrases)),
    EditorView.contentAttributes.of({ spellcheck: "false", ...attributes }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onchange(update.state.doc.toString());
    }),
  ] satisfies Extension[];
}

/**
 * Everything that the window says to people stands in `words/`: no text, label or sentence stands
 * in a component or in another module.
 */
import { parse, type AST } from "svelte/compiler";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { words } from ".";

/** By path from here. */
const SOURCES = import.meta.glob<string>("../**/*.{svelte,ts}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Not part of the window, or made by a machine. */
const SKIPPED = [/\.test\.ts$/, /^\.\.\/test\//, /^\.\.\/ipc\/(gen\/|fake\.ts)/, /^\.\/|\/words\//];

/** Texts that are for a machine although they look like a sentence, with the reason. */
const ALLOWED: readonly { file: string; text: string; because: string }[] = [
  { file: "frame/App.svelte", text: "light dark", because: "a value of the CSS color-scheme" },
  {
    file: "common/keys.ts",
    text: "input, textarea, select, [contenteditable=true]",
    because: "a CSS selector",
  },
];

/** Attributes and properties whose text is shown or read aloud, whatever it is. */
const SHOWN = new Set([
  "alt",
  "aria-description",
  "aria-label",
  "aria-placeholder",
  "aria-roledescription",
  "aria-valuetext",
  "caption",
  "description",
  "hint",
  "label",
  "message",
  "placeholder",
  "title",
]);

/** Attributes whose text is a list for a machine. */
const MACHINE = new Set(["class", "buttonClass", "style", "d", "viewBox", "points", "transform"]);

const LETTER = /\p{L}/u;
/** A blank between two words; a gap of a template may be one of them. */
const SENTENCE = /[\p{L}\p{N}”’)\uffff][.,:;]?\s+[\p{L}“\uffff]/u;
const GAP = "\uffff";

function isSentence(text: string): boolean {
  // Without a word of its own it only joins others, as `${day} ${time}` does.
  return SENTENCE.test(text) && LETTER.test(text) && text.split(/\s+/).some(isWord);
}

/** Whether a part of a text is a word of two letters or more. */
function isWord(part: string): boolean {
  return /^[“(]?\p{L}{2,}[”).,:;…]*$/u.test(part);
}

/** Literal texts of a module that should stand in `words/`. */
function textsOfScript(source: string): string[] {
  const file = ts.createSourceFile("module.ts", source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    const text = textOf(node);
    if (text !== null && (isSentence(text) || (LETTER.test(text) && isShown(node)))) {
      found.push(text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head, ...node.templateSpans.map((span) => span.literal)]
    .map((part) => part.text)
    .join(GAP);
}

/** Whether the literal is the value of a property that is shown, as in `{ label: "Name" }`. */
function isShown(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isPropertyAssignment(parent) && parent.initializer === node && SHOWN.has(nameOf(parent))
  );
}

function nameOf({ name }: ts.PropertyAssignment): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "";
}

type Node = { type: string; [key: string]: unknown };

/** Literal texts of a component that should stand in `words/`. */
function textsOfComponent(source: string): string[] {
  const root = parse(source, { modern: true });
  const scripts = [root.instance, root.module].flatMap((script) =>
    script ? textsOfScript(source.slice(...contentOf(script))) : [],
  );
  return [...scripts, ...textsOfNode(root.fragment as unknown as Node, null)];
}

function contentOf(script: AST.Script): [start: number, end: number] {
  const { start, end } = script.content as unknown as { start: number; end: number };
  return [start, end];
}

/** `attribute` is the name of the one that the node is in; null outside of attributes. */
function textsOfNode(node: Node, attribute: string | null): string[] {
  if (node.type === "Comment") return [];
  if (node.type === "Attribute") {
    const name = String(node["name"]);
    return MACHINE.has(name) ? [] : childrenOf(node).flatMap((child) => textsOfNode(child, name));
  }
  if (node.type === "Text") return texts(String(node["data"]), attribute === null, attribute);
  if (node.type === "ExpressionTag") {
    const shown = attribute === null || SHOWN.has(attribute);
    return textsOfExpression(node["expression"] as Node, shown);
  }
  const text = literalOf(node);
  if (text !== null) return isSentence(text) ? [text] : [];
  return childrenOf(node).flatMap((child) => textsOfNode(child, attribute));
}

function texts(text: string, shown: boolean, attribute: string | null): string[] {
  const isShown = shown || (attribute !== null && SHOWN.has(attribute));
  return (isShown ? LETTER.test(text) : isSentence(text)) ? [text.trim()] : [];
}

/** `shown` while what the expression comes to is shown as it is. */
function textsOfExpression(node: Node, shown: boolean): string[] {
  const text = literalOf(node);
  if (text !== null)
    return (shown ? LETTER.test(text.replaceAll(GAP, "")) : isSentence(text)) ? [text] : [];
  const branches = shown
    ? { ConditionalExpression: ["consequent", "alternate"], LogicalExpression: ["left", "right"] }[
        node.type
      ]
    : undefined;
  return Object.entries(node).flatMap(([key, value]) =>
    nodesIn(value).flatMap((child) => textsOfExpression(child, branches?.includes(key) ?? false)),
  );
}

function literalOf(node: Node): string | null {
  if (node.type === "Literal") return typeof node["value"] === "string" ? node["value"] : null;
  if (node.type !== "TemplateLiteral") return null;
  const quasis = node["quasis"] as { value: { cooked: string } }[];
  return quasis.map(({ value }) => value.cooked).join(GAP);
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => key !== "metadata" && key !== "parent")
    .flatMap(([, value]) => nodesIn(value));
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  const isNode = typeof value === "object" && value !== null && "type" in value;
  return isNode ? [value as Node] : [];
}

const FILES = Object.entries(SOURCES)
  .filter(([path]) => !SKIPPED.some((skipped) => skipped.test(path)))
  .map(([path, source]) => [path.replace("../", ""), source] as const);

function isAllowed(file: string, text: string): boolean {
  return ALLOWED.some((one) => one.file === file && one.text === text);
}

describe("the texts of the window", () => {
  test("are looked for in every component and module", () => {
    expect(FILES.length).toBeGreaterThan(120);
  });

  test.each(FILES)("%s has none of its own", (file, source) => {
    const found = file.endsWith(".svelte") ? textsOfComponent(source) : textsOfScript(source);
    expect(found.filter((text) => !isAllowed(file, text))).toEqual([]);
  });

  test("that are allowed elsewhere are still there", () => {
    const sources = new Map(FILES);
    expect(ALLOWED.filter(({ file, text }) => !sources.get(file)?.includes(text))).toEqual([]);
  });

  test("are counted by words/ alone: other languages have other plurals", () => {
    const counting = FILES.filter(([, source]) => /\bcounted\b[^;]*words\/format/.test(source));
    expect(counting.map(([file]) => file)).toEqual([]);
  });

  test("are all used", () => {
    const all = FILES.map(([, source]) => source).join("\n");
    const isUsed = (path: string[]) =>
      all.includes(`.${path.at(-1)}`) || path.some((name) => all.includes(`.${name}[`));
    expect(pathsOf(words).filter((path) => !isUsed(path))).toEqual([]);
  });
});

/** The names that lead to each text. */
function pathsOf(value: object, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([name, one]: [string, unknown]) => {
    const own = [...path, name];
    const isGroup = typeof one === "object" && one !== null && !Array.isArray(one);
    return isGroup ? pathsOf(one, own) : [own];
  });
}

describe("the search for texts", () => {
  test.each([
    ['const a = "Nothing was found";', ["Nothing was found"]],
    ["const a = `Copied as ${b}`;", [`Copied as ${GAP}`]],
    ["const a = `${n} events`;", [`${GAP} events`]],
    ['const a = { label: "Name" };', ["Name"]],
    ['const a = { kind: "open", name: "name" };', []],
    ["const a = `${day} ${time}`;", []],
    ['import a from "a b c";', []],
    ['type A = "as recorded";', []],
  ])("in a module: %s", (source, found) => expect(textsOfScript(source)).toEqual(found));

  test.each([
    ["<p>Nothing</p>", ["Nothing"]],
    ["<p>{n} of {m}</p>", ["of"]],
    ['<p aria-label="Name"></p>', ["Name"]],
    ['<Button title="Remove {name}" />', ["Remove"]],
    ['<p>{a ? "Yes" : "No"}</p>', ["Yes", "No"]],
    ["<p>{a ?? `${b} left`}</p>", [`${GAP} left`]],
    ["<Icon title={`Width of ${a}`} />", [`Width of ${GAP}`]],
    ['<p onclick={() => say("It was removed")}></p>', ["It was removed"]],
    ['<script lang="ts">\n  const a = "It was removed";\n</script>', ["It was removed"]],
    ['<p class="a b" {...a}>{words.a} · {b.c("d")}</p>', []],
    ["<!-- A comment of words. --><style>p { color: red }</style>", []],
  ])("in a component: %s", (source, found) => expect(textsOfComponent(source)).toEqual(found));
});

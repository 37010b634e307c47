/** CodeMirror with what an answer in Python needs, and no more. */

import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
} from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  LanguageSupport,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const code = (name) => `var(--md-code-hl-${name}-color)`;

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null], color: code("keyword") },
  { tag: tags.comment, color: code("comment"), fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: code("string") },
  { tag: tags.number, color: code("number") },
  { tag: [tags.function(tags.variableName), tags.className], color: code("function") },
  { tag: [tags.operator, tags.punctuation], color: code("operator") },
  { tag: tags.meta, color: code("special") },
]);

const look = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "var(--md-code-bg-color)",
    color: "var(--md-code-fg-color)",
    fontSize: "0.68rem",
  },
  ".cm-scroller": {
    fontFamily: "var(--md-code-font-family)",
    lineHeight: "1.5",
    overflow: "auto",
  },
  ".cm-content": { caretColor: "currentcolor", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeftColor: "currentcolor" },
  ".cm-gutters": {
    border: "none",
    backgroundColor: "transparent",
    color: "var(--md-code-hl-comment-color)",
  },
  ".cm-activeLine": { backgroundColor: "var(--md-accent-fg-color--transparent)" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--md-code-hl-color--light) !important",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid currentcolor",
  },
});

/**
 * Opens an editor in `place`. Its styles stay inside of it, as sheets that scripts
 * construct: a page whose policy allows no style elements allows those.
 */
export function open(place, { label, help, onChange }) {
  const root = place.attachShadow({ mode: "open" });
  const said = `${label}. ${help} Tab indents; Escape, then Tab, leaves the editor.`;
  const extensions = [
    lineNumbers(),
    history(),
    drawSelection(),
    indentUnit.of("    "),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    // without the completions that come along, which nothing here offers
    new LanguageSupport(pythonLanguage),
    syntaxHighlighting(colours),
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ "aria-label": said, tabindex: "0" }),
    EditorView.updateListener.of(({ docChanged }) => docChanged && onChange()),
    EditorView.domEventHandlers({ beforeinput: instead }),
    look,
  ];
  const begun = (doc) => EditorState.create({ doc, extensions });
  const view = new EditorView({ root, parent: root, state: begun("") });
  return {
    text: () => view.state.doc.toString(),
    // one that begins anew has nothing to undo
    set: (text, anew) => (anew ? view.setState(begun(text)) : replace(view, text)),
    focus: (line) => {
      view.focus();
      if (line !== undefined) goTo(view, line);
    },
  };
}

/**
 * Types over a selection without the browser's help, which would style what it puts
 * there, and a page whose policy allows no styles reports that.
 */
function instead(event, view) {
  const typed = event.inputType === "insertText" && event.data;
  if (!typed || view.composing || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), {
    userEvent: "input.type",
    scrollIntoView: true,
  });
  return true;
}

/** Puts the cursor on a line, and the line into sight. */
function goTo(view, number) {
  const line = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  const effects = EditorView.scrollIntoView(line.from, { y: "center" });
  view.dispatch({ selection: { anchor: line.from }, effects });
}

/** Changes only what differs, so that the cursor stays where it is. */
function replace(view, text) {
  const old = view.state.doc.toString();
  const shortest = Math.min(old.length, text.length);
  let from = 0;
  while (from < shortest && old[from] === text[from]) from += 1;
  let end = 0;
  while (
    end < shortest - from &&
    old[old.length - 1 - end] === text[text.length - 1 - end]
  )
    end += 1;
  const insert = text.slice(from, text.length - end);
  view.dispatch({ changes: { from, to: old.length - end, insert } });
}

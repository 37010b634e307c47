/**
 * The keys that do something on a page, and their list, which is behind `?`.
 *
 * @module
 */

import { button, h } from "./dom.js";
import { workplace } from "./workplace.js";

const ON_A_QUESTION = [
  ["Ctrl Enter", "Run the checks (Command on a Mac)"],
  ["Ctrl S", "Save, and run the checks"],
  ["E", "Go to the editor"],
  ["V", "Go to the verdict"],
  ["Q", "Go to the question"],
  ["Esc Tab", "Leave the editor, where Tab indents"],
  ["← →", "The part before or after; on the line between panes, move it"],
];
const ON_THE_CARDS = [
  ["Space", "Show the answer (Enter too)"],
  ["1 2 3 4", "Again, Hard, Good, Easy"],
];
const ANYWHERE = [
  ["/", "Search"],
  ["N", "The next page"],
  ["P", "The page before"],
  ["?", "This list"],
];

/** Where a letter leads. @type {Record<string, string>} */
const PLACES = {
  e: ".cm-content, .backprep-editor-plain, .backprep-predict-input",
  v: ".backprep-judge-verdict",
  q: ".bp-tabs [aria-selected=true]",
};

/** @type {HTMLDialogElement | undefined} */
let list;

/** Shows the list of keys. */
export function showShortcuts() {
  list?.remove();
  const here = document.querySelector("backprep-cards") ? ON_THE_CARDS : [];
  const keys = [...(workplace() ? ON_A_QUESTION : here), ...ANYWHERE];
  const rows = keys.flatMap(([key = "", what = ""]) => [
    h("dt", {}, ...key.split(" ").map((part) => h("kbd", {}, part))),
    h("dd", {}, what),
  ]);
  const title = h("h2", { id: "backprep-shortcuts" }, "Keyboard shortcuts");
  const dialog = h(
    "dialog",
    { class: "backprep-shortcuts md-typeset", "aria-labelledby": title.id },
    title,
    h("dl", {}, ...rows),
    button("Close", () => dialog.close(), "backprep-button-main"),
  );
  document.body.append(dialog);
  list = dialog;
  dialog.showModal();
}

/** Whether what is typed there are letters. @param {Event} event */
function isTyping(event) {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/.test(target.localName))
  );
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (event.key === "?") return showShortcuts();
  const place = workplace() && PLACES[event.key];
  if (!place || event.shiftKey) return;
  const host = document.querySelector(".backprep-editor-host");
  const node =
    host?.shadowRoot?.querySelector(place) ?? document.querySelector(place);
  if (!(node instanceof HTMLElement)) return;
  event.preventDefault();
  node.focus();
});

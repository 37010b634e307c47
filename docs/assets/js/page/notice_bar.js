/** A line at the foot of the page, for what concerns the judge and not one question. @module */

import { h, say } from "./dom.js";

const text = h("span", { class: "backprep-notice-bar-text", role: "status" });
const moves = h("span", { class: "backprep-notice-bar-moves" });
const bar = h("aside", { class: "backprep-notice-bar", "aria-label": "The judge" }, text, moves);

/**
 * Shows a line, with what one can do about it.
 *
 * @param {string} line "" takes it away
 * @param {HTMLElement[]} buttons
 */
export function showLine(line, ...buttons) {
  if (line && !bar.isConnected) document.body.append(bar);
  if (line === text.textContent) return;
  say(text, line);
  moves.replaceChildren(...buttons);
  bar.hidden = line === "";
}

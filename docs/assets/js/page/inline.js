/**
 * A sentence of a page as Markdown, whose only marks are those of code, and back.
 *
 * @module
 */

import { h } from "./dom.js";

/** A copy of a part of a page with its code in backquotes. */
/** @template {Node & ParentNode} T @param {T} part @returns {T} */
export function quoted(part) {
  const copy = /** @type {T} */ (part.cloneNode(true));
  for (const code of copy.querySelectorAll("code"))
    code.replaceWith(`\`${code.textContent}\``);
  return copy;
}

/** Its text in one line. @param {Element} part */
export const sentence = (part) =>
  (quoted(part).textContent ?? "").replace(/\s+/g, " ").trim();

/** The nodes that show it. @param {string} text @returns {(Node | string)[]} */
export const inline = (text) =>
  text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));

/**
 * A topic's sheet: what it tells of a question opens once an attempt at that is over,
 * or when it is asked for. Paper shows what is open, though the theme opens every fold
 * to print.
 *
 * @module
 */

import { button } from "../page/dom.js";
import { last } from "../practice/coach.js";
import { Live } from "./live.js";

export class BackprepSheet extends Live {
  /** What was opened once, and may have been closed since. @type {Set<Element>} */
  #opened = new Set();

  build() {
    const all = button("Open all", () => {
      for (const part of this.#parts()) part.open = true;
    });
    for (const part of this.#parts())
      part.addEventListener("toggle", () => {
        if (!matchMedia("print").matches)
          part.classList.toggle("backprep-told", part.open);
      });
    this.replaceChildren(all, button("Print", () => window.print()));
  }

  draw() {
    for (const part of this.#parts()) {
      if (this.#opened.has(part) || !last(part.dataset.question ?? "")?.outcome) continue;
      this.#opened.add(part);
      part.open = true;
    }
  }

  /** @returns {NodeListOf<HTMLDetailsElement>} */
  #parts() {
    return document.querySelectorAll("details.bp-told");
  }
}

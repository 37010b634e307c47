/**
 * An element that shows what the journal says, for as long as it is in the page.
 *
 * @module
 */

import { journal } from "../journal/journal.js";

export class Live extends HTMLElement {
  /** @type {(() => void) | undefined} */
  #forget;
  #built = false;

  connectedCallback() {
    if (!this.#built) this.build();
    this.#built = true;
    this.#forget = journal.onChange(() => this.draw());
    this.draw();
  }

  disconnectedCallback() {
    this.#forget?.();
  }

  get question() {
    return this.getAttribute("question") ?? "";
  }

  /** Makes the nodes, once. */
  build() {}

  /** Fits them to the journal, now and whenever it changes. */
  draw() {}
}

/**
 * An element that shows what the journal says, for as long as it is in the page.
 *
 * @module
 */

import { today } from "../journal/history.js";
import { journal } from "../journal/journal.js";

export class Live extends HTMLElement {
  /** @type {(() => void) | undefined} */
  #forget;
  #built = false;
  #day = today();

  connectedCallback() {
    if (!this.#built) this.build();
    this.#built = true;
    this.#forget = journal.onChange(() => this.draw());
    document.addEventListener("visibilitychange", this.#seen);
    this.draw();
  }

  disconnectedCallback() {
    this.#forget?.();
    document.removeEventListener("visibilitychange", this.#seen);
  }

  /** What lay open overnight is of another day when the reader comes back to it. */
  #seen = () => {
    if (document.hidden || this.#day === today()) return;
    this.#day = today();
    this.draw();
  };

  get question() {
    return this.getAttribute("question") ?? "";
  }

  /** Makes the nodes, once. */
  build() {}

  /** Fits them to the journal, now and whenever it changes or another day begins. */
  draw() {}
}

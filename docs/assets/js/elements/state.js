/** The reader's own state of a question, in a word and a sign. @module */

import { h } from "../page/dom.js";
import { standing, SIGNS } from "../practice/standing.js";
import { Live } from "./live.js";

export class BackprepState extends Live {
  build() {
    this.sign = h("span", { class: "backprep-state-sign", "aria-hidden": "true" });
    this.word = h("span", { class: "backprep-state-word" });
    this.replaceChildren(this.sign, " ", this.word);
  }

  async draw() {
    const state = (await standing())(this.question);
    if (!this.sign || !this.word) return;
    this.dataset.state = state.replaceAll(" ", "-");
    this.sign.textContent = SIGNS[state];
    this.word.textContent = state;
  }
}

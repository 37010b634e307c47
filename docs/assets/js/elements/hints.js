/** Hints, one at a time, each with its cost before it is shown. @module */

import { hintCost, note, open } from "../practice/coach.js";
import { button, focusOn, h, say } from "../page/dom.js";
import { minutesOf } from "../page/questions.js";
import { Live } from "./live.js";

const NAMES = ["A nudge", "The approach", "The key line"];

export class BackprepHints extends Live {
  #minutes = 10;
  /** How many are shown. */
  #shown = 0;
  /** The attempt that they are shown for. */
  #attempt = "";
  /** Those shown while no clock ran. @type {number[]} */
  #early = [];

  build() {
    this.hints = [...this.querySelectorAll("details")].filter(
      (details) => details.parentElement?.closest("details") === null,
    );
    for (const [index, details] of this.hints.entries()) {
      details.hidden = true;
      details.open = true;
      const summary = details.querySelector("summary");
      if (summary)
        say(summary, `Hint ${index + 1}: ${NAMES[index]?.toLowerCase() ?? "more"}`);
    }
    this.cost = h("p", { class: "backprep-hints-cost", id: `backprep-hint-cost` });
    this.more = button("", () => this.#show());
    this.more.setAttribute("aria-describedby", this.cost.id);
    this.offer = h("div", { class: "backprep-hints-offer" }, this.more, this.cost);
    this.append(this.offer);
    minutesOf(this.question).then(
      (minutes) => {
        this.#minutes = minutes;
        this.draw();
      },
      () => {},
    );
  }

  draw() {
    const { hints, offer, more, cost } = this;
    if (!hints || !offer || !more || !cost) return;
    const attempt = open(this.question);
    if (attempt && attempt.id !== this.#attempt) this.#takeUp(attempt);
    for (const [index, details] of hints.entries())
      details.hidden = index >= this.#shown;
    const level = this.#shown + 1;
    offer.hidden = level > hints.length;
    say(more, `Show hint ${level} of ${hints.length}`);
    const minutes = attempt?.minutes ?? this.#minutes;
    say(cost, hintCost(minutes, attempt?.hints ?? this.#early, level));
  }

  /** Those of an attempt stay in sight; those seen just before it count for it. */
  /** @param {import("../journal/attempt.js").Attempt} attempt */
  #takeUp(attempt) {
    this.#attempt = attempt.id;
    const early = this.#early.splice(0);
    this.#shown = Math.max(0, ...attempt.hints, ...early);
    for (const level of early) note("hinted", attempt, { level });
  }

  async #show() {
    const level = this.#shown + 1;
    const details = this.hints?.[level - 1];
    if (!details) return;
    this.#shown = level;
    const attempt = open(this.question);
    if (attempt) await note("hinted", attempt, { level });
    else this.#early.push(level);
    this.draw();
    details.open = true;
    focusOn(details.querySelector("summary") ?? details);
  }
}

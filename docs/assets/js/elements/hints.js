/** Hints, one at a time, each with its cost before it is shown. @module */

import { begin, hintCost, last, note, open } from "../coach.js";
import { button, focusOn, h, say } from "../dom.js";
import { minutesOf } from "../questions.js";
import { Live } from "./live.js";

const NAMES = ["A nudge", "The approach", "The key line"];

export class BackprepHints extends Live {
  #minutes = 10;
  /** How many are shown. */
  #shown = 0;

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
    const attempt = last(this.question);
    // those of an attempt under way stay in sight; of an earlier one they hide again
    const before = attempt && !attempt.ended ? Math.max(0, ...attempt.hints) : 0;
    this.#shown = Math.max(this.#shown, before);
    for (const [index, details] of hints.entries())
      details.hidden = index >= this.#shown;
    const level = this.#shown + 1;
    offer.hidden = level > hints.length;
    say(more, `Show hint ${level} of ${hints.length}`);
    const taken = attempt && !attempt.ended ? attempt.hints : [];
    const minutes = attempt && !attempt.ended ? attempt.minutes : this.#minutes;
    const costs = attempt?.outcome !== "passed";
    say(
      cost,
      costs ? hintCost(minutes, taken, level) : "It is passed: this costs nothing.",
    );
  }

  async #show() {
    const level = this.#shown + 1;
    const details = this.hints?.[level - 1];
    if (!details) return;
    this.#shown = level;
    if (last(this.question)?.outcome !== "passed") {
      const attempt =
        open(this.question) ?? (await begin(this.question, this.#minutes));
      await note("hinted", attempt, { level });
    }
    this.draw();
    details.open = true;
    focusOn(/** @type {HTMLElement} */ (details.querySelector("summary") ?? details));
  }
}

/** How the latest finished attempt of a question is rated, and a step to change that. @module */

import { last, note } from "../practice/coach.js";
import { button, h, say } from "../page/dom.js";
import { history } from "../journal/history.js";
import { capital } from "../page/words.js";
import { Live } from "./live.js";
import { ratings } from "./ratings.js";

export class BackprepGrade extends Live {
  build() {
    this.text = h("p", { class: "backprep-grade-text", role: "status" });
    this.moves = h("div", { class: "backprep-grade-moves" });
    this.replaceChildren(this.text, this.moves, ratings());
  }

  async draw() {
    const attempt = last(this.question);
    this.hidden = !attempt?.ended;
    if (!attempt?.ended) return;
    const { finished } = await import("../practice/schedule.js");
    const { rating, choices, text } = finished(history(), attempt);
    if (!this.text || !this.moves) return;
    say(this.text, text);
    const hadFocus = this.moves.contains(document.activeElement);
    const others = choices.filter((choice) => choice !== rating);
    this.moves.replaceChildren(
      ...others.map((choice) =>
        button(`Change to ${capital(choice)}`, () =>
          note("self_graded", attempt, { rating: choice }),
        ),
      ),
    );
    if (hadFocus) this.moves.querySelector("button")?.focus();
  }
}

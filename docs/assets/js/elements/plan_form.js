/** When the interview is and how long one has each day; to be changed and taken back. @module */

import { button, h, say, status } from "../page/dom.js";
import { history, today } from "../journal/history.js";
import { journal } from "../journal/journal.js";
import { many } from "../page/words.js";
import { ahead, dayName, plus } from "../practice/schedule.js";

/** Days from today up to which the terminal plans, too. */
const FARTHEST = 366;

export class PlanForm {
  #date = h("input", { type: "date", required: true });
  #minutes = h("input", { type: "number", min: "5", max: "720", required: true });
  #plan = h("button", { type: "submit", class: "backprep-button backprep-button-main" });
  #cancel = button("Cancel the plan", () => this.#forget(), "backprep-button-quiet");
  #said = status();
  #shown = "";

  constructor() {
    const form = h(
      "form",
      { class: "backprep-plan-form", "aria-label": "Your interview" },
      h("label", {}, "Interview on ", this.#date),
      h("label", {}, "Minutes a day ", this.#minutes),
      this.#plan,
      this.#cancel,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write(this.#date.value, Number(this.#minutes.value)).then(() =>
        this.#say(
          `Planned: ${many(Number(this.#minutes.value), "minute")} a day until ${dayName(this.#date.value)}.`,
        ),
      );
    });
    this.node = h("div", {}, form, this.#said);
  }

  /** Fits the fields to the journal, when that has another plan than before. */
  draw() {
    const known = history();
    const day = today();
    const interview = ahead(known, day);
    const shown = `${day} ${interview} ${known.planned?.minutes}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#date.min = plus(day, 1);
    this.#date.max = plus(day, FARTHEST);
    this.#date.value = interview ?? "";
    this.#minutes.value = String(known.planned?.minutes ?? 60);
    this.#plan.textContent = interview ? "Change the plan" : "Plan for it";
    this.#cancel.hidden = interview === null;
  }

  /** An interview that does not lie ahead is planned for by nothing, here and there. */
  async #forget() {
    await this.#write(plus(today(), -1), Number(history().planned?.minutes));
    this.#date.focus(); // the button is gone
    this.#say("The plan is cancelled; your progress stays.");
  }

  /** @param {string} date @param {number} minutes */
  async #write(date, minutes) {
    await journal.append("planned", "", "", { date, minutes });
    this.draw();
  }

  /** @param {string} text */
  #say(text) {
    say(this.#said, text);
  }
}

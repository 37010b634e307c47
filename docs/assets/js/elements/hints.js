/**
 * Hints, one at a time, each with its cost before it is shown. They have a page of their
 * own, which is fetched when the first is asked for and not before.
 *
 * @module
 */

import { lift, page } from "../page/answer.js";
import { hintCost, note, open } from "../practice/coach.js";
import { button, focusOn, h, say, status } from "../page/dom.js";
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

  get count() {
    return Number(this.getAttribute("count")) || 0;
  }

  build() {
    this.link = /** @type {HTMLAnchorElement} */ (this.querySelector("a[href]"));
    if (this.link) this.link.hidden = true;
    this.list = h("div", {});
    this.cost = h("p", { class: "backprep-hints-cost", id: `backprep-hint-cost` });
    this.more = button("", () => this.#show());
    this.more.setAttribute("aria-describedby", this.cost.id);
    this.offer = h("div", { class: "backprep-hints-offer" }, this.more, this.cost);
    this.status = status();
    this.append(this.list, this.offer, this.status);
    minutesOf(this.question).then(
      (minutes) => {
        this.#minutes = minutes;
        this.draw();
      },
      () => {},
    );
  }

  draw() {
    const { offer, more, cost } = this;
    if (!offer || !more || !cost) return;
    const attempt = open(this.question);
    if (attempt?.mock) {
      offer.hidden = true;
      return this.#say("A mock interview gives no hints.");
    }
    if (attempt && attempt.id !== this.#attempt) this.#takeUp(attempt);
    const level = this.#shown + 1;
    offer.hidden = level > this.count;
    say(more, `Show hint ${level} of ${this.count}`);
    const minutes = attempt?.minutes ?? this.#minutes;
    say(cost, hintCost(minutes, attempt?.hints ?? this.#early, level));
    this.#lift().catch(() => this.#say("The hints could not be fetched; reload to try again."));
  }

  /** Those of an attempt stay in sight; those seen just before it count for it. */
  /** @param {import("../journal/attempt.js").Attempt} attempt */
  #takeUp(attempt) {
    this.#attempt = attempt.id;
    const early = this.#early.splice(0);
    this.#shown = Math.max(0, ...attempt.hints, ...early);
    for (const level of early) note("hinted", attempt, { level });
  }

  /** Brings as many as are shown into the page, and no more. */
  async #lift() {
    const { list, link } = this;
    if (!list) return;
    while (list.children.length > this.#shown) list.lastChild?.remove();
    if (list.children.length === this.#shown) return;
    const from = await page(link?.href ?? "");
    for (let level = list.children.length + 1; level <= this.#shown; level += 1) {
      const name = NAMES[level - 1]?.toLowerCase() ?? "more";
      list.append(
        h(
          "details",
          { class: "bp-hint", open: true },
          h("summary", {}, `Hint ${level}: ${name}`),
          ...[...lift(from, `hint-${level}`).children].filter(
            ({ localName }) => localName !== "summary",
          ),
        ),
      );
    }
  }

  async #show() {
    const level = this.#shown + 1;
    if (level > this.count || !this.more) return;
    this.more.disabled = true;
    try {
      await page(this.link?.href ?? ""); // one that cannot be fetched costs nothing
    } catch {
      return this.#say("The hint could not be fetched. Try again; it cost nothing.");
    } finally {
      this.more.disabled = false;
    }
    this.#say("");
    this.#shown = level;
    const attempt = open(this.question);
    if (attempt) await note("hinted", attempt, { level });
    else this.#early.push(level);
    this.draw();
    await this.#lift();
    const summary = this.list?.lastElementChild?.querySelector("summary");
    if (summary) focusOn(summary);
  }

  /** @param {string} text */
  #say(text) {
    if (this.status) say(this.status, text);
  }
}

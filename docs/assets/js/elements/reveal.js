/** The way to the answer: asked for once, fetched then, and not before. @module */

import { lift, page } from "../page/answer.js";
import { last, open, reveal } from "../practice/coach.js";
import { ask, button, focusOn, h, reachable, say, status } from "../page/dom.js";
import { minutesOf } from "../page/questions.js";
import { passed } from "../journal/attempt.js";
import { compared } from "../page/compare.js";
import { slip } from "../page/slips.js";
import { workplace } from "../page/workplace.js";
import { bringUp } from "./tabs.js";
import { Live } from "./live.js";

export class BackprepReveal extends Live {
  build() {
    this.link = /** @type {HTMLAnchorElement} */ (this.querySelector("a[href]"));
    this.button = button("Reveal the answer", () => this.#press());
    this.button.setAttribute("aria-expanded", "false");
    this.status = status();
    this.place = h("div", { class: "backprep-reveal-question" });
    this.region = h("section", {
      class: "backprep-reveal-region",
      "aria-label": "The answer",
      hidden: true,
    });
    this.cost = h("p", { class: "backprep-reveal-cost" });
    if (this.link) this.link.hidden = true;
    this.append(this.cost, this.button, this.status, this.place, this.region);
  }

  /** Shows the answer, where it was earned or is asked for. */
  async open() {
    bringUp(this);
    if (this.region?.hidden) await this.#press();
  }

  draw() {
    const attempt = last(this.question);
    const earned = attempt !== undefined && attempt.outcome !== null && passed(attempt);
    this.button?.classList.toggle("backprep-button-main", earned);
    this.button?.classList.toggle("backprep-button-quiet", !earned);
    if (this.cost)
      say(
        this.cost,
        earned
          ? "You passed: compare your answer with the reference."
          : attempt?.outcome
            ? "This attempt is over: to look costs nothing more."
            : "The reference, other right answers, and the mistakes that people make. Before a pass it costs this attempt.",
      );
    // at the next attempt it is hidden again
    if (!open(this.question) || this.region?.hidden !== false) return;
    this.region.replaceChildren();
    this.#show(false);
  }

  async #press() {
    const { button, region, place } = this;
    if (!button || !region || !place) return;
    if (button.getAttribute("aria-expanded") === "true") return this.#show(false);
    if (!region.firstChild && !(await this.#mayShow(place))) return;
    if (region.firstChild || (await this.#fetch(button, region))) {
      this.#show(true);
      reachable(region);
      focusOn(region);
    }
  }

  /** Asked only where it costs something. @param {HTMLElement} place */
  async #mayShow(place) {
    const attempt = last(this.question);
    if (attempt?.outcome) return true;
    if (attempt?.mock) {
      this.#say("A mock interview gives no answers before its debrief.");
      return false;
    }
    const cost = attempt
      ? "Reveal the answer? It ends this attempt, which then counts as Again."
      : "Reveal the answer without an attempt? The question counts as Again.";
    return (await ask(place, cost, ["Not yet", "Reveal"])) === "Reveal";
  }

  /** @param {HTMLButtonElement} button @param {HTMLElement} region */
  async #fetch(button, region) {
    button.disabled = true;
    this.#say("The answer is being fetched.");
    try {
      const part = lift(await page(this.link?.href ?? ""), "answer");
      if (!last(this.question)?.outcome)
        await reveal(this.question, await minutesOf(this.question));
      tickable(part);
      this.#compare(part);
      this.#mark(part);
      region.replaceChildren(part);
      this.#say("");
      return true;
    } catch {
      if (this.link) this.link.hidden = false;
      this.#say(
        "The answer could not be fetched. It has a page of its own: use the link, or try again.",
      );
      return false;
    } finally {
      button.disabled = false;
    }
  }

  /** Puts the reader's own answer against the reference. @param {HTMLElement} part */
  #compare(part) {
    const code = part.querySelector("#revealed-reference pre > code");
    const own = workplace()?.answer() ?? "";
    const section = code?.closest("section");
    if (!code || !section || !own.trim()) return;
    part.prepend(section); // what one wants to see first
    const whole = code.closest("details") ?? code.closest(".highlight");
    const details = h("details", { class: "bp-fold" }, h("summary", {}, "The reference alone"));
    whole?.before(compared(own, code.textContent ?? ""), details);
    details.append(...(whole?.localName === "details" ? [...whole.children].slice(1) : whole ? [whole] : []));
    if (whole?.localName === "details") whole.remove();
  }

  /** Shows first the mistake that was made here. @param {HTMLElement} part */
  #mark(part) {
    const title = slip(this.question);
    const misses = [...part.querySelectorAll("details.bp-miss")];
    const made = misses.find((miss) => miss.getAttribute("data-title") === title);
    if (!(made instanceof HTMLDetailsElement)) return;
    misses[0]?.before(made);
    made.classList.add("bp-yours");
    made.open = true;
    made
      .querySelector("summary")
      ?.prepend(h("span", { class: "bp-yours-word" }, "you wrote this one"));
  }

  /** @param {boolean} visible */
  #show(visible) {
    const { button, region, cost } = this;
    if (!button || !region || !cost) return;
    button.setAttribute("aria-expanded", String(visible));
    say(button, visible ? "Hide the answer" : "Reveal the answer");
    region.hidden = !visible;
    cost.hidden = visible;
  }

  /** @param {string} text */
  #say(text) {
    if (this.status) say(this.status, text);
  }
}

/** Gives each point of the rubric a box, for the reader's own eyes. */
/** @param {HTMLElement} part */
function tickable(part) {
  for (const point of part.querySelectorAll("#revealed-rubric li")) {
    const box = h("input", { type: "checkbox" });
    const text = h("span", {}, ...point.childNodes);
    point.replaceChildren(h("label", { class: "backprep-rubric-point" }, box, text));
  }
}

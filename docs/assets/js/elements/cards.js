/** The follow-up questions, one card at a time: thought about, turned over, graded. @module */

import { RATINGS } from "../journal/event_rules.js";
import { history, today } from "../journal/history.js";
import { journal } from "../journal/journal.js";
import { sides } from "../page/cards.js";
import { button, focusOn, fromRoot, h, reachable, say } from "../page/dom.js";
import { questions } from "../page/questions.js";
import { capital, many } from "../page/words.js";
import { deck, dueOn, inWords, NEW_A_DAY, questionOf, tally } from "../practice/cards.js";
import { ahead, dayName, firstOfDays, nextAfter, plus } from "../practice/schedule.js";
import { Live } from "./live.js";

/** @typedef {import("../page/cards.js").Sides} Sides */
/** @typedef {import("../page/questions.js").Question} Question */

/** New cards that one may ask for beyond those of the day. */
const MORE = 10;

export class BackprepCards extends Live {
  /** @type {Map<string, Sides>} */
  #cards = new Map();
  /** @type {Map<string, Question>} */
  #questions = new Map();
  /** The key of the card that is shown. */
  #inHand = "";
  #turned = false;
  #newADay = NEW_A_DAY;
  /** Whether new cards come of questions that were not attempted, too. */
  #untried = false;
  /** What was graded here. @type {import("../journal/history.js").Graded[]} */
  #graded = [];

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#pressed);
  }

  build() {
    this.count = h("p", { class: "backprep-cards-count" });
    this.about = h("p", { class: "backprep-cards-about" });
    this.front = h("section", { "aria-label": "Question" });
    this.back = h("section", { class: "backprep-cards-back", "aria-label": "Answer" });
    this.actions = h("div", { class: "backprep-cards-actions" });
    this.#load();
  }

  async #load() {
    try {
      const [all, cards] = await Promise.all([questions(), sides()]);
      this.#questions = new Map(all.map((question) => [question.id, question]));
      this.#cards = cards;
      this.draw();
    } catch {
      const retry = button("Try again", () => this.#load(), "backprep-button-main");
      this.replaceChildren(h("p", {}, "The cards could not be fetched."), retry);
    }
  }

  draw() {
    if (this.#cards.size === 0) return;
    const { due, fresh, again } = this.#deck();
    const left = [...due, ...fresh, ...again];
    if (!left.includes(this.#inHand)) this.#take(left[0] ?? "");
    if (this.#inHand === "") return;
    const kinds = [
      [due.length + again.length, "due"],
      [fresh.length, "new"],
    ].flatMap(([number, kind]) => (number ? [`${number} ${kind}`] : []));
    const seen = tally(this.#graded).seen;
    if (this.count) say(this.count, [...kinds, ...(seen ? [`${seen} seen`] : [])].join(" · "));
  }

  /** What there is to go through now. */
  #deck(newADay = this.#newADay, untried = this.#untried) {
    const known = history();
    const tried = known.attempts.flatMap(({ question, ended }) =>
      ended ? [question] : [],
    );
    const from = new Set(untried ? this.#questions.keys() : tried);
    const keys = [...this.#cards.keys()].filter((key) => this.#questions.has(questionOf(key)));
    return deck(keys, known.cards, from, today(), ahead(known, today()), newADay);
  }

  /** Shows the front of a card, or, where there is none, what it came to. */
  /** @param {string} key */
  #take(key) {
    this.#inHand = key;
    this.#turned = false;
    if (!this.count || !this.about || !this.front || !this.back || !this.actions) return;
    const question = this.#questions.get(questionOf(key));
    const card = this.#cards.get(key);
    if (!question || !card) {
      this.#end();
      return;
    }
    const link = h("a", { href: fromRoot(question.url) }, question.title);
    this.about.replaceChildren(`${question.topicTitle}: `, link);
    this.front.replaceChildren(card.front);
    this.back.replaceChildren();
    this.actions.replaceChildren(
      button("Show the answer", () => this.#turn(), "backprep-button-main"),
    );
    const box = h("div", { class: "backprep-cards-card" }, this.about, this.front, this.back);
    this.replaceChildren(this.count, box, this.actions);
    reachable(this.front);
  }

  #turn() {
    const card = this.#cards.get(this.#inHand);
    if (!card || !this.back || !this.actions) return;
    this.#turned = true;
    this.back.replaceChildren(card.back);
    this.actions.replaceChildren(...this.#grades());
    reachable(this.back);
    focusOn(this.back);
  }

  /** The grades, each with the day on which the card would come again, where that is
   * not settled already. */
  #grades() {
    const [key, day, known] = [this.#inHand, today(), history()];
    const done = firstOfDays(known.cards).filter(({ question }) => question === key);
    const settled = done.some((review) => review.day === day);
    return RATINGS.map((rating) => {
      const on = nextAfter(done, { question: key, day, rating }, ahead(known, day));
      const when = on === plus(day, 1) ? "tomorrow" : dayName(on);
      const node = button(capital(rating), () => this.#grade(rating));
      if (!settled) node.append(" ", h("small", {}, when));
      return node;
    });
  }

  /** @param {string} rating */
  async #grade(rating) {
    const key = this.#inHand;
    const [question, card] = [questionOf(key), key.slice(key.indexOf("#") + 1)];
    this.#graded.push({ question: key, ended: "", rating });
    this.#inHand = ""; // so that another one is taken, if there is any
    await journal.append("card_graded", question, "", { card, rating });
    const shown = this.#inHand ? this.front : this.querySelector("p");
    if (shown) focusOn(shown);
  }

  #end() {
    const [known, tomorrow] = [history(), plus(today(), 1)];
    const keys = [...this.#cards.keys()];
    const due = dueOn(keys, known.cards, tomorrow, ahead(known, today()));
    const more = this.#deck(Infinity).fresh.length;
    const others = this.#deck(Infinity, true).fresh.length - more;
    const said = this.#graded.length
      ? inWords(tally(this.#graded), due)
      : known.cards.length
        ? "No card is due today."
        : "No cards yet.";
    const ways = [];
    if (more) {
      const number = Math.min(MORE, more);
      const take = () => this.#more(this.#newADay + MORE, this.#untried);
      ways.push(button(`${many(number, "more new card")}`, take));
    }
    if (others) {
      const take = () => this.#more(this.#newADay, true);
      ways.push(button("Take those of all questions", take));
    }
    const come = h(
      "p",
      {},
      "A card is a follow-up that an interviewer may ask. New ones come with the ",
      h("a", { href: fromRoot("questions/") }, "questions"),
      " that you attempt.",
    );
    this.replaceChildren(
      h("p", { class: "backprep-cards-said" }, said),
      ...(others ? [come] : []),
      h("div", { class: "backprep-cards-ways" }, ...ways),
    );
  }

  /** @param {number} newADay @param {boolean} untried */
  #more(newADay, untried) {
    this.#newADay = newADay;
    this.#untried = untried;
    this.draw();
    if (this.front?.isConnected) focusOn(this.front);
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || this.#inHand === "") return;
    // what has the keyboard has its own use for it
    if (!(target instanceof Element) || target.closest("input, textarea, dialog")) return;
    const turns = key === " " || key === "Enter";
    if (turns && !this.#turned && !target.closest("a, button, label, summary")) {
      event.preventDefault();
      this.#turn();
    }
    const rating = this.#turned ? RATINGS[Number(key) - 1] : undefined;
    if (rating) this.#grade(rating);
  };
}

/** A mock interview: a plan, one question after the other, one clock, a debrief. @module */

import { minutesAndSeconds } from "../page/clock.js";
import { button, focusOn, h } from "../page/dom.js";
import { history } from "../journal/history.js";
import { isPassed, when } from "../practice/debrief.js";
import {
  attemptAt,
  current,
  end,
  following,
  left,
  start,
  underWay,
  ungraded,
} from "../practice/interview.js";
import { aims } from "../page/aims.js";
import { aimOf, pathOf } from "../practice/aim.js";
import { plan } from "../practice/mock.js";
import { questions } from "../page/questions.js";
import { many } from "../page/words.js";
import { hold } from "../page/workplace.js";
import { drawn } from "./mock_debrief.js";
import { isWished, mockForm, remember } from "./mock_form.js";
import { MockQuestion } from "./mock_question.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/history.js").Mock} Mock */
/** @typedef {import("./mock_form.js").Wish} Wish */

const TO_COME = "One clock for all of it; no hints and no answers until it is over.";

export class BackprepMock extends HTMLElement {
  /** @type {Question[]} */
  #all = [];
  /** @type {import("../practice/aim.js").Aim[]} */
  #aims = [];
  /** @type {MockQuestion | null} */
  #open = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;

  connectedCallback() {
    this.#interval = setInterval(() => this.#open?.draw(), 1000);
    if (this.#all.length) return;
    Promise.all([questions(), aims()]).then(
      ([all, known]) => {
        this.#all = all;
        this.#aims = known;
        this.#begin();
      },
      () =>
        this.append("The list of questions could not be fetched; reload to try again."),
    );
  }

  disconnectedCallback() {
    clearInterval(this.#interval);
    hold(null);
  }

  /** Goes on where the reader was. */
  #begin() {
    const open = underWay();
    const last = this.#held().at(-1);
    if (open) this.#offerToGoOn(open);
    else if (last && ungraded(last).length && !isWished()) this.#debrief(last);
    else this.#setUp();
  }

  /** Those that are over, the earliest first. */
  #held() {
    return history().mocks.filter((mock) => mock.ended && this.#set(mock).length);
  }

  /** An interview's questions, as far as the bank still has them. @param {Mock} mock */
  #set(mock) {
    const byId = new Map(this.#all.map((question) => [question.id, question]));
    return mock.questions.flatMap((id) => byId.get(id) ?? []);
  }

  /** @param {string} name @param {(Node | string)[]} children */
  #show(name, ...children) {
    const isFirst = this.dataset.view === undefined;
    this.#open = null;
    hold(null);
    this.dataset.view = name;
    this.replaceChildren(...children);
    if (isFirst) return; // nobody's focus moves while the page comes
    const beginning = this.querySelector("h2, input");
    if (beginning instanceof HTMLInputElement) beginning.focus();
    else if (beginning instanceof HTMLElement) focusOn(beginning);
  }

  #setUp() {
    const own = history().aim;
    const form = mockForm(this.#all, this.#aims, own, (wish) => this.#plan(wish));
    this.#show("set-up", form, ...this.#earlier());
    if (isWished() && form.checkValidity()) form.requestSubmit();
  }

  #earlier() {
    const held = this.#held().reverse();
    if (held.length === 0) return [];
    const items = held.map((mock) => {
      const set = this.#set(mock);
      const passed = set.filter(({ id }) => isPassed(attemptAt(mock, id))).length;
      const facts = `${many(mock.minutes, "minute")}, ${passed} of ${set.length} passed`;
      return h(
        "li",
        {},
        button(when(mock), () => this.#debrief(mock)),
        h("span", { class: "backprep-mock-facts" }, facts),
      );
    });
    const list = h("ul", { class: "backprep-mock-earlier" }, ...items);
    return [h("h2", {}, "Earlier debriefs"), list];
  }

  /** @param {Wish} wish */
  async #plan({ minutes, aim, topics, seed }) {
    const path = pathOf(this.#all, aimOf(this.#aims, aim));
    const set = await plan(path, minutes, topics, seed);
    remember({ minutes, aim, topics, seed });
    const back = this.#back("Choose again");
    if (set.length === 0) {
      const none = `No question of these topics fits into ${many(minutes, "minute")}.`;
      return this.#show("plan", h("h2", {}, "The plan"), h("p", {}, none), back);
    }
    const total = set.reduce((sum, question) => sum + question.minutes, 0);
    const facts = `${many(set.length, "question")}, ${total} of ${many(minutes, "minute")}, seed ${seed}.`;
    const items = set.map(({ kind, level, minutes, topicTitle }) =>
      h("li", {}, `${kind}, ${level}, ${minutes} min · ${topicTitle}`),
    );
    const begin = async () => {
      const mock = await start(minutes, topics, seed, set);
      remember(null);
      this.#ask(mock, current(mock));
    };
    this.#show(
      "plan",
      h("h2", {}, "The plan"),
      h("p", {}, `${facts} ${TO_COME}`),
      h("ol", { class: "backprep-mock-plan" }, ...items),
      h(
        "div",
        { class: "backprep-mock-moves" },
        button("Start the clock", begin, "backprep-button-main"),
        back,
      ),
    );
  }

  /** @param {string} label */
  #back(label) {
    return button(label, () => {
      remember(null);
      this.#setUp();
    });
  }

  /** @param {Mock} mock */
  #offerToGoOn(mock) {
    const seconds = left(mock);
    const span = minutesAndSeconds(Math.abs(seconds));
    const how = `${span} ${seconds > 0 ? "left" : "over time"}`;
    this.#show(
      "go-on",
      h("h2", {}, "An interview is under way"),
      h("p", {}, `It began on ${when(mock)}: ${how}.`),
      h(
        "div",
        { class: "backprep-mock-moves" },
        button("Go on", () => this.#ask(mock, current(mock)), "backprep-button-main"),
        button("End it", () => this.#end(mock)),
      ),
    );
  }

  /** Asks a question, a new one only while there is time; after all, the debrief. */
  /** @param {Mock} mock @param {string | undefined} id */
  #ask(mock, id) {
    const begun = id !== undefined && attemptAt(mock, id) !== undefined;
    const question = this.#all.find((question) => question.id === id);
    if (!question || (!begun && left(mock) <= 0)) return this.#end(mock);
    const next = () => this.#ask(mock, following(mock));
    const open = new MockQuestion(mock, question, next, () => this.#end(mock));
    this.#show("question", ...open.nodes);
    this.#open = open;
    open.open();
  }

  /** @param {Mock} mock */
  async #end(mock) {
    await end(mock, this.#all);
    await this.#debrief(mock);
  }

  /** @param {Mock} mock */
  async #debrief(mock) {
    const again = this.#back("Another interview");
    const heading = h("h2", {}, "Debrief");
    this.#show("debrief", heading, h("p", {}, "The debrief is being put together."));
    try {
      const parts = await drawn(mock, this.#set(mock), () => this.#debrief(mock));
      this.#show("debrief", ...parts, again);
    } catch {
      const message =
        "The debrief could not be put together: a page of it could not be fetched.";
      const retry = button("Try again", () => this.#debrief(mock), "backprep-button-main");
      this.#show("debrief", heading, h("p", {}, message), retry, again);
    }
  }
}

/** Where to begin and where to go on: what today holds, up to the interview. @module */

import { chosenAim } from "../page/aims.js";
import { minutesAndSeconds } from "../page/clock.js";
import { fromRoot, h } from "../page/dom.js";
import { history, today } from "../journal/history.js";
import { remaining } from "../journal/stopwatch.js";
import { questions } from "../page/questions.js";
import { many } from "../page/words.js";
import { others } from "../practice/coach.js";
import { isChosen, pathOf, progress } from "../practice/aim.js";
import { Live } from "./live.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../practice/aim.js").Aim} Aim */
/** @typedef {{ question: Question, why: string }} Entry a question, and why it is here */

/** As many as the page keeps room for. */
const SHOWN = 3;

export class BackprepNext extends Live {
  /** What the page says by itself. @type {ChildNode[]} */
  #first = [];

  build() {
    this.#first = [...this.childNodes];
  }

  async draw() {
    const known = history();
    // what the page says by itself is for who comes first
    const begun = known.attempts.length + known.cards.length;
    if (begun === 0 && known.planned === null && !isChosen(known.aim)) {
      if (!this.contains(this.#first[0] ?? null)) this.replaceChildren(...this.#first);
      return;
    }
    try {
      const [all, aim, cards] = await Promise.all([
        questions(),
        chosenAim(),
        known.cards.length ? import("../page/cards.js").then((page) => page.cardKeys()) : [],
      ]);
      const { agenda } = await import("../practice/agenda.js");
      if (known !== history()) return;
      const own = agenda(pathOf(all, aim), known, today(), cards);
      const done = aim !== undefined && own.fresh === undefined;
      const after = done ? agenda(all, known, today(), cards) : undefined;
      this.#show(all, aim, own, after);
    } catch {
      // offline, say: what is there for readers without scripts stays
    }
  }

  /**
   * @param {Question[]} all
   * @param {Aim | undefined} aim
   * @param {import("../practice/agenda.js").Agenda} own of the aim
   * @param {import("../practice/agenda.js").Agenda | undefined} after of the bank, once
   *   all of the aim was tried
   */
  #show(all, aim, { headline, tasks, fresh, cards }, after) {
    const open = unfinished(all);
    const others = (/** @type {Entry[]} */ entries) =>
      entries.filter(({ question }) => !open.some((one) => one.question === question));
    const own = new Set(tasks.map(({ question }) => question));
    const further = headline ? [] : (after?.tasks ?? []);
    const due = others([...tasks, ...further.filter(({ question }) => !own.has(question))]);
    const next = fresh ?? after?.fresh;
    const why = fresh ? "Next on the path" : "Next of the bank";
    const path = next ? others([{ question: next, why }]) : [];
    const done = after ? [`All of “${aim?.title}” is tried. `] : [];
    const entries = [...open, ...due, ...path];
    const minutes = due.reduce((sum, { question }) => sum + question.minutes, 0);
    const load = [
      ...(due.length
        ? [`${many(due.length, "question")}, ${many(minutes, "minute")}`]
        : []),
      ...(cards ? [h("a", { href: fromRoot("cards/") }, many(cards, "card"))] : []),
    ];
    const [none, some] = headline
      ? ["Nothing more is planned for today.", "Today: "]
      : ["No question is due today.", "Due today: "];
    const said = load.length ? [some, ...listed(load), "."] : [none];
    const invited = headline === "" && entries.length < SHOWN;
    const link = headline || invited ? "Plan and progress" : "Plan for your interview";
    this.replaceChildren(
      h(
        "p",
        { class: "backprep-next-line" },
        ...(headline ? [headline, " "] : []),
        ...done,
        ...said,
      ),
      h(
        "ul",
        { class: "backprep-next-list" },
        ...entries.slice(0, SHOWN).map(item),
        ...(invited ? [invitation()] : []),
      ),
      foot(all, aim, open.length + due.length - SHOWN, link),
    );
  }
}

/** With commas between. @param {(Node | string)[]} parts */
const listed = (parts) => parts.flatMap((part, n) => (n ? [", ", part] : [part]));

/** @param {Question[]} all @param {Aim | undefined} aim @param {number} more @param {string} further */
function foot(all, aim, more, further) {
  const rest = more > 0 ? `${more} more today. ` : "";
  return h(
    "p",
    { class: "backprep-next-foot" },
    `${rest}${progress(all, aim, history().attempts)}. `,
    h("a", { href: fromRoot("progress/") }, further),
  );
}

/** @param {Question[]} all @returns {Entry[]} */
function unfinished(all) {
  return others("")
    .filter(({ mock }) => mock === null)
    .flatMap((attempt) => {
      const question = all.find(({ id }) => id === attempt.question);
      const span = minutesAndSeconds(Math.abs(remaining(attempt)));
      const how = remaining(attempt) > 0 ? `${span} left` : `${span} over time`;
      return question ? [{ question, why: `Unfinished: ${how}` }] : [];
    });
}

/** @param {Entry} entry */
function item({ question: { title, url, kind, level, minutes, topicTitle }, why }) {
  const more = [topicTitle, kind, level].join(" · ");
  return h(
    "li",
    {},
    h("a", { class: "backprep-next-link", href: fromRoot(url) }, title),
    " ",
    h(
      "span",
      { class: "backprep-next-facts" },
      h("span", { class: "backprep-next-why" }, why),
      ` · ${minutes} min`,
      h("span", { class: "backprep-next-more" }, ` · ${more}`),
    ),
  );
}

function invitation() {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "backprep-next-link", href: fromRoot("progress/") },
      "Plan for your interview",
    ),
    " ",
    h(
      "span",
      { class: "backprep-next-facts" },
      "Say when it is, and see what to do each day",
    ),
  );
}

/** Where to begin, where to go on, and what is due today. @module */

import { minutesAndSeconds } from "../page/clock.js";
import { fromRoot, h } from "../page/dom.js";
import { history, today } from "../journal/history.js";
import { remaining } from "../journal/stopwatch.js";
import { questions } from "../page/questions.js";
import { Live } from "./live.js";

/** @typedef {import("../page/questions.js").Question} Question */

export class BackprepNext extends Live {
  async draw() {
    /** @type {Question[]} */
    let all;
    try {
      all = await questions();
    } catch {
      return; // what is there for readers without scripts stays
    }
    const known = history();
    if (known.attempts.length === 0) return this.#begin(all);
    const { dueToday, dayName } = await import("../practice/schedule.js");
    const byId = new Map(all.map((question) => [question.id, question]));
    const due = dueToday(known, today()).flatMap(({ question, on }) => {
      const found = byId.get(question);
      const since = on < today() ? `due since ${dayName(on)}` : "due today";
      return found ? [entry(found, since)] : [];
    });
    const open = known.attempts
      .filter(({ outcome, mock }) => outcome === null && mock === null)
      .sort((one, other) => Date.parse(other.changed) - Date.parse(one.changed))
      .flatMap((attempt) => {
        const [found, left] = [byId.get(attempt.question), remaining(attempt)];
        const span = minutesAndSeconds(Math.abs(left));
        return found
          ? [entry(found, left > 0 ? `${span} left` : `${span} over time`)]
          : [];
      });
    const tried = new Set(
      known.attempts.flatMap(({ question, ended }) => (ended ? [question] : [])),
    );
    const fresh = all.find(({ id }) => !tried.has(id));
    this.replaceChildren(
      ...section("Continue", open),
      ...section("Due today", due),
      ...(fresh ? section("Next on the path", [entry(fresh)]) : []),
      ...(open.length || due.length || fresh
        ? []
        : [h("p", {}, "Nothing is due today.")]),
    );
  }

  /** @param {Question[]} all */
  #begin(all) {
    const first = all[0];
    if (first) this.replaceChildren(...section("Start here", [entry(first)]));
  }
}

/** @param {Question} question @param {string} remark */
function entry({ title, url, kind, level, minutes, topicTitle }, remark = "") {
  const facts = [topicTitle, kind, level, `${minutes} min`, remark]
    .filter(Boolean)
    .join(" · ");
  return h(
    "li",
    {},
    h("a", { class: "backprep-next-link", href: fromRoot(url) }, title),
    " ",
    h("span", { class: "backprep-next-facts" }, facts),
  );
}

/** @param {string} title @param {HTMLElement[]} entries */
function section(title, entries) {
  if (entries.length === 0) return [];
  return [
    h(
      "section",
      { class: "backprep-next-section" },
      h("h2", {}, title),
      h("ul", {}, ...entries),
    ),
  ];
}

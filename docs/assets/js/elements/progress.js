/** The days until the interview, how practice has gone, and the way to take it along. @module */

import { aims } from "../page/aims.js";
import { cardKeys } from "../page/cards.js";
import { minutesAndSeconds } from "../page/clock.js";
import { ask, button, download, fromRoot, h, say, status } from "../page/dom.js";
import { limit } from "../journal/attempt.js";
import { lines, parse } from "../journal/event.js";
import { history, today } from "../journal/history.js";
import { journal, local } from "../journal/journal.js";
import { questions } from "../page/questions.js";
import { capital, many } from "../page/words.js";
import { aimOf, pathOf, progress } from "../practice/aim.js";
import { deck, minutes, ofCards, waiting } from "../practice/cards.js";
import { planned } from "../practice/agenda.js";
import { ahead, chosen, dayName, dueDates, reviews } from "../practice/schedule.js";
import { byTopic } from "../practice/stats.js";
import { Live } from "./live.js";
import { planDays } from "./plan_days.js";
import { PlanForm } from "./plan_form.js";
import { ratings } from "./ratings.js";
import { strip } from "./strip.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

export class BackprepProgress extends Live {
  /** @type {Question[]} */
  #questions = [];
  /** The keys of all cards. @type {string[]} */
  #cards = [];
  /** @type {import("../practice/aim.js").Aim[]} */
  #aims = [];

  build() {
    this.form = new PlanForm();
    this.aim = h("p", { class: "backprep-plan-aim" });
    this.days = h("div", { class: "backprep-plan" });
    this.shown = h("div", { class: "backprep-progress-shown" });
    this.status = status();
    this.place = h("div", {});
    Promise.all([questions(), cardKeys(), aims()]).then(
      ([all, cards, known]) => {
        this.#aims = known;
        this.#questions = all;
        this.#cards = cards;
        this.draw();
      },
      () =>
        this.replaceChildren(
          "The list of questions could not be fetched; reload to try again.",
        ),
    );
  }

  draw() {
    if (this.#questions.length === 0) return;
    const known = history();
    const [{ attempts }, day] = [known, today()];
    const due = [...dueDates(reviews(attempts), ahead(known, day)).values()];
    due.sort((one, other) => (one.on < other.on ? -1 : 1));
    const aim = aimOf(this.#aims, known.aim);
    const path = pathOf(this.#questions, aim);
    const plan = planned(path, known, day, this.#cards);
    this.form?.draw();
    this.aim?.replaceChildren(
      ...(aim ? [`${progress(this.#questions, aim, attempts)}. `, changed()] : []),
    );
    this.days?.replaceChildren(
      ...(plan
        ? planDays(plan, ({ id }) => this.#link(id))
        : [h("p", {}, "Say when it is, and see here what to do each day.")]),
    );
    const parts = attempts.length
      ? [
          ...(plan ? [] : [this.#due(due)]),
          part("The last weeks", ...strip(attempts)),
          topics(this.#questions, attempts),
          this.#all(attempts),
        ]
      : [
          part(
            "How it has gone",
            h("p", {}, "Nothing here yet: begin with ", this.#link(path[0]?.id ?? ""), "."),
          ),
        ];
    this.shown?.replaceChildren(...parts, ...this.#goneThrough(known, day));
    if (!this.shown?.isConnected) this.#appear();
  }

  /** All at once, so that nothing moves. */
  #appear() {
    const { form, aim, days, shown, status, place } = this;
    if (!form || !aim || !days || !shown || !status || !place) return;
    this.replaceChildren(
      part("Until your interview", form.node, aim, days),
      shown,
      this.#keeping(),
      status,
      place,
    );
  }

  /** @param {string} id */
  #link(id) {
    const question = this.#questions.find((question) => question.id === id);
    if (!question) return h("span", {}, id); // the bank does not have it any more
    return h("a", { href: fromRoot(question.url) }, question.title);
  }

  /** @param {import("../practice/schedule.js").Due[]} due */
  #due(due) {
    const day = today();
    const entries = due.map(({ question, on }) => {
      const when =
        on < day ? `since ${dayName(on)}` : on === day ? "today" : dayName(on);
      return h(
        "li",
        { class: on <= day ? "backprep-due-now" : "" },
        this.#link(question),
        ` ${when}`,
      );
    });
    return part(
      "Due",
      due.length
        ? h("ul", { class: "backprep-progress-due" }, ...entries)
        : "Nothing yet.",
    );
  }

  /** How it has gone with the cards, where one was graded. */
  /** @param {import("../journal/history.js").History} known @param {string} day */
  #goneThrough(known, day) {
    const keys = this.#cards;
    const { seen, count, of } = ofCards(keys, known.cards);
    if (seen === 0) return [];
    const due = waiting(
      deck(keys, known.cards, new Set(), day, ahead(known, day)),
    );
    const takes = due ? `, about ${many(minutes(due), "minute")}` : "";
    return [
      part(
        "Cards",
        h(
          "p",
          {},
          h("a", { href: fromRoot("cards/") }, `${many(due, "card")} due today`),
          `${takes}. ${seen} of ${keys.length} seen; known ${count} of ${many(of, "time")}.`,
        ),
      ),
    ];
  }

  /** @param {Attempt[]} attempts */
  #all(attempts) {
    const rows = attempts
      .toReversed()
      .map((attempt) => [
        dayName(attempt.started.slice(0, 10)),
        this.#link(attempt.question),
        attempt.outcome ?? "not finished",
        attempt.timed
          ? `${minutesAndSeconds(attempt.passedAfter ?? attempt.elapsed)} of ${minutesAndSeconds(limit(attempt))}`
          : "no clock",
        String(attempt.hints.length),
        attempt.ended ? capital(chosen(attempt) ?? "no review") : "–",
      ]);
    const names = ["Day", "Question", "Outcome", "Time", "Hints", "Rating"];
    const summary = h("summary", {}, `All attempts (${attempts.length})`);
    return h(
      "details",
      { class: "backprep-progress-all" },
      summary,
      table("All attempts", names, rows),
      ratings(),
    );
  }

  /** Export, import, reset. */
  #keeping() {
    const file = h("input", {
      type: "file",
      accept: ".jsonl,.json,.txt",
      class: "backprep-file",
      onchange: () => this.#import(file.files?.[0]).then(() => (file.value = "")),
    });
    const label = h(
      "label",
      { class: "backprep-button backprep-file-label" },
      "Import a file of events",
      file,
    );
    const aside = local
      .aside()
      .map(({ key, text }) =>
        button(`Download what was set aside (${key})`, () =>
          download("backprep-set-aside.jsonl", text),
        ),
      );
    const box = part(
      "Take it along",
      h(
        "p",
        {},
        "The events are a text file, one a line, which the command line reads and writes too: ",
        h("code", {}, "backprep journal import"),
        ", ",
        h("code", {}, "backprep journal export"),
        ". You can also drop a file here.",
      ),
      h(
        "div",
        { class: "backprep-progress-buttons" },
        button("Export", () => this.#export()),
        label,
        // what the terminal wrote too is not the browser's to delete
        ...(journal.keepsTime ? [] : [button("Reset", () => this.#reset())]),
        ...aside,
      ),
    );
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#import(event.dataTransfer?.files[0]);
    });
    return box;
  }

  #export() {
    const events = journal.events();
    download(`backprep-${today()}.jsonl`, lines(events), "application/jsonl");
    this.#say(`${many(events.length, "event")} exported.`);
  }

  /** @param {File | undefined} file */
  async #import(file) {
    if (!file) return;
    const { events, faults } = parse(await file.text(), local.events());
    const [first] = faults;
    if (first) {
      const more = faults.length > 1 ? ` ${faults.length} lines are not events.` : "";
      this.#say(
        `${file.name}, line ${first.line}: ${first.fault}.${more} Nothing was imported.`,
      );
      return;
    }
    try {
      const fresh = await journal.merge(events);
      this.#say(imported(fresh, events.length));
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message);
    }
  }

  async #reset() {
    if (!this.place) return;
    const count = local.events().length;
    const question = `Delete your progress from this browser, ${many(count, "event")} in all? Export it first if in doubt.`;
    if ((await ask(this.place, question, ["Keep it", "Delete"])) !== "Delete") return;
    local.clear();
    this.#say("All progress was deleted from this browser.");
  }

  /** @param {string} text */
  #say(text) {
    if (this.status) say(this.status, text);
  }
}

/** Where the aim is changed. */
const changed = () => h("a", { href: fromRoot("") }, "Change your aim");

/** @param {number} fresh @param {number} all */
function imported(fresh, all) {
  if (fresh === all) return `${many(all, "event")} imported.`;
  const known = fresh ? "the others were" : all === 1 ? "it was" : "they were";
  return `${fresh} of ${many(all, "event")} imported; ${known} here already.`;
}

/** @param {string} title @param {(Node | string)[]} children */
function part(title, ...children) {
  return h(
    "section",
    { class: "backprep-progress-part" },
    h("h2", {}, title),
    ...children,
  );
}

/**
 * A table, whose rows are cards where it is narrow; the roles stay.
 *
 * @param {string} caption
 * @param {string[]} names
 * @param {(Node | string)[][]} rows
 */
function table(caption, names, rows) {
  const head = names.map((name) => h("th", { role: "columnheader", scope: "col" }, name));
  const body = rows.map((cells) =>
    h(
      "tr",
      { role: "row" },
      ...cells.map((cell, n) => h("td", { role: "cell", "data-name": names[n] }, cell)),
    ),
  );
  return h(
    "table",
    { class: "backprep-table", role: "table", "aria-label": caption },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...head)),
    h("tbody", { role: "rowgroup" }, ...body),
  );
}

/** @param {Question[]} questions @param {Attempt[]} attempts */
function topics(questions, attempts) {
  const rows = byTopic(questions, attempts).map((row) => [
    row.title,
    `${row.attempted} of ${row.questions}`,
    row.attempted ? `${row.passed} of ${row.attempted}` : "–",
    row.attempted ? `${row.inTime} of ${row.attempted}` : "–",
    row.firstRuns ? `${row.firstRunsPassed} of ${row.firstRuns}` : "–",
    row.median === null
      ? "–"
      : `${Math.round(row.median * 100)} % of the minutes (n = ${row.passes})`,
  ]);
  const names = [
    "Topic",
    "Attempted",
    "Passed",
    "Passed in time",
    "First run passed",
    "Median time",
  ];
  return part("By topic", table("Progress by topic", names, rows));
}

/** What the reader has done, topic by topic, and the way to take it along. @module */

import { minutesAndSeconds } from "../page/clock.js";
import { ask, button, download, fromRoot, h, say, status } from "../page/dom.js";
import { limit } from "../journal/attempt.js";
import { lines, parse } from "../journal/event.js";
import { history, today } from "../journal/history.js";
import { journal, local } from "../journal/journal.js";
import { questions } from "../page/questions.js";
import { chosen, dayName, dueDates, reviews } from "../practice/schedule.js";
import { byTopic } from "../practice/stats.js";
import { Live } from "./live.js";
import { planForm } from "./plan_form.js";
import { strip } from "./strip.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

export class BackprepProgress extends Live {
  /** @type {Question[]} */
  #questions = [];

  build() {
    this.shown = h("div", { class: "backprep-progress-shown" });
    this.status = status();
    this.place = h("div", {});
    this.replaceChildren(
      this.shown,
      part("Your interview", planForm()),
      this.#keeping(),
      this.status,
      this.place,
    );
    questions().then(
      (all) => {
        this.#questions = all;
        this.draw();
      },
      () =>
        this.#say("The list of questions could not be fetched; reload to try again."),
    );
  }

  draw() {
    if (this.#questions.length === 0) return;
    const { attempts, interview } = history();
    const due = [...dueDates(reviews(attempts), interview).values()];
    due.sort((one, other) => (one.on < other.on ? -1 : 1));
    const parts = attempts.length
      ? [
          part("The last weeks", ...strip(attempts)),
          topics(this.#questions, attempts),
          this.#due(due),
          this.#all(attempts),
        ]
      : [h("p", {}, "Nothing here yet: begin with a question.")];
    this.shown?.replaceChildren(...parts);
  }

  /** @param {string} id */
  #link(id) {
    const question = this.#questions.find((question) => question.id === id);
    return question ? h("a", { href: fromRoot(question.url) }, question.title) : id;
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

  /** @param {Attempt[]} attempts */
  #all(attempts) {
    const rows = attempts
      .toReversed()
      .map((attempt) => [
        attempt.started.slice(0, 10),
        this.#link(attempt.question),
        attempt.outcome ?? "under way",
        attempt.timed
          ? `${minutesAndSeconds(attempt.passedAfter ?? attempt.elapsed)} of ${minutesAndSeconds(limit(attempt))}`
          : "no clock",
        String(attempt.hints.length),
        attempt.ended ? (chosen(attempt) ?? "no review") : "",
      ]);
    const names = ["Day", "Question", "Outcome", "Time", "Hints", "Rating"];
    const summary = h("summary", {}, `All attempts (${attempts.length})`);
    return h(
      "details",
      { class: "backprep-progress-all" },
      summary,
      table("All attempts", names, rows),
    );
  }

  /** Export, import, reset. */
  #keeping() {
    const file = h("input", {
      type: "file",
      accept: ".jsonl,.json,.txt",
      class: "backprep-progress-file",
      onchange: () => this.#import(file.files?.[0]).then(() => (file.value = "")),
    });
    const label = h(
      "label",
      { class: "backprep-progress-import" },
      "Import a file of events ",
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
    this.#say(`${events.length} events exported.`);
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
      this.#say(`${fresh} of ${events.length} events are new; they were imported.`);
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message);
    }
  }

  async #reset() {
    if (!this.place) return;
    const count = local.events().length;
    const question = `Delete all ${count} events of your progress from this browser? Export them first if in doubt.`;
    if ((await ask(this.place, question, ["Keep them", "Delete"])) !== "Delete") return;
    local.clear();
    this.#say("All progress was deleted from this browser.");
  }

  /** @param {string} text */
  #say(text) {
    if (this.status) say(this.status, text);
  }
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

/** @param {string} caption @param {string[]} names @param {(Node | string)[][]} rows */
function table(caption, names, rows) {
  const head = names.map((name) => h("th", { scope: "col" }, name));
  const body = rows.map((cells) =>
    h("tr", {}, ...cells.map((cell) => h("td", {}, cell))),
  );
  return h(
    "div",
    { class: "backprep-table", role: "region", "aria-label": caption, tabindex: "0" },
    h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...body)),
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

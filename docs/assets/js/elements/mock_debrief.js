/** What an interview came to: graded where it was spoken, shown, and kept. @module */

import { page, rubric } from "../page/answer.js";
import { finish, note } from "../practice/coach.js";
import {
  COLUMNS,
  debrief,
  FOLLOW_UPS,
  markdown,
  NEXT,
  NOT_SAID,
} from "../practice/debrief.js";
import { button, download, fromRoot, h } from "../page/dom.js";
import { history } from "../journal/history.js";
import { inline, quoted, sentence } from "../page/inline.js";
import { attemptAt, SPOKEN } from "../practice/interview.js";
import { finished } from "../practice/schedule.js";
import { rubricForm } from "./rubric_form.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/attempt.js").Attempt} Attempt */
/** @typedef {import("../journal/history.js").Mock} Mock */
/** @typedef {import("../practice/debrief.js").Entry} Entry */
/** @typedef {import("../practice/debrief.js").Line} Line */
/** @typedef {{ must: string[], nice: string[] }} Points */

/**
 * @param {Mock} mock
 * @param {Question[]} set its questions
 * @param {() => void} onGraded called when a spoken answer was graded
 * @returns {Promise<Node[]>} rejects where a page that it needs cannot be fetched
 */
export async function drawn(mock, set, onGraded) {
  const entries = await Promise.all(set.map((question) => entry(mock, question)));
  const found = debrief(mock, entries);
  const byId = new Map(set.map((question) => [question.id, question]));
  const link = (/** @type {string} */ id) => {
    const question = byId.get(id);
    return h("a", { href: fromRoot(question?.url ?? "") }, question?.title ?? id);
  };
  const list = (/** @type {string} */ name, /** @type {Line[]} */ lines) =>
    lines.length === 0
      ? []
      : [
          h("h3", {}, name),
          h(
            "ul",
            { class: "backprep-mock-lines" },
            ...lines.map(({ id, text }) =>
              h("li", {}, link(id), ": ", ...inline(text || "try it on its own")),
            ),
          ),
        ];
  const save = () =>
    download(`mock-${mock.at.slice(0, 10)}-${mock.seed}.md`, markdown(found), "text/markdown");
  return [
    h("h2", {}, found.title),
    h("p", {}, h("strong", {}, found.passed), `, ${found.used}.`),
    ...entries.flatMap((one) => toGrade(one, link(one.id), onGraded)),
    table(found.rows.map(({ id, cells }) => [link(id), ...cells])),
    ...list(NOT_SAID, found.missed),
    ...list(FOLLOW_UPS, found.followUps),
    ...list(NEXT, found.next),
    button("Save as Markdown", save, "backprep-button-main"),
  ];
}

/** @param {Mock} mock @param {Question} question @returns {Promise<Entry>} */
async function entry(mock, { id, kind, url }) {
  const attempt = attemptAt(mock, id);
  const from = await page(fromRoot(url));
  const items = [...from.querySelectorAll("backprep-follow-ups li")];
  const followUps = items.filter((item) => !item.parentElement?.closest("li"));
  const points = attempt && kind === SPOKEN ? await pointsOf(from, url) : NONE;
  const due = attempt?.outcome ? finished(history(), attempt).due : null;
  return { id, attempt, ...points, followUps: followUps.map(sentence), due };
}

/** @type {Points} */
const NONE = { must: [], nice: [] };

/** The rubric, which is fetched once the interview is over. */
/** @param {Document} from @param {string} url */
async function pointsOf(from, url) {
  const link = from.querySelector("backprep-reveal a[href]");
  const address = new URL(link?.getAttribute("href") ?? "", fromRoot(url)).href;
  return rubric(quoted(await page(address)));
}

/** @param {(Node | string)[][]} rows */
function table(rows) {
  const head = COLUMNS.map((name) => h("th", { scope: "col" }, name));
  const body = rows.map((cells) =>
    h("tr", {}, ...cells.map((cell, index) => h("td", { "data-head": COLUMNS[index] }, cell))),
  );
  return h(
    "table",
    { class: "backprep-mock-table" },
    h("thead", {}, h("tr", {}, ...head)),
    h("tbody", {}, ...body),
  );
}

/** What was said and not graded yet, to be ticked. */
/** @param {Entry} entry @param {Node} title @param {() => void} onGraded */
function toGrade({ attempt, must, nice }, title, onGraded) {
  if (!attempt || attempt.outcome !== null || must.length === 0) return [];
  const form = rubricForm({ must, nice }, async (...ticked) => {
    await grade(attempt, ...ticked);
    onGraded();
  });
  return [
    h("section", { class: "backprep-mock-rubric" }, h("h3", {}, "Your answer to ", title), form),
  ];
}

/** @param {Attempt} attempt @param {boolean[]} must @param {boolean[]} nice */
async function grade(attempt, must, nice) {
  await note("ticked", attempt, { must, nice });
  await finish(attempt, must.every(Boolean) ? "passed" : "failed");
}

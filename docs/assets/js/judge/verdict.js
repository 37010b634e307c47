/**
 * What the judge said of an answer, check by check.
 *
 * @module
 */

import { h } from "../page/dom.js";
import { many } from "../page/words.js";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} title
 * @property {string} outcome
 * @property {string} message
 * @property {string} advice
 * @property {string} asked the question's own words that the check rests on
 * @property {number | null} line
 *
 * @typedef {object} Verdict
 * @property {string} verdict
 * @property {number} seconds
 * @property {number} passed
 * @property {number} total
 * @property {Check[]} checks
 * @property {string} output what the answer printed
 * @property {string} summary
 * @property {string} at local wall time with its offset
 */

/** The sign and the word of a check's outcome. @type {Record<string, [string, string]>} */
const OUTCOMES = {
  passed: ["✓", "passed"],
  failed: ["✗", "failed"],
  error: ["!", "error"],
  skipped: ["–", "not verified here"],
  "not run": ["·", "not run"],
};

/** @param {Verdict} verdict @returns {string} what it comes to, in a few words */
export function headline(verdict) {
  const { total, checks } = verdict;
  const fail = checks.filter(({ outcome }) => bad(outcome)).length;
  const words = {
    passed: `✓ Passed: all ${many(total, "check")}`,
    failed: `✗ ${fail} of ${many(total, "check")} ${fail === 1 ? "fails" : "fail"}`,
    error: "! The checks cannot run",
    timeout: `! Stopped: it took too long. ${passing(verdict)}`,
    crashed: `! Its process ended early. ${passing(verdict)}`,
    "not attempted": "○ Still the starter",
  };
  return words[/** @type {keyof typeof words} */ (verdict.verdict)] ?? verdict.verdict;
}

/** @param {Verdict} verdict */
const passing = ({ passed, total }) => `${passed} of ${many(total, "check")} pass`;

/** For where there is room for a few letters. */
/** @param {Verdict} verdict @returns {{ line: string, tone: string }} */
export function inShort({ verdict, passed, total }) {
  if (verdict === "not attempted") return { line: "", tone: "" };
  if (verdict === "passed") return { line: "✓ Passed", tone: "good" };
  return { line: `✗ ${total - passed} of ${total} fail`, tone: "bad" };
}

/** The headline and what to look at first, as it is read aloud. */
/** @param {Verdict} verdict */
export function spoken(verdict) {
  const first = verdict.checks.find(({ outcome }) => bad(outcome));
  const said = headline(verdict).slice(2);
  return first ? `${said}. First to look at: ${first.title}.` : `${said}.`;
}

/** @param {string} outcome */
const bad = (outcome) => outcome === "failed" || outcome === "error";

/**
 * The first failure in full, the others a line each, and the rest as counts; then what
 * the answer printed.
 *
 * @param {Verdict} verdict
 * @param {string} link of the file, for an editor
 * @param {((line: number) => void) | null} goTo shows a line in the page's own editor
 * @returns {HTMLElement[]}
 */
export function drawn(verdict, link, goTo) {
  const { checks, summary, output, seconds, at } = verdict;
  if (verdict.verdict === "not attempted") return [];
  const where = place(link, goTo);
  const failed = checks.filter(({ outcome }) => bad(outcome));
  const [first, ...others] = failed;
  const parts = [];
  if (summary)
    parts.push(h("p", { class: "backprep-verdict-summary" }, ...marked(summary)));
  if (first) parts.push(inFull(first, summary, where));
  parts.push(...others.map((check) => inALine(check, where)));
  for (const outcome of ["not run", "skipped", "passed"]) {
    const alike = checks.filter((check) => check.outcome === outcome);
    if (alike.length) parts.push(folded(outcome, alike));
  }
  if (output)
    parts.push(
      h(
        "details",
        { class: "backprep-verdict-output", open: failed.length < 2 },
        h("summary", {}, "What it printed"),
        h("pre", { tabindex: "0" }, h("code", {}, output)),
      ),
    );
  const time = new Date(at).toLocaleTimeString();
  parts.push(
    h("p", { class: "backprep-verdict-when" }, `${time}, in ${seconds.toFixed(2)} s`),
  );
  return parts;
}

/** @typedef {(line: number | null) => (Node | string)[]} Place the way to a line */

/** @param {string} link @param {((line: number) => void) | null} goTo @returns {Place} */
function place(link, goTo) {
  return (line) => {
    if (line === null) return [];
    const name = `line ${line}`;
    const way = { class: "backprep-verdict-line", type: "button" };
    return [
      " ",
      goTo
        ? h("button", { ...way, onclick: () => goTo(line) }, name)
        : h("a", { href: `${link}:${line}` }, name),
    ];
  };
}

/** @param {Check} check */
function title({ title, outcome }) {
  const [sign, word] = OUTCOMES[outcome] ?? ["?", outcome];
  return [
    h("span", { class: "backprep-verdict-sign", "aria-hidden": "true" }, sign),
    h("span", { class: "backprep-judge-voice" }, `${word}: `),
    title,
  ];
}

/** What was said of a check. @param {Check} check @param {Place} where */
function body({ message, advice, asked, line }, where) {
  const parts = [];
  if (message)
    parts.push(
      h("p", { class: "backprep-verdict-message" }, ...marked(message), ...where(line)),
    );
  if (advice)
    parts.push(h("p", { class: "backprep-verdict-advice" }, ...marked(advice)));
  if (asked) {
    const said = h("q", {}, ...marked(asked));
    parts.push(h("p", { class: "backprep-verdict-asked" }, "The question says: ", said));
  }
  return parts;
}

/** @param {Check} check @param {string} summary @param {Place} where */
function inFull(check, summary, where) {
  // what is said of the whole answer is not said at each check again
  const message = check.message === summary ? "" : check.message;
  return h(
    "div",
    { class: "backprep-verdict-check", "data-outcome": check.outcome },
    h("p", { class: "backprep-verdict-title" }, ...title(check)),
    ...body({ ...check, message }, where),
  );
}

/** @param {Check} check @param {Place} where */
function inALine(check, where) {
  const [start = ""] = check.message.split("\n");
  return h(
    "details",
    { class: "backprep-verdict-check", "data-outcome": check.outcome },
    h(
      "summary",
      { class: "backprep-verdict-title" },
      ...title(check),
      h("span", { class: "backprep-verdict-start" }, start),
    ),
    ...body(check, where),
  );
}

/** @type {Record<string, string>} */
const COUNTED = { "not run": "not run", skipped: "not verified here", passed: "passed" };

/** @param {string} outcome @param {Check[]} checks */
function folded(outcome, checks) {
  const items = checks.map((check) =>
    h("li", {}, check.title, check.message ? `: ${check.message}` : ""),
  );
  return h(
    "details",
    { class: "backprep-verdict-check", "data-outcome": outcome },
    h(
      "summary",
      { class: "backprep-verdict-title" },
      h("span", { class: "backprep-verdict-sign", "aria-hidden": "true" }, OUTCOMES[outcome]?.[0] ?? ""),
      `${checks.length} ${COUNTED[outcome]}`,
    ),
    h("ul", {}, ...items),
  );
}

/** The text with what stands between backticks as code. @param {string} text */
function marked(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text]; // one that nothing closes is itself
  return parts.map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

/**
 * What the judge said of an answer, check by check.
 *
 * @module
 */

import { h } from "../page/dom.js";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} title
 * @property {string} outcome
 * @property {string} message
 * @property {string} advice
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
export function headline({ verdict, passed, total }) {
  const words = {
    passed: `✓ Passed: all ${total} checks`,
    failed: `✗ ${passed} of ${total} checks pass`,
    error: "! The checks cannot run",
    timeout: `! Stopped: it took too long. ${passed} of ${total} checks pass`,
    crashed: `! Its process ended early. ${passed} of ${total} checks pass`,
    "not attempted": "○ Ready: waits for a save",
  };
  return words[/** @type {keyof typeof words} */ (verdict)] ?? verdict;
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
 * @param {Verdict} verdict
 * @param {string} link of the file, for an editor
 * @returns {HTMLElement[]}
 */
export function drawn(verdict, link) {
  const { checks, summary, output, seconds, at } = verdict;
  const untouched = verdict.verdict === "not attempted";
  const parts = [];
  if (summary && !untouched) parts.push(h("p", { class: "backprep-verdict-summary" }, ...marked(summary)));
  if (!untouched)
    parts.push(
      h(
        "ul",
        { class: "backprep-verdict-checks", role: "list" },
        ...checks.map((check) => entry(check, link, summary)),
      ),
    );
  if (output)
    parts.push(
      h(
        "details",
        { class: "backprep-verdict-output" },
        h("summary", {}, "What it printed"),
        h("pre", { tabindex: "0" }, h("code", {}, output)),
      ),
    );
  const time = new Date(at).toLocaleTimeString();
  if (!untouched)
    parts.push(
      h(
        "p",
        { class: "backprep-verdict-when" },
        `Judged at ${time}, in ${seconds.toFixed(2)} s`,
      ),
    );
  return parts;
}

/**
 * @param {Check} check
 * @param {string} link
 * @param {string} summary what is said of the whole answer, and not at each check again
 */
function entry({ title, outcome, message, advice, line }, link, summary) {
  const [sign, word] = OUTCOMES[outcome] ?? ["?", outcome];
  const head = h(
    "p",
    { class: "backprep-verdict-title" },
    h("span", { class: "backprep-verdict-sign", "aria-hidden": "true" }, sign),
    title,
    " ",
    h("span", { class: "backprep-verdict-word" }, word),
  );
  const item = h("li", { class: "backprep-verdict-check", "data-outcome": outcome }, head);
  if (message && message !== summary) {
    const where = line === null ? [] : [" ", h("a", { href: `${link}:${line}` }, `line ${line}`)];
    item.append(
      h("p", { class: "backprep-verdict-message" }, ...marked(message), ...where),
    );
  }
  if (advice)
    item.append(h("p", { class: "backprep-verdict-advice" }, ...marked(advice)));
  return item;
}

/** The text with what stands between backticks as code. @param {string} text */
function marked(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text]; // one that nothing closes is itself
  return parts.map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

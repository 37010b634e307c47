/**
 * The reader's answer against the reference, line by line.
 *
 * @module
 */

import { diff } from "./diff.js";
import { h } from "./dom.js";
import { many } from "./words.js";

/** Lines around a difference that stay in sight. */
const AROUND = 2;

/** @typedef {import("./diff.js").Line} Line */

/** @param {string} own @param {string} reference @returns {HTMLElement} */
export function compared(own, reference) {
  const lines = diff(own.trimEnd(), reference.trimEnd());
  const code = h("code", {}, ...runs(lines).map(drawn));
  return h(
    "div",
    { class: "backprep-compare" },
    h("h3", {}, "Your answer and the reference"),
    h(
      "p",
      {},
      lines.every(({ sign }) => sign === " ")
        ? "They are the same, line by line."
        : "Lines with − are yours, lines with + the reference's.",
    ),
    h("pre", { class: "backprep-diff", tabindex: "0" }, code),
  );
}

/** A line with its sign before it. @param {Line} line */
export const diffLine = ({ sign, text }) =>
  h("span", { class: "backprep-diff-line", "data-sign": sign }, `${sign} ${text}\n`);

/** @typedef {{ lines: Line[], folded: boolean }} Run */

/** What stands together: differences with the lines around them, and what is alike. */
/** @param {Line[]} lines @returns {Run[]} */
function runs(lines) {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ sign }) => sign !== " "),
  );
  /** @type {Run[]} */
  const found = [];
  for (const [at, line] of lines.entries()) {
    const folded = !near[at];
    const last = found.at(-1);
    if (last?.folded === folded) last.lines.push(line);
    else found.push({ lines: [line], folded });
  }
  return found;
}

/** @param {Run} run @returns {Node} */
function drawn({ lines, folded }) {
  const shown = lines.map(diffLine);
  if (!folded || lines.length < 3) return h("span", {}, ...shown);
  return h("details", {}, h("summary", {}, `${many(lines.length, "line")} alike`), ...shown);
}

/**
 * A mock interview's debrief as Markdown, to keep or to send to a partner.
 *
 * @module
 */

import { minutesAndSeconds } from "../page/clock.js";

/**
 * @typedef {object} Entry one question of the interview
 * @property {string} title
 * @property {string} kind
 * @property {number} minutes
 * @property {string} result
 * @property {number} elapsed seconds
 * @property {{ text: string, said: boolean }[]} must
 * @property {{ text: string, said: boolean }[]} nice
 *
 * @param {import("../journal/history.js").Mock} mock
 * @param {number} spent seconds
 * @param {Entry[]} entries
 * @param {string} notes
 * @returns {string}
 */
export function markdown(mock, spent, entries, notes) {
  const topics = mock.topics.length ? mock.topics.join(", ") : "all topics";
  const used = `${minutesAndSeconds(spent)} of ${mock.minutes}:00`;
  const parts = [
    `# Mock interview, ${mock.at.slice(0, 10)}`,
    `${mock.minutes} minutes, ${topics}, seed ${mock.seed}; used ${used}.`,
    ...entries.map((entry) => section(entry)),
  ];
  if (notes.trim()) parts.push(`## Notes\n\n${notes.trim()}`);
  return `${parts.join("\n\n")}\n`;
}

/** @param {Entry} entry */
function section({ title, kind, minutes, result, elapsed, must, nice }) {
  const lines = [
    `## ${title}`,
    "",
    `${kind}, ${minutesAndSeconds(elapsed)} of ${minutes}:00: ${result}`,
  ];
  const points = (/** @type {string} */ name, /** @type {Entry["must"]} */ list) => {
    if (list.length === 0) return;
    lines.push(
      "",
      `${name}:`,
      "",
      ...list.map(({ text, said }) => `- [${said ? "x" : " "}] ${text}`),
    );
  };
  points("Must have", must);
  points("Nice to have", nice);
  return lines.join("\n");
}

/**
 * What a mock interview came to, and the same as Markdown, to keep or to send to a
 * partner; the terminal writes it word for word.
 *
 * @module
 */

import { limit, passed } from "../journal/attempt.js";
import { minutesAndSeconds } from "../page/clock.js";
import { dayName, grade } from "./schedule.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */
/** @typedef {import("../journal/history.js").Mock} Mock */

/**
 * @typedef {object} Entry one question of the interview
 * @property {string} id
 * @property {Attempt | undefined} attempt none where it was not reached
 * @property {string[]} must its rubric, where it was ticked
 * @property {string[]} nice
 * @property {string[]} followUps
 * @property {string | null} due the day on which it comes again
 *
 * @typedef {{ id: string, text: string }} Line something said of a question
 *
 * @typedef {object} Debrief
 * @property {string} title
 * @property {string} passed such as 2 of 3 passed
 * @property {string} used the time and the seed
 * @property {{ id: string, cells: string[] }[]} rows
 * @property {Line[]} missed
 * @property {Line[]} followUps
 * @property {Line[]} next no text where it is still to be tried
 */

export const COLUMNS = ["Question", "Outcome", "Time", "First run", "Checks or points"];
export const NOT_SAID = "Not said";
export const FOLLOW_UPS = "Follow-ups to think about";
export const NEXT = "Next";

/** Its name in a list: when it was. @param {Mock} mock */
export const when = ({ at }) => `${dayName(at.slice(0, 10), "")}, ${at.slice(11, 16)}`;

/** @param {Attempt | undefined} attempt */
export const isPassed = (attempt) => attempt !== undefined && passed(attempt);

/** @param {Mock} mock @param {Entry[]} entries @returns {Debrief} */
export function debrief(mock, entries) {
  const count = entries.filter(({ attempt }) => isPassed(attempt)).length;
  const used = entries.reduce((sum, { attempt }) => sum + (attempt?.elapsed ?? 0), 0);
  return {
    title: `Mock interview of ${when(mock)}`,
    passed: `${count} of ${entries.length} passed`,
    used: `${ofMinutes(used, mock.minutes * 60)}, seed ${mock.seed}`,
    rows: entries.map(({ id, attempt }) => ({ id, cells: cells(attempt) })),
    missed: entries.flatMap((entry) =>
      missed(entry).map((text) => ({ id: entry.id, text })),
    ),
    followUps: entries.flatMap(({ id, attempt, followUps }) => {
      const asked = attempt?.followedUp ?? [];
      const text = followUps.find((_, index) => !asked.includes(index + 1));
      return text === undefined ? [] : [{ id, text }];
    }),
    next: entries.map(({ id, attempt, due }) => {
      if (!attempt?.outcome) return { id, text: "" };
      const again = due ? `; comes again on ${dayName(due, mock.at)}` : "";
      return { id, text: `${grade(attempt).reason}${again}` };
    }),
  };
}

/** @param {number} seconds @param {number} whole */
const ofMinutes = (seconds, whole) =>
  `${minutesAndSeconds(seconds)} of ${minutesAndSeconds(whole)}`;

/** How it ended, in a word or two. @param {Attempt | undefined} attempt */
function outcome(attempt) {
  if (!attempt) return "not reached";
  if (attempt.outcome === null) return "not finished";
  if (attempt.outcome !== "passed") return attempt.outcome;
  if (!attempt.timed) return "passed untimed";
  const used = attempt.passedAfter ?? attempt.elapsed;
  return used > limit(attempt) ? "passed over time" : "passed";
}

/** @param {Attempt | undefined} attempt */
function cells(attempt) {
  if (!attempt) return [outcome(attempt), "", "", ""];
  const { firstRunPassed, checks, must } = attempt;
  const said = must.filter(Boolean).length;
  return [
    outcome(attempt),
    ofMinutes(attempt.passedAfter ?? attempt.elapsed, limit(attempt)),
    firstRunPassed === null ? "" : firstRunPassed ? "passed" : "failed",
    checks
      ? `${checks[0]} of ${checks[1]}`
      : must.length
        ? `${said} of ${must.length} must-haves`
        : "",
  ];
}

/** The points that were not ticked, the must-haves first. @param {Entry} entry */
function missed({ attempt, must, nice }) {
  const left = (
    /** @type {string} */ kind,
    /** @type {string[]} */ texts,
    /** @type {boolean[]} */ said = [],
  ) => texts.flatMap((text, index) => (said[index] === false ? [`${kind}: ${text}`] : []));
  return [
    ...left("must have", must, attempt?.must),
    ...left("nice to have", nice, attempt?.nice),
  ];
}

/** The name of a question in the terminal. @param {string} id */
const slug = (id) => id.split("/")[1] ?? id;

/** @param {Debrief} found @returns {string} */
export function markdown({ title, passed, used, rows, missed, followUps, next }) {
  const line = (/** @type {string[]} */ parts) => `| ${parts.join(" | ")} |`;
  const table = [
    line(COLUMNS),
    `|${"---|".repeat(COLUMNS.length)}`,
    ...rows.map(({ id, cells }) => line([slug(id), ...cells])),
  ];
  const parts = [`# ${title}`, `**${passed}**, ${used}.`, table.join("\n")];
  const section = (/** @type {string} */ name, /** @type {string[]} */ lines) =>
    parts.push(`## ${name}\n\n${lines.map((text) => `- ${text}`).join("\n")}`);
  if (missed.length)
    section(
      NOT_SAID,
      missed.map(({ id, text }) => `${slug(id)}, ${text}`),
    );
  section(
    FOLLOW_UPS,
    followUps.map(({ id, text }) => `${slug(id)}: ${text}`),
  );
  section(
    NEXT,
    next.map(
      ({ id, text }) => `${slug(id)}: ${text || `\`backprep practice ${slug(id)}\``}`,
    ),
  );
  return `${parts.join("\n\n")}\n`;
}

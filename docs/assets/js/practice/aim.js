/**
 * What the reader prepares for, and the path through the bank that goes with it.
 *
 * @module
 */

import { many } from "../page/words.js";
import { earned } from "./stats.js";

/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

/**
 * @typedef {object} Aim
 * @property {string} name what it is chosen and remembered by
 * @property {string} title
 * @property {string[]} questions the ids of its own, in its order
 */

/** The name of what is aimed at where nothing is chosen. */
export const EVERYTHING = "everything";

/** The questions of an aim in its order; all of them where there is none. */
/** @param {Question[]} all @param {Aim | undefined} aim */
export function pathOf(all, aim) {
  if (!aim) return all;
  const byId = new Map(all.map((question) => [question.id, question]));
  return aim.questions.flatMap((id) => byId.get(id) ?? []);
}

/** The aim of that name, where the bank has it. */
/** @param {Aim[]} known @param {string} name */
export const aimOf = (known, name) => known.find((aim) => aim.name === name);

/** Whether that is the name of some aim that is not everything. */
/** @param {string} name */
export const isChosen = (name) => name !== "" && name !== EVERYTHING;

/** How many were passed, of the aim's and of all. */
/** @param {Question[]} all @param {Aim | undefined} aim @param {Attempt[]} attempts */
export function progress(all, aim, attempts) {
  const passed = new Set(attempts.filter(earned).map(({ question }) => question));
  const count = (/** @type {Question[]} */ some) =>
    some.filter(({ id }) => passed.has(id)).length;
  if (!aim) return `${count(all)} of ${many(all.length, "question")} passed`;
  const path = pathOf(all, aim);
  const own = `${aim.title}: ${count(path)} of ${many(path.length, "question")} passed`;
  return `${own}, ${count(all)} of ${all.length} in all`;
}

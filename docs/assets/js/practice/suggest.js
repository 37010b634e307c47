/**
 * What to go on with.
 *
 * @module
 */

import { questions } from "../page/questions.js";
import { standing } from "./standing.js";

/** @typedef {import("../page/questions.js").Question} Question */

/**
 * The question to go on with after another: the next in the bank's order that was not
 * passed yet, or else simply the next.
 *
 * @param {string} id
 * @returns {Promise<Question | undefined>} undefined where there is no other
 */
export async function nextAfter(id) {
  const [all, stands] = await Promise.all([questions(), standing()]);
  const at = all.findIndex((question) => question.id === id);
  const following = [...all.slice(at + 1), ...all.slice(0, at)];
  return following.find((question) => stands(question.id) !== "passed") ?? following[0];
}

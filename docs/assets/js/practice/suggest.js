/**
 * What to go on with.
 *
 * @module
 */

import { chosenAim } from "../page/aims.js";
import { questions } from "../page/questions.js";
import { pathOf } from "./aim.js";
import { standing } from "./standing.js";

/** @typedef {import("../page/questions.js").Question} Question */

/**
 * The question to go on with after another: the next on the reader's path that was not
 * passed yet, then of the bank, or else simply the next.
 *
 * @param {string} id
 * @returns {Promise<Question | undefined>} undefined where there is no other
 */
export async function nextAfter(id) {
  const [all, aim, stands] = await Promise.all([questions(), chosenAim(), standing()]);
  const following = [...after(pathOf(all, aim), id), ...after(all, id)];
  return following.find((question) => stands(question.id) !== "passed") ?? following[0];
}

/** All others, from the one that follows; from the first where it is not among them. */
/** @param {Question[]} some @param {string} id */
function after(some, id) {
  const at = some.findIndex((question) => question.id === id);
  return [...some.slice(at + 1), ...some.slice(0, Math.max(0, at))];
}

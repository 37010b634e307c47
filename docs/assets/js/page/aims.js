/**
 * The bank's aims, as the site's generator lists them.
 *
 * @module
 */

import { history } from "../journal/history.js";
import { aimOf, isChosen } from "../practice/aim.js";
import { fromRoot } from "./dom.js";

/** @typedef {import("../practice/aim.js").Aim} Aim */

/** @type {Promise<Aim[]> | undefined} */
let listed;

/** Those that are not everything, in their order. @returns {Promise<Aim[]>} */
export function aims() {
  listed ??= fetch(fromRoot("assets/data/aims.json"))
    .then((response) => {
      if (!response.ok) throw new Error(`the list of aims answers ${response.status}`);
      return response.json();
    })
    .catch((error) => {
      listed = undefined; // so that it is asked for again
      throw error;
    });
  return listed;
}

/** The reader's own, fetched only where one was chosen. */
export async function chosenAim() {
  const { aim } = history();
  return isChosen(aim) ? aimOf(await aims(), aim) : undefined;
}

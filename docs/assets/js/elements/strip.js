/** The attempts of the last weeks, a square a day. @module */

import { h } from "../page/dom.js";
import { today } from "../journal/history.js";
import { dayName, plus } from "../practice/schedule.js";
import { byDay } from "../practice/stats.js";
import { many } from "../page/words.js";

/** @typedef {import("../journal/attempt.js").Attempt} Attempt */

const WEEKS = 12;
const SVG = "http://www.w3.org/2000/svg";

/** @param {Attempt[]} attempts */
export function strip(attempts) {
  const now = today();
  const back = (new Date(now).getUTCDay() + 6) % 7; // days since Monday
  const length = (WEEKS - 1) * 7 + back + 1;
  const days = Array.from({ length }, (_, index) => plus(now, index + 1 - length));
  const found = byDay(attempts, days);
  const busy = found.filter((day) => day.attempts > 0);
  const total = busy.reduce((sum, day) => sum + day.attempts, 0);
  const said = `${many(total, "attempt")} on ${many(busy.length, "day")} of the last ${WEEKS} weeks`;
  const svg = document.createElementNS(SVG, "svg");
  const set = (
    /** @type {Element} */ node,
    /** @type {Record<string, string | number>} */ values,
  ) => {
    for (const [name, value] of Object.entries(values))
      node.setAttribute(name, String(value));
  };
  set(svg, {
    viewBox: `0 0 ${WEEKS * 12} 84`,
    class: "backprep-strip",
    role: "img",
    "aria-label": said,
  });
  for (const [index, { day, attempts: count, passed }] of found.entries()) {
    const cell = document.createElementNS(SVG, "rect");
    const [x, y] = [Math.floor(index / 7) * 12 + 1, (index % 7) * 12 + 1];
    set(cell, { x, y, width: 10, height: 10, rx: 2, "data-count": Math.min(count, 4) });
    const title = document.createElementNS(SVG, "title");
    title.textContent = `${dayName(day)}: ${count} begun, ${passed} passed`;
    cell.append(title);
    svg.append(cell);
  }
  return [svg, h("p", { class: "backprep-strip-said" }, `${said}.`)];
}

/** Follow-up questions, each with its own way to its answer. @module */

import { addressFor, lift, page } from "../page/answer.js";
import { last, note } from "../practice/coach.js";
import { ask, button, focusOn, h, reachable, say, status } from "../page/dom.js";
import { Live } from "./live.js";

export class BackprepFollowUps extends Live {
  build() {
    const items = [...this.querySelectorAll("li")].filter(
      (item) => item.parentElement?.closest("li") === null,
    );
    for (const [index, item] of items.entries()) this.#equip(item, index + 1);
  }

  /** @param {HTMLElement} item @param {number} number */
  #equip(item, number) {
    const said = status();
    const region = h("section", {
      class: "backprep-follow-up-answer",
      "aria-label": `The answer to follow-up ${number}`,
      hidden: true,
    });
    const show = button("Show its answer", async () => {
      const visible = show.getAttribute("aria-expanded") === "true";
      if (!visible && !region.firstChild && !(await this.#fetch(number, region, said)))
        return;
      show.setAttribute("aria-expanded", String(!visible));
      say(show, visible ? "Show its answer" : "Hide its answer");
      region.hidden = visible;
      if (visible) return;
      reachable(region);
      focusOn(region);
    });
    show.setAttribute("aria-expanded", "false");
    show.setAttribute("aria-label", `Show the answer to follow-up ${number}`);
    item.append(" ", show, said, region);
  }

  /** @param {number} number @param {HTMLElement} region @param {HTMLElement} said */
  async #fetch(number, region, said) {
    if (!last(this.question)?.outcome && !(await mayShow(region))) return false;
    try {
      region.replaceChildren(
        lift(await page(addressFor(this, this.question)), `follow-up-${number}`),
      );
    } catch {
      say(said, "Its answer could not be fetched. Try again.");
      return false;
    }
    say(said, "");
    const attempt = last(this.question);
    if (attempt) await note("followed_up", attempt, { number });
    return true;
  }
}

/** Asked for while the question itself is open. @param {HTMLElement} region */
async function mayShow(region) {
  const place = /** @type {HTMLElement} */ (region.parentElement);
  const question = "Its answer may give this question's own away. Show it?";
  return (await ask(place, question, ["Not yet", "Show it"])) === "Show it";
}

/** What an interview is to be: minutes, aim, topics and seed, which stand in the address. @module */

import { h } from "../page/dom.js";
import { aimOf, EVERYTHING, pathOf } from "../practice/aim.js";

/** @typedef {import("../practice/aim.js").Aim} Aim */
/** @typedef {import("../page/questions.js").Question} Question */
/** @typedef {{ minutes: number, aim: string, topics: string[], seed: number }} Wish */

const MINUTES = [20, 30, 45, 60, 90];
const MOST = 999_999;

/**
 * @param {Question[]} all
 * @param {Aim[]} aims
 * @param {string} aim the name of the reader's own
 * @param {(wish: Wish) => void} onWish
 * @returns {HTMLFormElement} filled in with what the address says
 */
export function mockForm(all, aims, aim, onWish) {
  const wanted = new URLSearchParams(location.search);
  const minutes = number("minutes", 5, 240, {
    required: true,
    list: "backprep-minutes",
  });
  minutes.value = String(clamped(wanted.get("minutes"), 5, 240) ?? 45);
  const usual = MINUTES.map((value) => h("option", { value }));
  const seed = number("seed", 0, MOST, { placeholder: "any" });
  seed.value = String(clamped(wanted.get("seed"), 0, MOST) ?? "");
  const chosen = (wanted.get("topics") ?? "").split(",");
  const topics = new Map(all.map(({ topic, topicTitle }) => [topic, topicTitle]));
  const boxes = [...topics].map(([topic, title]) => {
    const box = h("input", { type: "checkbox", name: "topic", value: topic });
    box.checked = chosen.includes(topic);
    return {
      box,
      label: h("label", { class: "backprep-mock-topic" }, box, " ", title),
    };
  });
  const aimed = h(
    "select",
    { name: "aim", onchange: () => fit() },
    h("option", { value: EVERYTHING }, "Everything"),
    ...aims.map(({ name, title }) => h("option", { value: name }, title)),
  );
  const own = wanted.get("aim") ?? (isWished() ? EVERYTHING : aim);
  aimed.value = aimOf(aims, own) ? own : EVERYTHING;
  /** Offers the topics that the aim has. */
  const fit = () => {
    const path = pathOf(all, aimOf(aims, aimed.value));
    for (const { box, label } of boxes) {
      label.hidden = !path.some(({ topic }) => topic === box.value);
      if (label.hidden) box.checked = false;
    }
  };
  fit();
  const legend = h("legend", {}, "Topics (none ticked: all)");
  const help = "The same choices and the same seed give a partner the same questions.";
  const look = "backprep-button backprep-button-main";
  return h(
    "form",
    {
      class: "backprep-mock-form",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        const ticked = boxes.filter(({ box }) => box.checked);
        const drawn = Math.floor(Math.random() * 10_000);
        onWish({
          minutes: Number(minutes.value),
          aim: aimed.value,
          topics: ticked.map(({ box }) => box.value),
          seed: seed.value === "" ? drawn : Number(seed.value),
        });
      },
    },
    h("label", { class: "backprep-mock-field" }, "Minutes ", minutes),
    h("datalist", { id: "backprep-minutes" }, ...usual),
    ...(aims.length
      ? [h("label", { class: "backprep-mock-field" }, "Aim ", aimed)]
      : []),
    h("fieldset", {}, legend, ...boxes.map(({ label }) => label)),
    h("label", { class: "backprep-mock-field" }, "Seed ", seed),
    h("p", { class: "backprep-mock-help" }, help),
    h("button", { type: "submit", class: look }, "Plan the interview"),
  );
}

/** Whether the address holds all that a plan takes. */
export const isWished = () => new URLSearchParams(location.search).has("seed");

/** Keeps a wish in the address, or forgets it. @param {Wish | null} wish */
export function remember(wish) {
  const address = new URL(location.href);
  address.search = wish
    ? new URLSearchParams({
        minutes: String(wish.minutes),
        ...(wish.aim === EVERYTHING ? {} : { aim: wish.aim }),
        topics: wish.topics.join(","),
        seed: String(wish.seed),
      }).toString()
    : "";
  history.replaceState(history.state, "", address);
}

/** @param {string} name @param {number} min @param {number} max @param {object} more */
const number = (name, min, max, more) =>
  h("input", { type: "number", name, min, max, ...more });

/** @param {string | null} text @param {number} least @param {number} most */
function clamped(text, least, most) {
  const value = Number(text);
  if (text === null || text === "" || !Number.isInteger(value)) return null;
  return Math.min(most, Math.max(least, value));
}

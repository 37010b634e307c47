/** A rubric's points as boxes to tick. @module */

import { button, h } from "../page/dom.js";
import { inline } from "../page/inline.js";

/**
 * @typedef {(must: boolean[], nice: boolean[]) => void} Ticked
 *
 * @param {{ must: string[], nice: string[] }} points
 * @param {Ticked} onTicked called at every tick
 * @returns {HTMLElement}
 */
export function rubricBoxes({ must, nice }, onTicked) {
  const boxes = (/** @type {string[]} */ list) =>
    list.map(() => h("input", { type: "checkbox" }));
  const [needed, welcome] = [boxes(must), boxes(nice)];
  const ticks = (/** @type {HTMLInputElement[]} */ inputs) =>
    inputs.map(({ checked }) => checked);
  return h(
    "div",
    {
      class: "backprep-rubric-form",
      role: "group",
      "aria-label": "What did you say?",
      onchange: () => onTicked(ticks(needed), ticks(welcome)),
    },
    group("Must have", must, needed),
    ...(nice.length ? [group("Nice to have", nice, welcome)] : []),
  );
}

/**
 * The same with a button that grades, once.
 *
 * @param {{ must: string[], nice: string[] }} points
 * @param {Ticked} onGraded
 * @returns {HTMLElement}
 */
export function rubricForm(points, onGraded) {
  let must = points.must.map(() => false);
  let nice = points.nice.map(() => false);
  const boxes = rubricBoxes(points, (...ticks) => ([must, nice] = ticks));
  const grade = button(
    "Grade it",
    () => {
      grade.remove();
      for (const box of boxes.querySelectorAll("input")) box.disabled = true;
      onGraded(must, nice);
    },
    "backprep-button-main",
  );
  const help = "Tick what you said. A must-have that is missing counts as failed.";
  return h("div", {}, h("p", {}, help), boxes, grade);
}

/** @param {string} name @param {string[]} texts @param {HTMLInputElement[]} inputs */
function group(name, texts, inputs) {
  const points = texts.map((text, index) =>
    h(
      "label",
      { class: "backprep-rubric-point" },
      inputs[index] ?? "",
      h("span", {}, ...inline(text)),
    ),
  );
  return h(
    "fieldset",
    { class: "backprep-rubric-group" },
    h("legend", {}, name),
    ...points,
  );
}

/** A rubric's points as boxes to tick. @module */

import { button, h } from "../dom.js";

/**
 * @param {{ must: string[], nice: string[] }} points
 * @param {(must: boolean[], nice: boolean[]) => void} onGraded called once
 * @returns {HTMLElement}
 */
export function rubricForm({ must, nice }, onGraded) {
  const boxes = (/** @type {string[]} */ list) =>
    list.map(() => h("input", { type: "checkbox" }));
  const [needed, welcome] = [boxes(must), boxes(nice)];
  const ticks = (/** @type {HTMLInputElement[]} */ inputs) =>
    inputs.map(({ checked }) => checked);
  const save = button(
    "Grade it",
    () => {
      save.remove();
      for (const box of [...needed, ...welcome]) box.disabled = true;
      onGraded(ticks(needed), ticks(welcome));
    },
    "backprep-button-main",
  );
  return h(
    "div",
    { class: "backprep-rubric-form", role: "group", "aria-label": "What did you say?" },
    h("p", {}, "Tick what you said. A must-have that is missing counts as failed."),
    group("Must have", must, needed),
    ...(nice.length ? [group("Nice to have", nice, welcome)] : []),
    save,
  );
}

/** @param {string} name @param {string[]} texts @param {HTMLInputElement[]} inputs */
function group(name, texts, inputs) {
  const points = texts.map((text, index) =>
    h(
      "label",
      { class: "backprep-rubric-point" },
      inputs[index] ?? "",
      h("span", {}, text),
    ),
  );
  return h(
    "fieldset",
    { class: "backprep-rubric-group" },
    h("legend", {}, name),
    ...points,
  );
}

import assert from "node:assert/strict";
import test from "node:test";

import { told } from "../../../docs/assets/js/journal/history.js";
import { aimOf, pathOf, progress } from "../../../docs/assets/js/practice/aim.js";
import { attempt, event } from "./store.mjs";

const all = ["a/one", "a/two", "amp/step"].map((id) => ({ id }));
const aim = { name: "some", title: "Some", questions: ["amp/step", "gone/q", "a/one"] };
const ids = (questions) => questions.map(({ id }) => id);

test("the last aim is the one, and none was chosen at first", () => {
  assert.equal(told([]).aim, "");
  const events = ["some", "everything"].map((name) => event("aimed", "", { aim: name }));
  assert.equal(told(events).aim, "everything");
});

test("a path has the aim's order, and only what the bank has", () => {
  assert.deepEqual(ids(pathOf(all, aim)), ["amp/step", "a/one"]);
  assert.deepEqual(pathOf(all, undefined), all);
});

test("an aim that the bank does not have is none", () => {
  assert.equal(aimOf([aim], "some"), aim);
  assert.equal(aimOf([aim], "gone"), undefined);
});

test("progress is counted for the aim beside the whole", () => {
  const { attempts } = told(attempt());
  assert.equal(progress(all, undefined, attempts), "1 of 3 questions passed");
  assert.equal(
    progress(all, aim, attempts),
    "Some: 1 of 2 questions passed, 1 of 3 in all",
  );
});

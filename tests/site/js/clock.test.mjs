import assert from "node:assert/strict";
import test from "node:test";

import {
  milestone,
  minutesAndSeconds,
  phase,
  reading,
} from "../../../docs/assets/js/page/clock.js";

test("the clock shows minutes until the last two, then seconds", () => {
  assert.deepEqual([600, 541, 121, 120, 9.5, 1].map(reading), [
    "10 min",
    "10 min",
    "3 min",
    "2:00",
    "0:10",
    "0:01",
  ]);
});

test("overtime is counted apart", () => {
  assert.deepEqual([0, -59, -60, -185].map(reading), [
    "overtime",
    "overtime",
    "1 min over",
    "3 min over",
  ]);
});

test("the colour follows the time that is left", () => {
  assert.deepEqual([121, 120, 31, 30, 0, -5].map(phase), [
    "calm",
    "amber",
    "amber",
    "red",
    "over",
    "over",
  ]);
});

test("milestones are said once, when they are passed", () => {
  assert.equal(milestone(301, 300, 1200), "5 minutes left.");
  assert.equal(milestone(300, 299, 1200), "");
  assert.equal(milestone(601, 600, 1200), "Half of the time is gone.");
  assert.equal(milestone(31, 30, 1200), "30 seconds left.");
});

test("of several milestones that passed at once the last is said", () => {
  assert.equal(milestone(400, 100, 1200), "2 minutes left.");
  assert.equal(milestone(400, -1, 1200), "Time is up.");
});

test("the first reading says nothing", () => {
  assert.equal(milestone(NaN, 100, 1200), "");
});

test("a span is read as the command line writes it", () => {
  assert.deepEqual([490, 3723, -4, 59.9].map(minutesAndSeconds), [
    "8:10",
    "1:02:03",
    "0:00",
    "0:59",
  ]);
});

import assert from "node:assert/strict";
import test from "node:test";

import { literal, same } from "../../../docs/assets/js/page/literal.js";

const values = {
  True: true,
  "False ": false,
  None: null,
  3: 3,
  "-0.5": -0.5,
  ".5": 0.5,
  "1e-3": 0.001,
  "1_000": 1000,
  '"float32"': "float32",
  "'it\\'s'": "it's",
  "[4.0, 6.0]": [4, 6],
  "[]": [],
  "(1, 2,)": [1, 2],
  "(3)": 3,
  "(3,)": [3],
  "[[1], ['a', None]]": [[1], ["a", null]],
  "-inf": -Infinity,
};
for (const [text, value] of Object.entries(values))
  test(`${text.trim()} is read`, () => assert.deepEqual(literal(text), value));

const faults = {
  "": /missing/,
  true: /True/,
  float32: /quotes: "float32"/,
  "[1, 2": /closing \]/,
  "[1 2]": /comma/,
  '"open': /closing "/,
  "3 4": /too much/,
  "3x": /./,
  "{}": /does not fit/,
};
for (const [text, message] of Object.entries(faults))
  test(`${JSON.stringify(text)} is refused with a reason`, () => {
    assert.throws(() => literal(text), { name: "SyntaxError", message });
  });

test("numbers are the same to a millionth", () => {
  assert.equal(same(0.3333333, 1 / 3), true);
  assert.equal(same(0.3333, 1 / 3), false);
  assert.equal(same([1, [2.0000001]], [1, [2]]), true);
});

test("True is not 1, text is not a number, a part is not the whole", () => {
  assert.equal(same(true, 1), false);
  assert.equal(same("3", 3), false);
  assert.equal(same([1], [1, 2]), false);
  assert.equal(same(null, 0), false);
});

test("what JSON has no number for is compared by its name", () => {
  assert.equal(same(literal("nan"), "nan"), true);
  assert.equal(same(literal("-inf"), "-inf"), true);
  assert.equal(same(literal("inf"), 3), false);
});

import assert from "node:assert/strict";
import test from "node:test";

import { plan } from "../../../docs/assets/js/practice/mock.js";

const kinds = ["code", "code", "code", "debug", "explain", "predict"];
const bank = Array.from({ length: 24 }, (_, index) => ({
  id: `topic${index % 4}/q${index}`,
  title: `Question ${index}`,
  topic: `topic${index % 4}`,
  topicTitle: `Topic ${index % 4}`,
  kind: kinds[index % kinds.length],
  level: "easy",
  minutes: 5 + (index % 3) * 5,
  url: `questions/${index}/`,
}));
const sum = (questions) => questions.reduce((total, { minutes }) => total + minutes, 0);

test("the same seed gives the same set, whatever the order of the bank", async () => {
  assert.deepEqual(
    await plan(bank, 45, [], 7),
    await plan(bank.toReversed(), 45, [], 7),
  );
});

test("another seed gives another set", async () => {
  assert.notDeepEqual(await plan(bank, 45, [], 7), await plan(bank, 45, [], 8));
});

test("every set fits its minutes and repeats nothing", async () => {
  for (let seed = 0; seed < 50; seed += 1)
    for (const minutes of [5, 20, 45, 90]) {
      const set = await plan(bank, minutes, [], seed);
      assert.ok(sum(set) <= minutes);
      assert.equal(new Set(set).size, set.length);
    }
});

test("something to say, to write and to mend comes in this order", async () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const found = (await plan(bank, 45, [], seed)).map(({ kind }) => kind);
    const order = ["explain", "predict", "code", "debug"];
    for (const kind of ["explain", "code", "debug"]) assert.ok(found.includes(kind));
    assert.deepEqual(
      found,
      found.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
    );
  }
});

test("only the topics asked for are drawn from", async () => {
  assert.ok(
    (await plan(bank, 90, ["topic1", "topic2"], 3)).every(({ topic }) =>
      ["topic1", "topic2"].includes(topic),
    ),
  );
});

test("where nothing fits the set is empty", async () => {
  assert.deepEqual(await plan(bank, 4, [], 1), []);
});

import assert from "node:assert/strict";
import test from "node:test";

import { lines } from "../../../docs/assets/js/journal/event.js";
import { KEY, LocalJournal } from "../../../docs/assets/js/journal/local_journal.js";
import { attempt } from "./store.mjs";
import { Store } from "./store.mjs";

const started = { elapsed: 0, minutes: 10, mock: null, from: "site" };

test("what is appended is there when the page is opened again", async () => {
  const store = new Store();
  const { id } = await new LocalJournal(store).append(
    "started",
    "amp/step",
    "",
    started,
  );
  assert.deepEqual(
    new LocalJournal(store).events().map((event) => event.id),
    [id],
  );
});

test("all of it lies under one versioned key", async () => {
  const store = new Store();
  await new LocalJournal(store).append("started", "amp/step", "", started);
  assert.deepEqual(
    Object.keys(store).filter((key) => key !== "full"),
    [KEY],
  );
});

test("what another tab wrote is not lost by writing", async () => {
  const store = new Store();
  const [one, other] = [new LocalJournal(store), new LocalJournal(store)];
  one.events();
  await other.append("started", "amp/step", "", started);
  await one.append("started", "amp/cast", "", started);
  assert.deepEqual(
    other.events().map(({ question, seq }) => [question, seq]),
    [
      ["amp/step", 1],
      ["amp/cast", 2],
    ],
  );
});

test("an event that cannot be read back is not written", async () => {
  const store = new Store();
  await assert.rejects(
    new LocalJournal(store).append("resumed", "amp/step", "x", { elapsed: NaN }),
    /not a number/,
  );
  assert.equal(store.getItem(KEY), null);
});

test("a store that was tampered with is set aside whole, and said", () => {
  const good = lines(attempt());
  const text = `${good}{"id": "x"}\n`;
  const store = new Store({ [KEY]: text });
  const journal = new LocalJournal(store);
  const troubles = [];
  journal.onTrouble((trouble) => troubles.push(trouble));
  assert.equal(journal.events().length, 2);
  assert.equal(store.getItem(KEY), good);
  assert.deepEqual(
    journal.aside().map((aside) => aside.text),
    [text],
  );
  assert.equal(troubles.length, 1);
  assert.match(troubles[0].message, /line 3/);
});

test("a store of another form is set aside too", () => {
  const store = new Store({ [KEY]: '{"version": 2, "attempts": []}' });
  const journal = new LocalJournal(store);
  assert.deepEqual(journal.events(), []);
  assert.equal(journal.aside()[0].text, '{"version": 2, "attempts": []}');
});

test("a full store keeps the page going, and says so once", async () => {
  const store = new Store();
  const journal = new LocalJournal(store);
  const troubles = [];
  journal.onTrouble((trouble) => troubles.push(trouble.what));
  store.full = true;
  const { id } = await journal.append("started", "amp/step", "", started);
  await journal.append("paused", "amp/step", id, { elapsed: 1, reason: "asked" });
  assert.deepEqual(
    journal.events().map(({ kind }) => kind),
    ["started", "paused"],
  );
  assert.deepEqual(troubles, ["not kept"]);
  store.full = false;
  await journal.append("resumed", "amp/step", id, { elapsed: 1, reason: "asked" });
  assert.equal(new LocalJournal(store).events().length, 3);
});

test("a browser without a storage is said at once", () => {
  const troubles = [];
  new LocalJournal(null).onTrouble((trouble) => troubles.push(trouble.what));
  assert.deepEqual(troubles, ["not kept"]);
});

test("an import is the union by id", () => {
  const journal = new LocalJournal(new Store());
  const events = attempt();
  assert.equal(journal.merge(events.slice(0, 1)), 1);
  assert.equal(journal.merge(events), 1);
  assert.equal(journal.merge(events), 0);
  assert.deepEqual(journal.events(), events);
});

test("who listens is told, until they stop", async () => {
  const journal = new LocalJournal(new Store());
  let told = 0;
  const stop = journal.onChange(() => (told += 1));
  await journal.append("started", "amp/step", "", started);
  stop();
  journal.clear();
  assert.equal(told, 1);
  assert.deepEqual(journal.events(), []);
});

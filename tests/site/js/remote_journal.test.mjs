import assert from "node:assert/strict";
import test from "node:test";

import { Connection } from "../../../docs/assets/js/judge/connection.js";
import { diff } from "../../../docs/assets/js/page/diff.js";
import { Gone, Refused } from "../../../docs/assets/js/journal/refused.js";
import { RemoteJournal } from "../../../docs/assets/js/journal/remote_journal.js";
import { attempt } from "./store.mjs";

const started = { elapsed: 0, minutes: 10, mock: null, from: "site" };

/** A server that keeps what it is sent, and can be away or refuse. */
function server(events = []) {
  const own = { events, sent: [], fails: null };
  own.ask = async (method, path, said) => {
    if (own.fails) throw own.fails;
    if (method === "GET") return { events: own.events, notice: "", answers: "/a" };
    own.sent.push([path, said]);
    return { notice: "", added: said.events?.length };
  };
  return own;
}

const worries = [];
const journalOf = (own) => new RemoteJournal(own.ask, (worry) => worries.push(worry));
const kinds = (journal) => journal.events().map(({ kind }) => kind);

test("what a page writes counts at once and is sent under its id", async () => {
  const own = server();
  const journal = journalOf(own);
  const event = await journal.append("started", "amp/step", "", started);
  assert.deepEqual(kinds(journal), ["started"]);
  await journal.send();
  const [[path, said]] = own.sent;
  assert.deepEqual([path, said.id, said.attempt], ["journal", event.id, event.id]);
  assert.equal(journal.waiting.length, 0);
});

test("the server's own number for an event wins", async () => {
  const journal = journalOf(server());
  const event = await journal.append("started", "amp/step", "", started);
  await journal.send();
  journal.receive([{ ...event, seq: 40 }]);
  assert.deepEqual(
    journal.events().map(({ seq }) => seq),
    [40],
  );
});

test("what cannot be sent waits, in its order, until the server is back", async () => {
  const own = server();
  const journal = journalOf(own);
  own.fails = new Gone("away");
  const { id } = await journal.append("started", "amp/step", "", started);
  await journal.append("paused", "amp/step", id, { elapsed: 3, reason: "asked" });
  await journal.send();
  assert.deepEqual(kinds(journal), ["started", "paused"]);
  assert.equal(journal.waiting.length, 2);
  own.fails = null;
  await journal.load();
  assert.deepEqual(
    own.sent.map(([, { kind }]) => kind),
    ["started", "paused"],
  );
  assert.equal(journal.waiting.length, 0);
});

test("what the server will never take is set aside, and said", async () => {
  const own = server();
  const journal = journalOf(own);
  own.fails = new Refused(400, 'There is no attempt "x".');
  await journal.append("paused", "amp/step", "x", { elapsed: 3, reason: "asked" });
  await journal.send();
  assert.deepEqual(kinds(journal), []);
  assert.match(worries.at(-1).message, /no attempt/);
  assert.match(worries.at(-1).text, /"paused"/);
});

test("a token that is not taken loses nothing", async () => {
  const own = server();
  const journal = journalOf(own);
  own.fails = new Refused(403, "Reload the page.");
  await journal.append("started", "amp/step", "", started);
  await journal.send();
  assert.deepEqual([kinds(journal), journal.notice], [["started"], "Reload the page."]);
});

test("many events are taken over in parcels, in their order", async () => {
  const own = server();
  const events = Array.from({ length: 400 }, () => attempt()).flat();
  assert.equal(await journalOf(own).merge(events), events.length);
  assert.ok(own.sent.length > 1);
  assert.ok(own.sent.every(([, said]) => JSON.stringify(said).length < 200_000));
  assert.deepEqual(
    own.sent.flatMap(([, said]) => said.events.map(({ id }) => id)),
    events.map(({ id }) => id),
  );
});

/** A socket that does what a test says. */
class Socket {
  static opened = [];
  sent = [];
  constructor() {
    Socket.opened.push(this);
  }
  send(text) {
    this.sent.push(text);
  }
}

test("a connection says its token, and comes back after longer and longer", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  Socket.opened = [];
  const states = [];
  const connection = new Connection(() => new Socket(), "the token");
  connection.onState((state) => states.push(state));
  connection.connect();
  Socket.opened[0].onopen();
  assert.deepEqual(Socket.opened[0].sent, ['{"token":"the token"}']);
  Socket.opened[0].onmessage({ data: '{"type":"hello"}' });
  Socket.opened[0].onclose({ code: 1012 });
  t.mock.timers.tick(250);
  assert.equal(Socket.opened.length, 2);
  Socket.opened[1].onclose({ code: 1006 });
  t.mock.timers.tick(250);
  assert.equal(Socket.opened.length, 2);
  connection.hurry();
  assert.equal(Socket.opened.length, 3);
  assert.deepEqual(states, ["here", "gone"]);
});

test("a connection that is refused is not tried again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  Socket.opened = [];
  const connection = new Connection(() => new Socket(), "old");
  connection.connect();
  Socket.opened[0].onclose({ code: 1008 });
  t.mock.timers.tick(60_000);
  assert.deepEqual([connection.state, Socket.opened.length], ["refused", 1]);
});

test("two texts differ in the lines that one has and the other lacks", () => {
  const lines = diff("a\nb\nc", "a\nx\nc\nd");
  assert.deepEqual(
    lines.map(({ sign, text }) => sign + text),
    [" a", "-b", "+x", " c", "+d"],
  );
});

test("from two texts and what differs both come back", () => {
  const [before, after] = ["one\ntwo\n\nthree", "two\nthree\n\nfour\n"];
  const lines = diff(before, after);
  const without = (sign) =>
    lines.filter((line) => line.sign !== sign).map(({ text }) => text);
  assert.equal(without("+").join("\n"), before);
  assert.equal(without("-").join("\n"), after);
});

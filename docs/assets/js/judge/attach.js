/**
 * The judge on this machine, where the page has its mark: its journal takes the place of
 * the browser's, and its connection tells what happens.
 *
 * @module
 */

import { showLine } from "../page/notice_bar.js";
import { Connection } from "./connection.js";
import { button, fromRoot } from "../page/dom.js";
import { local, use } from "../journal/journal.js";
import { ask, token } from "./client.js";
import { KEY } from "../journal/local_journal.js";
import { showTrouble } from "../page/notice.js";
import { RemoteJournal } from "../journal/remote_journal.js";

const DECLINED = `${KEY}:not-taken-over`;
/** Milliseconds for which a silence is none yet: a server starts again, a page is left. */
const PATIENCE = 1500;

export const remote = new RemoteJournal(ask, showTrouble);

export const connection = new Connection(
  () => new WebSocket(fromRoot("api/live").replace(/^http/, "ws")),
  token(),
);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let patience;
/** What the line says when nothing is wrong. */
/** @type {{ line: string, buttons: HTMLElement[] }} */
let calm = { line: "", buttons: [] };

/** Puts the judge's journal in place, before anything builds on the browser's own. */
export async function attach() {
  connection.onMessage((message) => {
    if (message.type === "events") remote.receive(message.events);
  });
  // the journal is asked for once, when what comes after it will be told
  const settled = new Promise((resolve) => {
    connection.onState((state) => follow(state).then(resolve));
  });
  connection.connect();
  await settled;
  use(remote);
  remote.onChange(explain);
  for (const sign of ["online", "focus", "pageshow"])
    addEventListener(sign, () => connection.hurry());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) connection.hurry();
  });
  // what nobody took yet is offered the next time
  addEventListener("pagehide", () => local.merge(remote.waiting));
  offer();
}

/** @param {import("./connection.js").ConnectionState} state */
async function follow(state) {
  clearTimeout(patience);
  if (state === "gone") patience = setTimeout(explain, PATIENCE);
  else if (state === "refused") explain();
  else {
    await remote.load().catch(() => {});
    explain();
  }
}

/** Says what is wrong with the connection or the journal, if anything is. */
function explain() {
  const count = remote.waiting.length;
  const kept = count
    ? ` What you did meanwhile (${count === 1 ? "1 event" : `${count} events`}) waits here and is written down then.`
    : "";
  if (connection.state === "gone")
    showLine(
      `The judge does not answer: its server ended. Start it again (make study, or backprep serve): this page goes on by itself.${kept}`,
    );
  else if (connection.state === "refused")
    showLine("This page is of an earlier server. Reload it.", reload());
  else if (remote.notice)
    showLine(`The journal on this machine: ${remote.notice}${kept}`);
  else showLine(calm.line, ...calm.buttons);
}

const reload = () => button("Reload", () => location.reload());

/** What this browser kept before a judge was here is offered, once. */
function offer() {
  const known = new Set(remote.events().map(({ id }) => id));
  const own = local.events().filter(({ id }) => !known.has(id));
  const attempts = new Set(own.map(({ attempt }) => attempt).filter(Boolean)).size;
  if (attempts === 0 || localStorage.getItem(DECLINED) === own.at(-1)?.id) return;
  const what = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const add = button(attempts === 1 ? "Add it" : "Add them", async () => {
    try {
      await remote.merge(own);
      calmly(attempts === 1 ? "It was added." : "They were added.");
    } catch (error) {
      calmly(/** @type {Error} */ (error).message, add);
    }
  });
  const decline = button("Not now", () => {
    localStorage.setItem(DECLINED, own.at(-1)?.id ?? "");
    calmly("");
  });
  const are = attempts === 1 ? "is" : "are";
  calmly(
    `${what} of this browser ${are} not in the journal on this machine.`,
    add,
    decline,
  );
}

/** @param {string} line @param {HTMLElement[]} buttons */
function calmly(line, ...buttons) {
  calm = { line, buttons };
  explain();
}

/**
 * The elements of the study site. Each is fetched when a page first holds one, so that
 * a page carries only what it shows; they upgrade after instant navigation as well.
 *
 * @module
 */

import "./page/copy.js";
import "./page/shortcuts.js";
import "./page/wide.js";
import { journal, local } from "./journal/journal.js";
import { showTrouble } from "./page/notice.js";

/** @type {Record<string, () => Promise<CustomElementConstructor>>} */
const ELEMENTS = {
  "backprep-state": async () => (await import("./elements/state.js")).BackprepState,
  "backprep-bar": async () => (await import("./elements/bar.js")).BackprepBar,
  "backprep-split": async () => (await import("./elements/split.js")).BackprepSplit,
  "backprep-tabs": async () => (await import("./elements/tabs.js")).BackprepTabs,
  "backprep-judge": async () => (await import("./elements/draft.js")).BackprepDraft,
  "backprep-grade": async () => (await import("./elements/grade.js")).BackprepGrade,
  "backprep-hints": async () => (await import("./elements/hints.js")).BackprepHints,
  "backprep-reveal": async () => (await import("./elements/reveal.js")).BackprepReveal,
  "backprep-predict": async () =>
    (await import("./elements/predict.js")).BackprepPredict,
  "backprep-rubric": async () => (await import("./elements/rubric.js")).BackprepRubric,
  "backprep-follow-ups": async () =>
    (await import("./elements/follow_ups.js")).BackprepFollowUps,
  "backprep-topic": async () => (await import("./elements/topic.js")).BackprepTopic,
  "backprep-next": async () => (await import("./elements/next.js")).BackprepNext,
  "backprep-aim": async () => (await import("./elements/aim.js")).BackprepAim,
  "backprep-filter": async () => (await import("./elements/filter.js")).BackprepFilter,
  "backprep-sheet": async () => (await import("./elements/sheet.js")).BackprepSheet,
  "backprep-cards": async () => (await import("./elements/cards.js")).BackprepCards,
  "backprep-mock": async () => (await import("./elements/mock.js")).BackprepMock,
  "backprep-progress": async () =>
    (await import("./elements/progress.js")).BackprepProgress,
};

/** @type {Set<string>} */
const asked = new Set();

/** Defines what the page holds and what is not defined yet. */
function define() {
  for (const [name, load] of Object.entries(ELEMENTS)) {
    if (asked.has(name) || !document.querySelector(name)) continue;
    asked.add(name);
    load().then(
      (element) => customElements.define(name, element),
      () => asked.delete(name), // offline, say: the next change of the page tries again
    );
  }
}

journal.events(); // a damaged store is set aside before anything builds on it
local.onTrouble(showTrouble);
if (document.querySelector('meta[name="backprep-judge"]')) {
  ELEMENTS["backprep-judge"] = async () =>
    (await import("./elements/judge.js")).BackprepJudge;
  await (await import("./judge/attach.js")).attach();
}
define();
new MutationObserver(define).observe(document.documentElement, {
  childList: true,
  subtree: true,
});

/** How much of a topic the reader has passed, in words and as a bar. @module */

import { h } from "../page/dom.js";
import { history } from "../journal/history.js";
import { questions } from "../page/questions.js";
import { byTopic } from "../practice/stats.js";
import { Live } from "./live.js";

export class BackprepTopic extends Live {
  async draw() {
    const { attempts } = history();
    if (attempts.length === 0) return;
    const all = await questions().catch(() => []);
    const topic = this.getAttribute("topic");
    const [row] = byTopic(
      all.filter((question) => question.topic === topic),
      attempts,
    );
    if (!row) return;
    const done = h("span", { class: "backprep-topic-done" });
    done.style.width = `${(100 * row.passed) / row.questions}%`;
    this.replaceChildren(
      `${row.passed} of ${row.questions} passed`,
      h("span", { class: "backprep-topic-bar", "aria-hidden": "true" }, done),
    );
  }
}

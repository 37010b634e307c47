/** What the reader prepares for: chosen here, and remembered in the journal. @module */

import { history } from "../journal/history.js";
import { journal } from "../journal/journal.js";
import { EVERYTHING } from "../practice/aim.js";
import { Live } from "./live.js";

export class BackprepAim extends Live {
  build() {
    this.select = this.querySelector("select");
    this.select?.addEventListener("change", () =>
      journal.append("aimed", "", "", { aim: this.select?.value ?? EVERYTHING }),
    );
  }

  draw() {
    const { select } = this;
    if (!select) return;
    const there = [...select.options].some(({ value }) => value === history().aim);
    select.value = there ? history().aim : EVERYTHING;
    select.disabled = false;
    for (const said of this.querySelectorAll("[data-aim]"))
      if (said instanceof HTMLElement) said.hidden = said.dataset.aim !== select.value;
  }
}

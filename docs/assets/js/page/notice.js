/** What the reader must hear of, at the top of the page. @module */

import { button, download, h } from "./dom.js";

/** @param {import("../journal/local_journal.js").Trouble} trouble */
export function showTrouble({ message, text }) {
  const notice = h(
    "aside",
    { class: "backprep-notice", role: "alert" },
    h("p", {}, message),
  );
  if (text !== undefined)
    notice.append(
      button("Download what was set aside", () =>
        download("backprep-set-aside.jsonl", text),
      ),
    );
  notice.append(button("Close", () => notice.remove()));
  const place = document.querySelector("main") ?? document.body;
  place.prepend(notice);
}

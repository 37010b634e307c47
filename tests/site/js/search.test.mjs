import assert from "node:assert/strict";
import { test } from "node:test";

import { Finder } from "../../../docs/assets/js/search/finder.js";
import { asked, said } from "../../../docs/assets/js/search/words.js";

const PAGES = [
  { location: "guides/loading/", title: "The DataLoader", text: "<p>A guide.</p>" },
  {
    location: "questions/data/texts/",
    title: "Texts",
    text: "<p>Write a <code>DataLoader</code> for <b>a &lt; b &amp; c</b>.</p>",
    tags: ["padding"],
  },
  { location: "questions/data/texts/#why", title: "Why", text: "<p>To pad.</p>" },
];
const found = (query) => new Finder(PAGES).find(query);
const places = (query) => found(query).map(([page]) => page.location);

test("a name is found by its parts and as a whole", () => {
  assert.deepEqual(said("nn.BatchNorm1d"), ["nn", "batch", "norm1", "d", "batchnorm1d"]);
  assert.deepEqual(asked("zero_grad()"), ["zero", "grad"]);
  assert.deepEqual(asked("GradScaler"), ["grad", "scaler"]);
  assert.deepEqual(asked("CUDA"), ["cuda"]);
});

test("every word has to be there, if any page has all", () => {
  assert.deepEqual(places("dataloader padding"), ["questions/data/texts/"]);
  assert.equal(places("dataloader zeppelin").length, 2);
  assert.deepEqual(places(""), []);
});

test("a mistake in typing is forgiven only where nothing is found without", () => {
  assert.equal(places("dataloder").length, 2);
  assert.deepEqual(places("guide"), ["guides/loading/"]);
});

test("what is shown is text with its words marked, never the page's markup", () => {
  const [[page]] = found("loader padding");
  assert.equal(
    page.text,
    "Write a <mark>DataLoader</mark> for a &lt; b &amp; c.",
  );
  assert.deepEqual(page.tags, ["<mark>padding</mark>"]);
});

test("a section that answers better is shown beside its page", () => {
  const [[page, section]] = found("pad");
  assert.equal(section.location, "questions/data/texts/#why");
  assert.equal(section.score, page.score);
});

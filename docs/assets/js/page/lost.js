/** What an address that leads nowhere may have meant, by the words in it. @module */

import { Finder } from "../search/finder.js";
import { fromRoot, h } from "./dom.js";

const SHOWN = 4;

/** @param {string} html */
const text = (html) =>
  new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";

async function suggest() {
  const place = document.getElementById("backprep-lost");
  const path = location.pathname.slice(new URL(fromRoot("")).pathname.length);
  const folders = path.split("/").filter(Boolean).map(decodeURIComponent);
  const index = await (await fetch(fromRoot("search/search_index.json"))).json();
  const finder = new Finder(index.docs);
  const exact = finder.find(folders.at(-1) ?? "");
  const found = exact.length > 0 ? exact : finder.find(folders.join(" "));
  const folder = folders.slice(0, -1).join("/");
  const near = (/** @type {typeof found[number]} */ [page]) =>
    Number(page?.location.startsWith(`${folder}/`) ?? false);
  const unlike = (/** @type {typeof found[number]} */ [page]) =>
    Math.abs((page?.location.length ?? 0) - path.length);
  found.sort((one, other) => near(other) - near(one)); // who mistypes one part knows the rest
  const links = found
    .slice(0, SHOWN)
    .sort((one, other) => near(other) - near(one) || unlike(one) - unlike(other))
    .flatMap(([page]) =>
      page
        ? [h("li", {}, h("a", { href: fromRoot(page.location) }, text(page.title)))]
        : [],
    );
  if (links.length > 0)
    place?.append(h("p", {}, "Did you mean one of these?"), h("ul", {}, ...links));
}

suggest().catch(() => {}); // what the page says by itself is enough

/**
 * Finds the pages that a query means, in the index that the site is built with.
 *
 * @module
 */

import MiniSearch from "../../vendor/minisearch-7.2.0.js";
import { asked, joined, marked, said } from "./words.js";

/**
 * @typedef {{ location: string, title: string, text: string, tags?: string[] }} Entry
 *   a page or one of its sections, in HTML
 * @typedef {Entry & { score: number, terms: Record<string, boolean> }} Found
 * @typedef {{ id: string, title: string, tags: string, headings: string, text: string }} Page
 */

/** What a word weighs, by where it stands. */
const FIELDS = { title: 8, tags: 6, headings: 2, text: 1 };
const TOPIC = /^questions\/[^/]+\/$/;
/** What a page weighs, by where it lies: questions are what people come for. */
const WEIGHTS = /** @type {const} */ ([
  [/^questions\/[^/]+\/[^/]+\/$/, 1.5],
  [TOPIC, 1.2],
  [/^guides\//, 0.8],
  [/(?:)/, 0.6],
]);
const NAMED = 2;
const BESIDE = 60;
const LONGEST = 200;

export class Finder {
  /** @type {Map<string, Entry[]>} the page before its sections, by its address */
  #entries = new Map();
  #index;

  /** @param {Entry[]} entries */
  constructor(entries) {
    for (const entry of entries) {
      const id = entry.location.replace(/#.*/, "");
      this.#entries.set(id, [...(this.#entries.get(id) ?? []), entry]);
    }
    this.#index = new MiniSearch({
      fields: Object.keys(FIELDS),
      tokenize: said,
      searchOptions: {
        tokenize: asked,
        boost: FIELDS,
        prefix: true,
      },
    });
    this.#index.addAll([...this.#entries].map(([id, found]) => page(id, found)));
  }

  /**
   * The pages that answer a query, best first, each with the sections that do: those
   * that hold every word; failing that, those that hold words like them; failing that,
   * those that hold some.
   *
   * @param {string} query
   * @returns {Found[][]}
   */
  find(query) {
    const words = asked(query);
    const boostDocument = (/** @type {string} */ id, /** @type {string} */ found) => {
      const names = this.#names(id);
      // one word may be mistyped: what counts is the word that was found for it
      const named =
        names.includes(joined(query)) || (words.length === 1 && names.includes(found));
      return weight(id) * (named ? NAMED : 1);
    };
    /** @type {{ id: string, score: number, terms: string[], queryTerms: string[] }[]} */
    let found = [];
    for (const options of [
      { combineWith: "AND" },
      { combineWith: "AND", fuzzy: mistakes },
      { combineWith: "OR", fuzzy: mistakes },
    ]) {
      found = this.#index.search(query, { ...options, boostDocument });
      if (found.length > 0) break;
    }
    return found.map(({ id, score, terms, queryTerms }) =>
      shown(
        this.#entries.get(id) ?? [],
        new Set(terms),
        score,
        Object.fromEntries(words.map((word) => [word, queryTerms.includes(word)])),
      ),
    );
  }

  /** What a page is called; a topic is called by its tags as well. @param {string} id */
  #names(id) {
    const [page] = this.#entries.get(id) ?? [];
    const tags = TOPIC.test(id) ? page?.tags : [];
    return [plain(page?.title ?? ""), ...(tags ?? [])].map(joined);
  }
}

/** @param {string} id */
const weight = (id) => WEIGHTS.find(([place]) => place.test(id))?.[1] ?? 1;

/** How many letters of a word may be wrong; two that changed places are two. */
/** @param {string} word */
const mistakes = (word) => (word.length < 4 ? 0 : word.length < 6 ? 1 : 2);

/** @param {string} id @param {Entry[]} entries @returns {Page} */
function page(id, entries) {
  const [whole, ...sections] = entries;
  return {
    id,
    title: plain(whole?.title ?? ""),
    tags: (whole?.tags ?? []).join(" "),
    // a section without text has what is the same on every page, or a hint
    headings: sections
      .flatMap(({ title, text }) => (text ? [plain(title)] : []))
      .join(" "),
    text: entries.map(({ text }) => plain(text)).join(" "),
  };
}

/**
 * A page and its sections as the list of results shows them: the section that holds most
 * of what was asked for beside the page, and the others below "more on this page".
 *
 * @param {Entry[]} entries
 * @param {Set<string>} words
 * @param {number} score
 * @param {Record<string, boolean>} terms
 * @returns {Found[]}
 */
function shown(entries, words, score, terms) {
  const [whole, ...sections] = entries.map((entry) => ({
    ...entry,
    hits: hits(entry, words),
  }));
  const sorted = sections
    .filter(({ hits, text }) => hits > 0 && text !== "")
    .sort((one, other) => other.hits - one.hits);
  const best = sorted[0]?.hits ?? 0;
  return [whole, ...sorted].flatMap((entry, at) =>
    entry
      ? [
          {
            location: entry.location,
            title: highlighted(plain(entry.title), words),
            text: highlighted(excerpt(plain(entry.text), words), words),
            ...(at === 0 && entry.tags && { tags: tagged(entry.tags, words) }),
            score: at < 2 && (at === 0 || best > (whole?.hits ?? 0)) ? score : 0,
            terms: at === 0 ? terms : {},
          },
        ]
      : [],
  );
}

/** How many of the words an entry holds. @param {Entry} entry @param {Set<string>} words */
function hits({ title, text }, words) {
  const found = new Set(said(`${plain(title)} ${plain(text)}`));
  return [...words].filter((word) => found.has(word)).length;
}

/** The tags in which a word is found. @param {string[]} tags @param {Set<string>} words */
const tagged = (tags, words) =>
  tags
    .filter((tag) => said(tag).some((word) => words.has(word)))
    .map((tag) => highlighted(tag, words));

/** The part of a text around the first of the words, in whole words. */
/** @param {string} text @param {Set<string>} words */
function excerpt(text, words) {
  let first = -1;
  let place = 0;
  for (const word of text.split(/(?<=\s)/)) {
    if (first < 0 && said(word).some((form) => words.has(form))) first = place;
    place += word.length;
  }
  const start = first <= BESIDE ? 0 : text.indexOf(" ", first - BESIDE) + 1;
  const end =
    text.length <= start + LONGEST
      ? text.length
      : text.lastIndexOf(" ", start + LONGEST);
  return `${start > 0 ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
}

/** A plain text as HTML, the words marked. @param {string} text @param {Set<string>} words */
const highlighted = (text, words) =>
  marked(escaped(text), words, (name) => `<mark>${name}</mark>`);

const ENTITIES = /** @type {const} */ ([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&amp;", "&"],
]);

const INLINE = /<\/?(?:a|abbr|b|code|em|i|kbd|mark|span|strong|sub|sup)\b[^>]*>/g;

/** @param {string} html */
const plain = (html) =>
  ENTITIES.reduce(
    (text, [entity, sign]) => text.replaceAll(entity, sign),
    html.replace(INLINE, "").replace(/<[^>]+>|\s+/g, " ").replace(/ +/g, " ").trim(),
  );

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * What the theme's search box talks to, in the place of the theme's own worker. A plain
 * script, as the theme starts it; the rest is fetched with the index, on the first search.
 */
{
  const SETUP = 0;
  const READY = 1;
  const QUERY = 2;
  const RESULT = 3;

  /** @type {Promise<import("./finder.js").Finder>} */
  let finder;

  addEventListener("message", async ({ data: { type, data } }) => {
    if (type === SETUP) {
      finder = import("./finder.js").then(({ Finder }) => new Finder(data.docs));
      await finder;
      postMessage({ type: READY });
    } else if (type === QUERY) {
      postMessage({ type: RESULT, data: { items: (await finder).find(data) } });
    }
  });
}

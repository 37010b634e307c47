/**
 * The theme asks for the search's index on every page; it gets it once somebody
 * searches. A plain script, since it must run before the theme's.
 */
{
  const asked = new Promise((resolve) => {
    document.addEventListener("focusin", ({ target }) => {
      if (target instanceof Element && target.matches(".md-search__input")) resolve(null);
    });
  });
  const { open, send } = XMLHttpRequest.prototype;
  /** @type {WeakSet<XMLHttpRequest>} */
  const waiting = new WeakSet();
  /** @this {XMLHttpRequest} @param {any[]} words */
  XMLHttpRequest.prototype.open = function (...words) {
    if (String(words[1]).endsWith("/search_index.json")) waiting.add(this);
    Reflect.apply(open, this, words);
  };
  /** @param {any} body */
  XMLHttpRequest.prototype.send = function (body) {
    if (waiting.has(this)) asked.then(() => send.call(this, body));
    else send.call(this, body);
  };
}

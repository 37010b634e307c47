/** Lets the keyboard scroll what is wider than its place. @module */

/** Tables and formulas. */
const WIDE = ".md-typeset__scrollwrap, .bp-math";

let asked = 0;

function reach() {
  asked = 0;
  for (const place of document.querySelectorAll(WIDE))
    if (place instanceof HTMLElement && place.scrollWidth > place.clientWidth)
      place.tabIndex = 0;
}

/** Once before the next picture, however much has changed. */
function ask() {
  asked ||= requestAnimationFrame(reach);
}

ask();
addEventListener("resize", ask);
new MutationObserver(ask).observe(document.body, { childList: true, subtree: true });

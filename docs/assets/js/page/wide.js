/** Lets the keyboard scroll the tables that are wider than their place. @module */

let asked = 0;

function reach() {
  asked = 0;
  for (const place of document.querySelectorAll(".md-typeset__scrollwrap"))
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

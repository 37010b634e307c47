"""Draw the card that a link to the site shows elsewhere, `docs/assets/card.png`.

It is a page of 1200 by 630 pixels, photographed by Chromium.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = """
<style>
:root {{ --bp-card: #fff; --bp-line: #dedbd2; --bp-forward: #2c47bd; --bp-back: #b93d07;
  --bp-easy: #17683d; --md-default-fg-color--lighter: #c9c6bd; }}
body {{ box-sizing: border-box; width: 1200px; height: 630px; margin: 0; padding: 70px;
  display: grid; grid-template-columns: 560px 1fr; gap: 40px; align-items: center;
  background: #fbfaf7; color: #1c2030; font-family: system-ui, sans-serif; }}
h1 {{ margin: 0 0 28px; font-size: 62px; line-height: 1.1; letter-spacing: -2px; }}
p {{ margin: 0; color: #555c70; font-size: 30px; }}
{styles}
.bp-picture {{ max-width: none; }}
</style>
<div><h1>PyTorch interview questions whose answers run</h1><p>backprep</p></div>
{picture}
"""


def main() -> None:
    """Draw the card anew."""
    styles = (DOCS / "assets/css/80-home.css").read_text()
    picture = (DOCS / "_pictures/home.svg").read_text()
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(PAGE.format(styles=styles, picture=picture))
        page.screenshot(path=DOCS / "assets/card.png")
        browser.close()


if __name__ == "__main__":
    main()

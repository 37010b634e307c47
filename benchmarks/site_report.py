"""What the study site must reach, measured in Chromium; `make site-report` prints it.

Lighthouse under its mobile throttling, axe before and after the reveal, and the bytes
of a question's page on a first visit and on the next.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from backprep.bank.questions import load_questions

sys.path.insert(0, str(Path(__file__).parent))
from static_host import host

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
LIGHTHOUSE = BUILD / "lighthouse"
CHROMIUM = shutil.which("chromium") or "chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RUNS = 3
FIRST_VISIT, NEXT_VISIT = 250_000, 40_000

QUESTIONS = load_questions(ROOT)
OF_KINDS = list({q.kind: f"questions/{q.id}/" for q in QUESTIONS}.values())
TOPIC = f"questions/{QUESTIONS[0].topic}/"
WRITTEN = [f"questions/{q.id}/" for q in QUESTIONS if q.kind in ("code", "debug")]
QUESTION, OTHER = WRITTEN[:2]  # with the editor
PAGES = [
    *("", "questions/", TOPIC, *OF_KINDS, f"solutions/{QUESTIONS[0].id}/"),
    *("mock/", "progress/", "guides/check_yourself/", "seed-ledger/", "about/"),
]


def main() -> None:
    site = BUILD / "report"
    with host(site) as address:
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(site)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            env={**os.environ, "SITE_URL": address},
        )
        # a busy machine costs Lighthouse's blocking time most of all
        load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        print(f"Lighthouse, mobile throttling, median of {RUNS}; load {load}")
        for path in ("", TOPIC, QUESTION):
            print(f"  {path or 'home':40}", lighthouse(address + path))
        with sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            print("bytes over the wire")
            first, following = visits(browser, address)
            print(f"  {QUESTION} first visit: {first:,} (at most {FIRST_VISIT:,})")
            print(f"  {OTHER} next: {following:,} (at most {NEXT_VISIT:,})")
            print("axe, violations in light and dark, before and after the reveal")
            for path in PAGES:
                print(f"  {path or 'home':45} {accessibility(browser, address + path)}")
            browser.close()


def lighthouse(url: str) -> str:
    """The four categories' scores, and what costs most time."""
    if not (LIGHTHOUSE / "node_modules").is_dir():
        LIGHTHOUSE.mkdir(parents=True, exist_ok=True)
        wanted = ["npm", "install", "--silent", "--no-fund", "lighthouse@12"]
        subprocess.run(wanted, cwd=LIGHTHOUSE, check=True)
    runs = sorted(
        (_run_lighthouse(url) for _ in range(RUNS)),
        key=lambda report: report["categories"]["performance"]["score"],
    )
    middle = runs[RUNS // 2]
    scores = {
        name: round(100 * category["score"])
        for name, category in middle["categories"].items()
    }
    shown = ", ".join(f"{name} {score}" for name, score in scores.items())
    speed = ", ".join(
        f"{label} {middle['audits'][audit]['displayValue']}"
        for label, audit in (
            ("FCP", "first-contentful-paint"),
            ("LCP", "largest-contentful-paint"),
            ("TBT", "total-blocking-time"),
            ("CLS", "cumulative-layout-shift"),
        )
    )
    failed = [
        audit["id"]
        for name, category in middle["categories"].items()
        if name != "performance"
        for ref in category["auditRefs"]
        for audit in [middle["audits"][ref["id"]]]
        if audit["score"] is not None and audit["score"] < 1 and ref["weight"]
    ]
    return f"{shown} ({speed})" + (f"; not met: {', '.join(failed)}" if failed else "")


def _run_lighthouse(url: str) -> dict[str, Any]:
    done = subprocess.run(
        [
            str(LIGHTHOUSE / "node_modules/.bin/lighthouse"),
            url,
            "--quiet",
            "--output=json",
            f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "CHROME_PATH": CHROMIUM},
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def visits(browser: Browser, address: str) -> tuple[int, int]:
    """The bytes of a first page, and of another one afterwards."""
    context = browser.new_context()
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[int] = []
    network.on(
        "Network.loadingFinished",
        lambda event: received.append(int(event["encodedDataLength"])),
    )
    totals = []
    for path in (QUESTION, OTHER):
        received.clear()
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        totals.append(sum(received))
    context.close()
    return totals[0], totals[1]


def accessibility(browser: Browser, url: str) -> str:
    found = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        page.goto(url)
        page.wait_for_load_state("networkidle")
        found += _violations(page)
        reveal = page.get_by_role("button", name="Reveal the answer")
        if page.get_by_role("tab", name="Answer").count():
            page.get_by_role("tab", name="Answer").click()
            reveal.click()
            page.get_by_role("button", name="Reveal", exact=True).click()
            page.get_by_role("button", name="Hide the answer").wait_for()
            found += _violations(page)
        context.close()
    return ", ".join(found) or "none"


def _violations(page: Page) -> list[str]:
    return [v["id"] for v in Axe().run(page).response["violations"]]


if __name__ == "__main__":
    main()

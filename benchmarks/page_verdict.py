"""How long after a save the verdict stands in the page, in headless Chromium.

`python benchmarks/page_verdict.py` serves `build/site` (make site) on a free port, and
saves an answer that passes and one that fails in turn. The time is from just before the
file is written to when the page's text has changed, by one clock. Between the saves
the judge is asked for the same verdict directly, which is what of the time is its own.
"""

import argparse
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from backprep.bank.question import Question
from backprep.bank.questions import read_question
from backprep.judge import client

WRITTEN = """() => {
    globalThis.times = [];
    const state = document.querySelector(".backprep-judge-state");
    new MutationObserver(() => {
        if (/checks/.test(state.textContent) && !/Running/.test(state.textContent))
            times.push(performance.timeOrigin + performance.now());
    }).observe(state, { childList: true, characterData: true, subtree: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--question", default="autograd/gradient")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--site", type=Path, default=Path("build/site"))
    options = parser.parse_args()
    question = read_question(options.question)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        answers = Path(folder, "answers")
        command = [sys.executable, "-m", "backprep", "serve", "--port", str(port)]
        server = subprocess.Popen(
            [*command, "--site", str(options.site), "--answers", str(answers)],
            env={**os.environ, "BACKPREP_HOME": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            times, alone = measured(
                f"http://127.0.0.1:{port}/", question, answers, options
            )
        finally:
            server.terminate()
            server.wait()
    print(f"{question.id}, {len(times)} saves, in milliseconds:")
    for name, seconds in (("save to verdict in the page", times), ("judge", alone)):
        found = sorted(1000 * second for second in seconds)
        print(
            f"  {name}: median {statistics.median(found):.0f}, "
            f"from {found[0]:.0f} to {found[-1]:.0f}"
        )
    load = os.getloadavg()[0]
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {load:.1f}")


def measured(
    address: str, question: Question, answers: Path, options: argparse.Namespace
) -> tuple[list[float], list[float]]:
    right = question.solution_path.read_text()
    wrong = "def gradient(f, x):\n    return x\n"
    path = question.answer_path(answers)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page()
        for _ in range(100):
            try:
                page.goto(f"{address}questions/{question.id}/")
                break
            except Exception:
                time.sleep(0.1)
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_role("link", name="Open in VS Code").wait_for()
        state = page.locator(".backprep-judge-state")
        path.write_text(wrong)  # loads torch
        state.get_by_text("checks fail").wait_for(timeout=120_000)
        page.evaluate(WRITTEN)
        times, alone = [], []
        for run in range(options.runs):
            page.evaluate("times.length = 0")
            begun = time.time()
            path.write_text(f"{right if run % 2 == 0 else wrong}# {run}\n")
            while not (seen := page.evaluate("times[0]")):
                time.sleep(0.05)
            times.append(seen / 1000 - begun)
            time.sleep(0.3)
            begun = time.time()
            client.judge(question, answers)
            alone.append(time.time() - begun)
            time.sleep(0.3)
        browser.close()
        return times, alone


if __name__ == "__main__":
    main()

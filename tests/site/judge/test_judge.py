"""The page shows what the judge says of the file, whoever saves it."""

import os
import signal

import pytest
from playwright.sync_api import expect

from backprep.files import replace
from tests.site.judge.conftest import GRADIENT, workers

pytestmark = pytest.mark.xdist_group("browser")

TOTAL = len(GRADIENT.check_names)
FAILED = f"✗ {TOTAL} of {TOTAL} checks fail"
NEARLY = """\
import torch


def gradient(f, x):
    if not x.is_floating_point():
        raise ValueError("x must be floating point")
    leaf = x.detach().clone().requires_grad_()
    f(leaf).sum().backward()
    return leaf.grad
"""
HINTS = '<details id="hint-1"><summary>Hint 1</summary><p>Look up.</p></details>'
SLOW = 30_000
"""Milliseconds that a judge may take that has to load torch first."""


def state(page):
    return page.locator(".backprep-judge-state")


def press(page, name):
    """Press what is in the bar."""
    page.locator("backprep-bar").get_by_role("button", name=name, exact=True).click()


def choose(page, name):
    """Press what is in the bar's menu."""
    page.locator(".backprep-bar-menu > summary").click()
    press(page, name)


def pause(page):
    return page.locator("backprep-bar").get_by_role("button", name="Pause").first


def kinds(server):
    """The kinds of the events in the journal, as the command line exports them."""
    import json

    lines = server.backprep("journal", "export").stdout.splitlines()
    return [json.loads(line)["kind"] for line in lines]


def test_starting_writes_the_file_and_starts_the_clock(begun, server):
    name = begun.locator(".backprep-desk-file code")
    expect(name).to_have_text("my answers/autograd/gradient.py")
    assert name.get_attribute("title") == str(server.file)
    link = begun.get_by_role("link", name="Open in VS Code").get_attribute("href")
    assert link == f"vscode://file{str(server.file).replace(' ', '%20')}"
    expect(pause(begun)).to_be_visible()
    assert kinds(server) == ["started"]
    assert begun.problems == []


def test_a_failed_check_shows_its_advice_and_its_line(begun, server, wrong):
    server.file.write_text(wrong)
    expect(state(begun)).to_have_text(FAILED, timeout=SLOW)
    failed = begun.locator(".backprep-verdict-check[data-outcome=failed]").first
    expect(failed).to_contain_text("nothing_of_the_kind")
    expect(failed.locator(".backprep-verdict-advice")).not_to_be_empty()
    failed.get_by_role("button", name="line 2").click()
    expect(begun.locator(".cm-activeLine")).to_contain_text("nothing_of_the_kind")
    voice = begun.locator(".backprep-judge-voice[role=status]")
    expect(voice).to_contain_text("First to look at:")
    assert begun.problems == []


def test_a_pass_ends_the_attempt_and_leads_to_its_grade(begun, server, right):
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("✓ Passed: all", timeout=SLOW)
    expect(begun.locator(".backprep-grade-text")).to_contain_text("passed in")
    expect(begun.get_by_role("button", name="Next question")).to_be_visible()
    assert kinds(server)[-1] == "finished"
    expect(begun.locator("backprep-state[question='autograd/gradient']")).to_have_text(
        "✓ passed"
    )


def test_what_the_answer_prints_is_shown(begun, server, right):
    server.file.write_text(f"print('printed <b>here</b>')\n{right}")
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)
    expect(begun.get_by_text("printed <b>here</b>", exact=True)).to_be_visible()


def test_an_answer_that_ends_its_own_process_is_said(begun, server):
    server.file.write_text("import os\nos._exit(3)\n")
    expect(state(begun)).to_contain_text("! Its process ended early", timeout=SLOW)
    expect(begun.locator(".backprep-judge-told")).to_contain_text("exit code 3")


def test_a_reload_shows_the_same(begun, server, wrong):
    server.file.write_text(wrong)
    expect(state(begun)).to_contain_text("checks fail", timeout=SLOW)
    said = state(begun).inner_text()
    begun.reload()
    expect(state(begun)).to_have_text(said)
    expect(pause(begun)).to_be_visible()


def test_what_comes_late_does_not_bring_a_file_back(page, server):
    held, address = [], "**/api/answers/autograd/gradient"
    page.wait_for_load_state("networkidle")  # what it asks for when it opens
    page.route(address, lambda route: held.append(route))
    with page.expect_request(address):
        page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("link", name="Open in VS Code").wait_for()  # a message told of it
    (route,) = held
    response = route.fetch()
    server.file.unlink()
    expect(state(page)).to_have_text("! The file is gone")
    with page.expect_response(address):
        route.fulfill(response=response)
    page.wait_for_load_state("networkidle")
    expect(state(page)).to_have_text("! The file is gone")
    assert not server.file.exists()


def test_a_deleted_file_is_said_and_written_anew(begun, server):
    server.file.unlink()
    expect(state(begun)).to_have_text("! The file is gone", timeout=SLOW)
    begun.locator(".cm-content").press("Control+s")  # what is in it
    begun.get_by_role("link", name="Open in VS Code").wait_for()
    assert server.file.is_file()
    assert kinds(server) == ["started"]


def test_starting_over_puts_the_answer_aside(begun, server, right):
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)
    choose(begun, "Start over")
    judge = begun.locator("backprep-judge")
    judge.get_by_role("group").get_by_role("button", name="Start over").click()
    expect(begun.locator(".cm-content")).to_contain_text("NotImplementedError")
    assert "NotImplementedError" in server.file.read_text()
    (kept,) = (server.answers / ".kept").rglob("*.py")
    assert kept.read_text() == right
    choose(begun, "Bring back the answer before")
    expect(begun.locator(".cm-content")).not_to_contain_text("NotImplementedError")
    assert server.file.read_text() == right


def test_the_same_page_goes_on_after_the_server_was_restarted(begun, server, right):
    server.end()
    expect(state(begun)).to_have_text("○ The judge does not answer")
    expect(begun.locator(".backprep-notice-bar")).to_contain_text("Start it again")
    server.start()
    expect(begun.locator(".backprep-notice-bar")).to_be_hidden(timeout=SLOW)
    press(begun, "Resume")
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)


def test_what_is_done_without_the_server_is_written_down_later(begun, server):
    server.end()
    begun.get_by_role("tab", name="Hints").click()
    begun.route("**/hints/**", lambda route: route.fulfill(body=HINTS))
    begun.get_by_role("button", name="Show hint 1 of 3").click()
    expect(begun.locator(".backprep-notice-bar")).to_contain_text("1 event) waits here")
    server.start()
    expect(begun.locator(".backprep-notice-bar")).to_be_hidden(timeout=SLOW)
    assert kinds(server) == ["started", "paused", "hinted"]


def test_after_the_worker_was_killed_the_next_save_is_judged(
    begun, server, runtime, wrong, right
):
    server.file.write_text(wrong)
    expect(state(begun)).to_contain_text("checks fail", timeout=SLOW)
    killed = workers(runtime)
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)


def test_ten_pages_show_the_same(open_page, server, wrong):
    pages = [open_page() for _ in range(10)]
    pages[3].get_by_role("button", name="Start", exact=True).click()
    for page in pages:
        page.get_by_role("link", name="Open in VS Code").wait_for()
    assert kinds(server) == ["started"]
    server.file.write_text(wrong)
    for page in pages:
        expect(state(page)).to_have_text(FAILED, timeout=SLOW)
        assert page.problems == []


def test_what_this_browser_kept_before_is_offered_once(open_page, server, address):
    page = open_page("")
    page.evaluate(
        """async () => {
            const script = document.querySelector("script[src$='/backprep.js']").src;
            const { local } = await import(new URL("journal/journal.js", script));
            const data = { elapsed: 0, minutes: 10, mock: null, from: "site" };
            await local.append("started", "autograd/gradient", "", data);
        }"""
    )
    page.reload()
    bar = page.locator(".backprep-notice-bar")
    expect(bar).to_contain_text("1 attempt of this browser is not in the journal")
    bar.get_by_role("button", name="Add it").click()
    expect(bar).to_contain_text("It was added.")
    assert kinds(server)[0] == "started"
    page.reload()
    page.locator("backprep-next a").first.wait_for()
    expect(bar).to_be_hidden()


def test_without_a_judge_nothing_is_asked_for(browser, site, address):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"questions/{GRADIENT.id}/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("backprep-judge")).to_contain_text("make study")
    assert not [url for url in asked if "/api/" in url]
    context.close()


def test_by_keyboard_alone(page, server, wrong, right):
    """Begun, failed, read, mended, passed, compared, and on to the next question."""

    def to(name):
        for _ in range(80):
            page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.textContent")
            if focused == name:
                return
        raise AssertionError(f"the keyboard does not come to {name}")

    page.get_by_role("button", name="Start", exact=True).wait_for()
    to("Start")
    page.keyboard.press("Enter")
    editor = page.locator(".cm-content")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(wrong)
    page.keyboard.press("Control+Enter")
    expect(state(page)).to_contain_text("checks fail", timeout=SLOW)
    page.keyboard.press("Escape")
    to("line 2")
    page.keyboard.press("Enter")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(right)
    page.keyboard.press("Control+s")
    expect(state(page)).to_contain_text("Passed", timeout=SLOW)
    page.keyboard.press("Escape")
    to("Compare with the reference")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="The answer")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.get_by_role("button", name="Next question").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/autograd/leaky_graph/")
    assert page.problems == []


def test_the_answer_shows_first_the_mistake_that_was_made(begun, server, right):
    server.file.write_text(NEARLY)
    expect(state(begun)).to_contain_text("checks fail", timeout=SLOW)
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)
    begun.get_by_role("button", name="Compare with the reference").click()
    made = begun.locator("details.bp-miss").first
    expect(made).to_contain_text("you wrote this one")
    expect(made).to_contain_text("Calls backward on a copy")
    expect(made.locator("pre").first).to_be_visible()
    expect(begun.locator("details.bp-miss pre").last).to_be_hidden()


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (1920, 1080)])
def test_a_failure_is_read_without_scrolling(open_page, server, size):
    page = open_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("link", name="Open in VS Code").wait_for()
    server.file.write_text(NEARLY)
    expect(state(page)).to_contain_text("checks fail", timeout=SLOW)
    first = page.locator(".backprep-verdict-check[data-outcome=failed]").first
    for part in ("title", "message", "advice"):
        expect(first.locator(f".backprep-verdict-{part}")).to_be_in_viewport(ratio=1)
    expect(page.locator(".backprep-verdict-summary")).to_be_in_viewport(ratio=1)


def test_the_readers_own_editor_gives_its_place_to_the_verdict(begun, server, wrong):
    begun.get_by_role("button", name="Use my own editor").click()
    editor = begun.locator(".backprep-editor")
    expect(editor).to_be_hidden()
    server.file.write_text(wrong)
    expect(state(begun)).to_have_text(FAILED, timeout=SLOW)
    line = begun.get_by_role("link", name="line 2").first
    assert line.get_attribute("href").endswith("gradient.py:2")
    begun.reload()
    expect(state(begun)).to_have_text(FAILED, timeout=SLOW)
    expect(editor).to_be_hidden()
    begun.get_by_role("button", name="Write here").click()
    expect(editor).to_be_visible()


def test_typing_begins_the_attempt_and_writes_the_file(page, server):
    expect(page.get_by_text("Typing starts the clock.")).to_be_visible()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("# mine\n")
    expect(pause(page)).to_be_visible()
    expect(page.get_by_text("Saved. Run it")).to_be_visible()
    assert server.file.read_text().endswith("# mine\n")
    assert kinds(server) == ["started"]


def test_start_again_begins_from_blank_and_the_old_answer_comes_back(
    begun, server, right
):
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)
    press(begun, "Start again")
    expect(begun.locator(".cm-content")).to_contain_text("NotImplementedError")
    assert "NotImplementedError" in server.file.read_text()
    press(begun, "Run")
    expect(state(begun)).to_contain_text("Still the starter", timeout=SLOW)
    choose(begun, "Bring back the answer before")
    expect(begun.locator(".cm-content")).not_to_contain_text("NotImplementedError")
    assert server.file.read_text() == right


def test_the_answer_of_another_day_is_put_away_until_it_is_asked_for(
    begun, server, right
):
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)
    begun.reload()
    editor = begun.locator(".cm-content")
    expect(editor).to_contain_text("NotImplementedError")
    assert server.file.read_text() == right
    begun.get_by_role("button", name="Show it").click()
    expect(editor).not_to_contain_text("NotImplementedError")


LOOPS = "def gradient(f, x):\n    while True:\n        pass\n"


def test_a_run_can_be_cancelled(begun, server):
    # in one step: a file that is emptied first may be seen, and judged, twice
    replace(server.file, LOOPS)
    expect(state(begun)).to_contain_text("Running", timeout=SLOW)
    press(begun, "Cancel")
    expect(state(begun)).not_to_contain_text("Running", timeout=SLOW)
    assert kinds(server) == ["started"]


def test_a_newer_save_takes_the_place_of_a_run_that_loops(begun, server, right):
    server.file.write_text(LOOPS)
    expect(state(begun)).to_contain_text("Running", timeout=SLOW)
    server.file.write_text(right)
    expect(state(begun)).to_contain_text("Passed", timeout=SLOW)
    assert kinds(server) == ["started", "ran", "finished"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_verdict_is_accessible(begun, server, wrong, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    begun.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    server.file.write_text(wrong)
    expect(state(begun)).to_contain_text("checks fail", timeout=SLOW)
    found = axe.Axe().run(begun).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []

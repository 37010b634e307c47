"""The editor in the page and any other write one file, and neither overwrites."""

import re

import pytest
from playwright.sync_api import expect

from tests.site.judge.conftest import GRADIENT

pytestmark = pytest.mark.xdist_group("browser")

SLOW = 30_000


@pytest.fixture(params=["CodeMirror", "a text area"])
def editor(request, begun, site):
    """The page's editor, opened: what one types into."""
    if request.param == "a text area":
        begun.route("**/editor.js", lambda route: route.abort())
        field = begun.locator("textarea.backprep-editor-plain")
    elif not list(site.glob("assets/*/editor.js")):
        pytest.skip("needs the editor's bundle: make editor")
    else:
        field = begun.locator(".backprep-editor .cm-content")
    begun.reload()
    begun.get_by_role("link", name="Open in VS Code").wait_for()
    field.focus()
    expect(field).to_be_focused()
    return field


def retype(page, text):
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def shown(editor):
    """The text that the editor holds."""
    return editor.evaluate(
        "node => node.value ?? "
        "[...node.querySelectorAll('.cm-line')].map(n => n.textContent).join('\\n')"
    )


def state(page):
    return page.locator(".backprep-judge-state")


def test_saving_judges_what_was_typed(begun, editor, server, right):
    retype(begun, right)
    begun.keyboard.press("Control+s")
    expect(state(begun)).to_contain_text("✓ Passed", timeout=SLOW)
    assert server.file.read_text() == right


def test_a_pause_in_typing_keeps_it_and_judges_nothing(begun, editor, server):
    retype(begun, "x = 1")
    expect(begun.get_by_text("Saved. Run it")).to_be_visible()
    assert server.file.read_text() == "x = 1"
    expect(state(begun)).to_have_text(re.compile("Not judged yet|Still the starter"))


def test_letters_are_letters_and_no_shortcuts_of_the_page(begun, editor):
    retype(begun, "")
    begun.keyboard.type("s/f.pn")
    assert shown(editor) == "s/f.pn"


def test_what_another_editor_saves_appears(begun, editor, server):
    server.file.write_text("from outside")
    expect(begun.get_by_text("Changed outside")).to_be_visible()
    assert shown(editor) == "from outside"


@pytest.mark.parametrize("choice", ["Keep mine", "Take the file's"])
def test_a_conflict_is_shown_and_nothing_is_lost(begun, editor, server, choice):
    begun.route("**/api/answers/**", lambda route: route.abort())  # nothing is saved
    retype(begun, "mine\n")
    expect(begun.get_by_text("Not saved.")).to_be_visible()
    server.file.write_text("the other's\n")
    conflict = begun.locator(".backprep-editor-conflict")
    expect(conflict).to_contain_text("Nothing was overwritten")
    expect(conflict.locator("[data-sign='-']").first).to_have_text("- the other's")
    expect(conflict.locator("[data-sign='+']").first).to_have_text("+ mine")
    begun.keyboard.press("Control+s")
    begun.locator("backprep-bar").get_by_role("button", name="Run").click()
    expect(
        begun.locator("backprep-bar").get_by_role("button", name="Run")
    ).to_be_visible()
    assert server.file.read_text() == "the other's\n"
    begun.unroute("**/api/answers/**")
    conflict.get_by_role("button", name=choice).click()
    expect(conflict).to_be_empty()
    said = "Saved." if choice == "Keep mine" else "This is the file as it is now."
    begun.get_by_text(said).wait_for()
    wanted = "mine\n" if choice == "Keep mine" else "the other's\n"
    assert (shown(editor), server.file.read_text()) == (wanted, wanted)


def test_a_deleted_file_is_written_again_by_saving(begun, editor, server, right):
    server.file.unlink()
    expect(begun.get_by_text("What you wrote stays here")).to_be_visible()
    retype(begun, right)
    begun.keyboard.press("Control+s")
    expect(state(begun)).to_contain_text("✓ Passed", timeout=SLOW)
    assert server.file.read_text() == right


def test_what_is_typed_without_the_server_is_saved_when_it_is_back(
    begun, editor, server
):
    server.end()
    retype(begun, "x = 1")
    expect(begun.get_by_text("It is saved when the judge is back")).to_be_visible()
    server.start()
    expect(begun.get_by_text("Saved. Run it")).to_be_visible(timeout=SLOW)
    assert server.file.read_text() == "x = 1"


def test_what_could_not_be_saved_is_there_when_the_editor_is_shown_again(
    begun, editor, server
):
    server.end()
    retype(begun, "x = 1")
    expect(begun.get_by_text("It is saved when the judge is back")).to_be_visible()
    begun.get_by_role("button", name="Use my own editor").click()
    begun.get_by_role("button", name="Write here").click()
    assert shown(editor) == "x = 1"


def test_one_leaves_the_editor_by_keyboard(begun, editor):
    if editor.evaluate("node => node.localName") != "textarea":
        begun.keyboard.press("Tab")
        expect(editor).to_be_focused()
        begun.keyboard.press("Escape")
    begun.keyboard.press("Tab")
    expect(begun.get_by_role("separator", name="Height of the editor")).to_be_focused()
    said = editor.get_attribute("aria-label")
    assert said.startswith(f"Your answer to {GRADIENT.id}.")


def test_typing_over_all_of_it_breaks_no_policy(begun, editor):
    begun.keyboard.press("Control+a")
    begun.keyboard.type("x = 1")
    assert shown(editor) == "x = 1"
    assert [problem for problem in begun.problems if "policy" in problem.lower()] == []

"""The reader's progress: shown, taken along, and never lost."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

ATTEMPT = "a" * 32


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def line(kind, seq, data, identity=None, day="2026-11-24"):
    return json.dumps(
        {
            "id": identity or f"{seq:032x}",
            "seq": seq,
            "at": f"{day}T10:00:00.000+01:00",
            "kind": kind,
            "question": "autograd/gradient",
            "attempt": ATTEMPT,
            "data": data,
        }
    )


STARTED = {"elapsed": 0, "minutes": 10, "mock": None, "from": "terminal"}
RAN = {"elapsed": 400, "verdict": "passed", "passed": 5, "total": 5, "failed": []}
FINISHED = {"elapsed": 400, "outcome": "passed", "edited": True, "snapshot": None}
LINES = [
    line("started", 1, STARTED, ATTEMPT),
    line("ran", 2, RAN),
    line("finished", 3, FINISHED),
]


@pytest.fixture
def page(open_page):
    page = open_page("progress/")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    yield page
    assert page.problems == []


@pytest.fixture
def choose(page, tmp_path):
    """Chooses a file with these lines for the import."""

    def choose(*lines):
        path = tmp_path / "events.jsonl"
        path.write_text("".join(f"{line}\n" for line in lines))
        page.get_by_label("Import a file of events").set_input_files(path)

    return choose


def test_what_the_command_line_exported_is_imported(page, choose):
    choose(*LINES)
    expect(
        page.get_by_text("3 of 3 events are new; they were imported.")
    ).to_be_visible()
    row = page.get_by_role("row", name="Autograd")
    expect(row).to_contain_text("1 of 3")
    expect(row).to_contain_text("1 of 1")
    expect(row).to_contain_text("67 % of the minutes (n = 1)")
    expect(page.get_by_role("img", name="1 attempt on 1 day of")).to_be_visible()
    expect(page.locator(".backprep-progress-due")).to_contain_text("Sat 28 Nov")
    choose(*LINES)
    expect(page.get_by_text("0 of 3 events are new")).to_be_visible()


def test_a_faulty_file_imports_nothing_and_names_the_line(page, choose, events):
    choose(LINES[0], '{"id": 7}', *LINES[1:])
    expect(page.get_by_text("events.jsonl, line 2:")).to_be_visible()
    expect(page.get_by_text("Nothing was imported.")).to_be_visible()
    assert events(page) == []


def test_a_file_can_be_dropped(page):
    page.evaluate(
        """text => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "events.jsonl"));
            const part = document.querySelector(".backprep-progress-buttons");
            const how = { dataTransfer: carried, bubbles: true, cancelable: true };
            part.dispatchEvent(new DragEvent("drop", how));
        }""",
        "\n".join(LINES),
    )
    expect(page.get_by_text("3 of 3 events are new")).to_be_visible()


def test_the_export_holds_every_event(page, choose, events):
    choose(*LINES)
    expect(page.get_by_text("they were imported")).to_be_visible()
    with page.expect_download() as download:
        press(page, "Export")
    assert download.value.suggested_filename == "backprep-2026-11-25.jsonl"
    exported = download.value.path().read_text().splitlines()
    assert [json.loads(line) for line in exported] == events(page)
    assert [json.loads(line) for line in LINES] == events(page)


def test_the_interview_brings_reviews_forward(page, choose, events):
    choose(*LINES)
    due = page.locator(".backprep-progress-due")
    expect(due).to_contain_text("Sat 28 Nov")
    page.get_by_label("Interview on").fill("2026-11-27")
    page.get_by_label("Minutes a day").fill("40")
    press(page, "Plan for it")
    expect(due).to_contain_text("Thu 26 Nov")
    expect(page.get_by_text("The interview is on Fri 27 Nov")).to_be_visible()
    assert events(page)[-1]["data"] == {"date": "2026-11-27", "minutes": 40}
    page.reload()
    expect(page.get_by_label("Interview on")).to_have_value("2026-11-27")


def test_a_reset_is_asked_first(page, choose, events):
    choose(*LINES)
    expect(page.get_by_text("they were imported")).to_be_visible()
    press(page, "Reset")
    press(page, "Keep them")
    assert len(events(page)) == 3
    press(page, "Reset")
    press(page, "Delete")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    assert events(page) == []


def test_what_a_newer_version_wrote_is_kept(page, choose, events):
    dream = line("dreamt", 4, {"depth": 3})
    choose(*LINES, dream)
    expect(page.get_by_text("4 of 4 events are new")).to_be_visible()
    assert events(page)[-1] == json.loads(dream)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        '{"version": 2, "attempts": []}',
        json.dumps(json.loads(LINES[0]) | {"seq": "1"}),
        json.dumps(json.loads(LINES[0]) | {"data": {"elapsed": "soon", "minutes": 1}}),
    ],
    ids=["no JSON", "a newer form", "a wrong number", "a wrong time"],
)
def test_a_damaged_store_is_set_aside_and_said(page, open_page, events, text):
    stored = f"{text}\n{line('started', 1, STARTED, ATTEMPT)}\n"
    page.evaluate("text => localStorage.setItem('backprep:v1', text)", stored)
    other = open_page("questions/autograd/gradient/")
    expect(other.get_by_role("alert")).to_contain_text("set aside")
    expect(other.locator("backprep-state")).to_have_text("◐ begun")
    with other.expect_download() as download:
        press(other, "Download what was set aside")
    assert download.value.path().read_text() == stored
    kept = other.evaluate("Object.entries(localStorage)")
    assert [value for key, value in kept if ":aside:" in key] == [stored]
    assert events(other)[0]["id"] == ATTEMPT
    assert other.problems == []


def test_a_full_storage_is_said_and_the_page_goes_on(open_page):
    page = open_page("questions/autograd/gradient/")
    page.evaluate(
        """() => {
            Storage.prototype.setItem = () => {
                throw new DOMException("full", "QuotaExceededError");
            };
        }"""
    )
    press(page, "Start the clock")
    expect(page.get_by_role("alert")).to_contain_text("This browser keeps no progress")
    expect(page.locator("backprep-state")).to_have_text("◐ begun")
    press(page, "Pause")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert page.problems == []


def test_without_a_storage_the_page_goes_on_too(context, open_page):
    context.add_init_script(
        """Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("denied", "SecurityError"); }
        })"""
    )
    page = open_page("questions/autograd/gradient/")
    expect(page.get_by_role("alert")).to_contain_text("This browser keeps no progress")
    press(page, "Start the clock")
    page.clock.run_for(150_000)
    expect(page.get_by_role("timer", name="Time left")).to_have_text("8 min")
    assert page.problems == []

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
    expect(page.get_by_text("3 events imported.")).to_be_visible()
    row = page.get_by_role("row", name="Autograd")
    expect(row).to_contain_text("1 of 3")
    expect(row).to_contain_text("1 of 1")
    expect(row).to_contain_text("67 % of the minutes (n = 1)")
    expect(page.get_by_role("img", name="1 attempt on 1 day of")).to_be_visible()
    expect(page.locator(".backprep-progress-due")).to_contain_text("Sat 28 Nov")
    choose(*LINES)
    expect(
        page.get_by_text("0 of 3 events imported; they were here already.")
    ).to_be_visible()


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
    expect(page.get_by_text("3 events imported.")).to_be_visible()


def test_the_export_holds_every_event(page, choose, events):
    choose(*LINES)
    expect(page.get_by_text("events imported")).to_be_visible()
    with page.expect_download() as download:
        press(page, "Export")
    assert download.value.suggested_filename == "backprep-2026-11-25.jsonl"
    exported = download.value.path().read_text().splitlines()
    assert [json.loads(line) for line in exported] == events(page)
    assert [json.loads(line) for line in LINES] == events(page)


def test_the_interview_brings_reviews_forward(page, choose, events):
    choose(*LINES)
    expect(page.locator(".backprep-progress-due")).to_contain_text("Sat 28 Nov")
    plan(page, "2026-11-28", 40)
    assert events(page)[-1]["data"] == {"date": "2026-11-28", "minutes": 40}
    expect(
        page.get_by_text("Planned: 40 minutes a day until Sat 28 Nov")
    ).to_be_visible()
    expect(
        page.get_by_text("3 days until your interview on Sat 28 Nov")
    ).to_be_visible()
    days = page.locator(".backprep-plan-day")
    expect(days).to_have_count(3)
    expect(days.first).to_contain_text("Today, Wed 25 Nov")
    expect(days.first.get_by_role("link", name="What is a leaf")).to_be_visible()
    expect(days.first).to_contain_text("new · 8 min")
    expect(days.nth(1)).to_contain_text("The gradient of any function again · 10 min")
    page.reload()
    expect(page.get_by_label("Interview on")).to_have_value("2026-11-28")
    expect(page.get_by_label("Minutes a day")).to_have_value("40")
    expect(days).to_have_count(3)


def plan(page, day, minutes):
    page.get_by_label("Interview on").fill(day)
    page.get_by_label("Minutes a day").fill(str(minutes))
    page.get_by_label("Minutes a day").press("Enter")


def test_what_the_days_have_no_room_for_is_said(page, choose):
    choose(*LINES)
    plan(page, "2026-11-27", 15)
    shown = page.locator(".backprep-plan")
    expect(shown).to_contain_text(
        "Thu 26 Nov: A step in half precision takes 20 minutes"
    )
    expect(shown).to_contain_text("and has the day alone")
    expect(shown).to_contain_text("No room to come once more: The gradient of any")
    expect(shown).to_contain_text("No room at all: ")


def test_a_plan_is_changed_and_cancelled(page, events):
    plan(page, "2026-11-27", 40)
    expect(page.get_by_text("2 days until your interview")).to_be_visible()
    page.get_by_label("Interview on").fill("2026-11-26")
    press(page, "Change the plan")
    expect(page.get_by_text("1 day until your interview on Thu 26 Nov")).to_be_visible()
    press(page, "Cancel the plan")
    expect(page.get_by_text("The plan is cancelled")).to_be_visible()
    expect(page.locator(".backprep-plan-day")).to_have_count(0)
    expect(page.get_by_label("Interview on")).to_be_focused()
    expect(page.get_by_role("button", name="Plan for it")).to_be_visible()
    assert len(events(page)) == 3


def test_a_day_that_is_over_cannot_be_planned_for(page, events):
    plan(page, "2026-11-25", 40)
    plan(page, "2027-11-27", 40)
    assert events(page) == []


def test_one_of_a_kind_is_said_as_one(page, choose):
    choose(LINES[0])
    expect(page.get_by_text("1 event imported.")).to_be_visible()
    choose(LINES[0])
    expect(
        page.get_by_text("0 of 1 event imported; it was here already.")
    ).to_be_visible()
    with page.expect_download():
        press(page, "Export")
    expect(page.get_by_text("1 event exported.")).to_be_visible()
    press(page, "Reset")
    expect(page.get_by_text("1 event in all")).to_be_visible()


def test_every_attempt_can_be_read_on_a_phone(page, choose):
    page.set_viewport_size({"width": 390, "height": 844})
    choose(*LINES)
    page.get_by_text("All attempts (1)").click()
    row = page.get_by_role("table", name="All attempts").get_by_role("row").last
    expect(row.get_by_role("cell")).to_have_count(6)
    expect(row).to_contain_text("Tue 24 Nov")
    expect(row).to_contain_text("6:40 of 10:00")
    page.get_by_text("What the ratings mean").click()
    expect(page.get_by_role("term").filter(has_text="Again")).to_be_visible()


def test_a_reset_is_asked_first(page, choose, events):
    choose(*LINES)
    expect(page.get_by_text("events imported")).to_be_visible()
    press(page, "Reset")
    press(page, "Keep it")
    assert len(events(page)) == 3
    press(page, "Reset")
    press(page, "Delete")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    assert events(page) == []


def test_what_a_newer_version_wrote_is_kept(page, choose, events):
    dream = line("dreamt", 4, {"depth": 3})
    choose(*LINES, dream)
    expect(page.get_by_text("4 events imported.")).to_be_visible()
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
    press(page, "Start")
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
    press(page, "Start")
    page.clock.run_for(150_000)
    expect(page.get_by_role("timer", name="Time left")).to_have_text("8 min")
    assert page.problems == []

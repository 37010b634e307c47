"""`backprep plan`: the table, the calendar, and what is remembered."""

import json
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from backprep.journal.history import History, Planned


def test_every_day_until_the_interview_is_in_the_table(command):
    said = command("plan", "--date", "2026-12-14", "--minutes", 60).stdout
    assert said.startswith(
        "19 days until the interview on Mon 14 Dec, 60 minutes a day\n"
    )
    assert "\nWed 25 Nov " in said
    assert "\nSun 13 Dec " in said
    assert "Mon 14 Dec " not in said


def test_the_date_and_the_minutes_are_remembered(command, journal):
    command("plan", "--date", "2026-12-14", "--minutes", 45)
    command("plan")
    history = History()
    history.follow(journal)
    assert history.planned == Planned(date(2026, 12, 14), 45)
    assert len(list(journal.lines())) == 1
    assert "45 minutes a day" in command("plan").stdout


def test_what_was_done_comes_as_a_review_and_the_rest_as_new(command, practise):
    practise("autograd/gradient", 8)
    row = json.loads(command("plan", "--date", "2027-01-31", "--json").stdout)
    looks = [
        (one["question"], one["new"]) for day in row["days"] for one in day["questions"]
    ]
    assert ("autograd/gradient", False) in looks
    assert ("autograd/gradient", True) not in looks
    assert ("amp/train_step", True) in looks


def test_the_time_already_worked_today_is_gone(command, practise):
    practise("autograd/gradient", 50)
    row = json.loads(command("plan", "--date", "2026-12-14", "--json").stdout)
    assert row["days"][0]["minutes"] <= 10


def test_what_does_not_fit_is_said(command):
    said = command("plan", "--date", "2026-11-28", "--minutes", 5).stdout
    assert "minutes, and has the day alone." in said
    assert "No room to come once more: " in said
    assert "No room at all: " in said


def test_the_calendar_holds_a_day_for_each_day_of_work(command, tmp_path):
    row = json.loads(command("plan", "--date", "2026-12-14", "--json").stdout)
    said = command("plan", "--ics", "plan.ics").stdout
    assert said.endswith("The calendar is in plan.ics\n")
    events = Calendar.from_ical((tmp_path / "plan.ics").read_bytes()).walk("VEVENT")
    work = [day for day in row["days"] if day["questions"]]
    assert [event.start.isoformat() for event in events] == [
        *(day["date"] for day in work),
        "2026-12-14",
    ]
    assert len({event["uid"] for event in events}) == len(events)
    first = row["days"][0]["questions"][0]
    slug = first["question"].partition("/")[2]
    told = f"backprep practice {slug}  ({first['minutes']} min, new)"
    assert told in events[0]["description"]
    assert events[-1]["summary"] == "Interview"
    assert events[-1].start == date(2026, 12, 14)


def test_a_calendar_made_again_has_the_same_days(command, tmp_path):
    for name in ("one.ics", "two.ics"):
        command("plan", "--date", "2026-12-14", "--ics", name)
    assert (tmp_path / "one.ics").read_bytes() == (tmp_path / "two.ics").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say when the interview is, as in --date 2026-12-14."),
        (["--date", "2026-11-25"], "2026-11-25 is today; a plan needs a --date from"),
        (["--date", "2026-11-24"], "2026-11-24 is over; a plan needs a --date from"),
        (["--date", "soon"], "soon is not a date like 2026-12-14."),
        (["--date", "2026-02-30"], "2026-02-30 is not a date like 2026-12-14."),
        (["--date", "9999-01-01"], "is more than a year away; plan for less."),
        (["--date", "2026-12-14", "--minutes", "0"], "0 is not in the range"),
    ],
)
def test_a_date_that_cannot_be_planned_for_gets_a_sentence(
    command, journal, arguments, said
):
    done = command("plan", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not list(journal.lines())


def test_a_calendar_that_cannot_be_written_is_one_sentence(backprep):
    soon = date.today() + timedelta(days=9)
    done = backprep("plan", "--date", soon, "--ics", "nowhere/plan.ics")
    assert done.returncode == 3
    assert done.stderr == (
        "nowhere/plan.ics cannot be written: No such file or directory. "
        "Nothing was changed.\n"
    )

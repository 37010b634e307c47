"""A pass of `check` with no clock running is found where one looks for it."""

import csv
import io
import json

import pytest

from backprep.judge import client


@pytest.fixture
def check(command, judge, monkeypatch, tmp_path):
    """`backprep check gradient` on an answer that passes."""
    monkeypatch.setattr(client, "judge", judge)
    path = tmp_path / "answers" / "autograd" / "gradient.py"
    path.parent.mkdir(parents=True)
    path.write_text("mine = 1\n")
    judge.says = "passed"
    return lambda *options: command("check", "gradient", *options)


def test_check_says_what_it_counted(check):
    said = check().stdout.splitlines()[-1]
    assert said == "Hard: passed with no clock running. Next: Fri 27 Nov."
    assert check().stdout.splitlines()[-1] == "Counted already as passed on Wed 25 Nov."


def test_json_stays_one_object(check):
    assert json.loads(check("--json").stdout)["verdict"] == "passed"


def test_history_lists_it(check, command):
    check()
    said = command("history", "gradient").stdout
    assert "Wed 25 Nov 2026, 10:00  Hard: passed with no clock running" in said
    assert "backprep history gradient --show 1" in said
    assert command("history", "gradient", "--show", 1).stdout.strip() == "mine = 1"


def test_stats_count_it_apart_from_the_time(check, command):
    check()
    said = command("stats").stdout
    assert said.startswith("1 attempt: 1 passed untimed\n")
    told = json.loads(command("stats", "--json").stdout)
    (autograd,) = told["topics"]
    assert (autograd["passed"], autograd["passed_in_time"]) == (1, 0)
    assert autograd["in_time"] == {"count": 0, "of": 0}
    assert autograd["against_target"]["size"] == 0
    (row,) = csv.DictReader(io.StringIO(command("stats", "--csv").stdout))
    assert (row["outcome"], row["seconds"], row["timed"]) == ("passed", "", "False")


def test_the_picture_has_it_too(check, command, tmp_path):
    check()
    command("stats", "--plot", "one.svg")
    assert "passed untimed" in (tmp_path / "one.svg").read_text()


def test_the_plan_does_not_take_it_for_new(check, command):
    check()
    plan = json.loads(command("plan", "--date", "2027-01-31", "--json").stdout)
    listed = [q for day in plan["days"] for q in day["questions"]]
    (first, *_) = (q for q in listed if q["question"] == "autograd/gradient")
    assert first["new"] is False


def test_review_says_why_it_is_due(check, command, clock):
    check()
    clock.work(86_400 * 3)
    said = command("review").stdout
    assert "Hard on Wed 25 Nov: passed with no clock running." in said


def test_a_mock_interviews_attempt_is_left_alone(check, coach, gradient):
    attempt = coach.begin(gradient, mock="ab" * 16)
    check()
    coach.sync()
    assert not coach.attempt(attempt.id).finished

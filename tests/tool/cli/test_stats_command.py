"""`backprep stats`: every attempt counts, and every figure has its sample's size."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprep.bank.questions import load_questions
from backprep.journal.attempt import Attempt
from backprep.practice import stats
from tests.tool.strategies import TOPICS

AT = "2026-11-25T10:00:00.000+01:00"


@pytest.fixture
def a_week(practise, coach, clock):
    """Attempts with every outcome."""
    practise("autograd/gradient", 8)
    practise("autograd/leaky_graph", 20)
    practise("autograd/gradient", 10, "failed")
    practise("amp/train_step", 5, "revealed")
    practise("amp/saved_bytes", 1, "abandoned")
    coach.begin(coach.questions["save_load/round_trip"])
    clock.work(60)


def test_before_the_first_attempt_it_says_how_to_begin(command):
    assert command("stats").stdout == "No attempt yet. The first: backprep practice\n"


def test_every_attempt_counts_whatever_became_of_it(command, a_week):
    said = command("stats").stdout
    assert said.startswith(
        "6 attempts: 2 passed, 1 failed, 1 gave up, 1 abandoned, 1 not finished\n"
    )


def test_a_topic_has_its_figures_and_their_sample_sizes(command, a_week):
    (line,) = [
        line for line in command("stats").stdout.splitlines() if "Autograd  " in line
    ]
    of = sum(q.topic == "autograd" for q in load_questions())
    assert f"2 of {of}" in line
    assert "67% (n=3)" in line
    assert "1.07 (0.80 to 1.33, n=2)" in line


def test_wide_numbers_do_not_run_into_each_other(command, practise):
    """However long an attempt took: what does not fit into a row has its own line."""
    practise("autograd/gradient", 12_345)
    practise("autograd/gradient", 99_999)
    assert "  5617.20 (1234.50 to 9999.90, n=2)  " in command("stats").stdout
    practise("data_loading/text_dataset", 5)
    said = command("stats").stdout
    assert "\n  time / target  5617.20 (1234.50 to 9999.90, n=2)\n" in said


def test_in_a_narrow_terminal_no_line_is_too_long(command, a_week, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    for arguments in (["stats"], ["plan", "--date", "2026-12-20"]):
        lines = command(*arguments).stdout.splitlines()
        assert max(map(len, lines)) <= 60, arguments
    assert "  first run      67% (n=3)" in command("stats").stdout


def test_the_weakest_topics_come_with_their_samples(command, a_week):
    said = command("stats").stdout
    weakest = said.partition("passed in time:\n")[2]
    assert weakest.startswith("  Mixed precision: 0 of 2\n  Autograd: 1 of 3\n")


def test_a_trend_is_said_from_six_passes_on(command, practise, clock):
    for minutes in (10, 9, 8):
        practise("autograd/gradient", minutes)
    assert "later half" not in command("stats").stdout
    for minutes in (7, 6, 5):
        practise("autograd/gradient", minutes)
    said = command("stats").stdout
    assert "  earlier half: 0.90 (0.80 to 1.00, n=3)\n" in said
    assert "  later half:   0.60 (0.50 to 0.70, n=3)\n" in said


def test_json_holds_the_same(command, a_week):
    told = json.loads(command("stats", "--json").stdout)
    assert told["attempts"] == 6
    assert told["outcomes"]["not finished"] == 1
    assert told["weakest"] == ["amp", "autograd"]
    autograd = told["topics"][0]
    assert (autograd["topic"], autograd["attempted"]) == ("autograd", 2)
    assert autograd["in_time"] == {"count": 1, "of": 3}
    assert told["trend"] is None


def test_csv_has_a_row_for_each_attempt(command, a_week):
    rows = list(csv.DictReader(io.StringIO(command("stats", "--csv").stdout)))
    assert tuple(rows[0]) == stats.COLUMNS
    assert [row["outcome"] for row in rows] == [
        "passed", "passed", "failed", "gave up", "abandoned", "not finished",
    ]  # fmt: skip
    assert (rows[0]["minutes"], rows[0]["seconds"]) == ("10.0", "480.0")
    assert [row["rating"] for row in rows] == ["good", "hard", "again", "again", "", ""]


def test_csv_of_nothing_has_its_head(command):
    assert command("stats", "--csv").stdout == ",".join(stats.COLUMNS) + "\n"


def test_the_picture_is_the_same_each_time(command, a_week, tmp_path):
    assert "The picture is in one.svg" in command("stats", "--plot", "one.svg").stdout
    command("stats", "--plot", "two.svg")
    picture = (tmp_path / "one.svg").read_text()
    assert picture == (tmp_path / "two.svg").read_text()
    assert "Attempts over time (n = 6)" in picture
    for question in ("autograd/gradient", "amp/train_step", "save_load/round_trip"):
        assert question in picture


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json", "--csv"], "Choose one of --json and --csv."),
        (["--plot", "out.png"], "out.png must end in .svg"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence(command, arguments, said):
    done = command("stats", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_picture_that_cannot_be_written_is_one_sentence(backprep, a_week):
    done = backprep("stats", "--plot", "nowhere/out.svg")
    assert done.returncode == 3
    assert done.stderr == (
        "nowhere/out.svg cannot be written: No such file or directory. "
        "Nothing was changed.\n"
    )


attempts = st.lists(
    st.builds(
        lambda n, topic, minutes, elapsed, outcome, first, shown: Attempt(
            f"{n:032x}",
            f"{topic}/q",
            minutes,
            AT,
            AT,
            elapsed=elapsed,
            running=outcome is None,
            first_run_passed=first,
            passed_after=elapsed if outcome == "passed" else None,
            revealed_after=shown,
            outcome=outcome,
            ended=None if outcome is None else AT,
        ),
        st.integers(0, 10**6),
        st.sampled_from([*TOPICS, "gone"]),
        st.integers(5, 60),
        st.floats(0, 7200),
        st.sampled_from(["passed", "failed", "gave up", "abandoned", None]),
        st.sampled_from([True, False, None]),
        st.sampled_from([None, 0.0]),
    ),
    unique_by=lambda attempt: attempt.id,
    max_size=30,
)


@given(attempts)
def test_no_attempt_is_lost_and_none_counted_twice(found):
    topics = stats.by_topic(found, [], [])
    assert sum(sum(topic.outcomes.values()) for topic in topics) == len(found)
    finished = sum(attempt.finished for attempt in found)
    assert sum(topic.in_time.of for topic in topics) == finished
    passed = [attempt for attempt in found if attempt.passed]
    assert sum(topic.against_target.size for topic in topics) == len(passed)
    for topic in topics:
        sample = topic.against_target
        if sample.size:
            assert sample.low <= sample.median <= sample.high
    assert len(stats.rows(found)) == len(found)


@given(attempts)
def test_the_weakest_topics_rise_in_their_share(found):
    weakest = stats.weakest(stats.by_topic(found, [], []))
    shares = [topic.in_time.value for topic in weakest]
    assert shares == sorted(shares)
    assert all(share < 1 for share in shares)

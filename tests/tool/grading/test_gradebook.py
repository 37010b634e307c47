import csv

import pytest

from backprep.bank.near_misses import near_misses
from backprep.bank.questions import load_questions, read_question
from backprep.grading import gradebook
from backprep.grading.names import numbers, own_names
from backprep.grading.results import Graded, GradingError
from backprep.grading.summary import summarize
from tests.tool.grading import cohorts

QUESTION = "autograd/gradient"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_point_is_an_answer_that_passed(cohort, tmp_path):
    path = tmp_path / "points.csv"
    gradebook.write(summarize(cohort.folder), path, "passed", own_names(cohort.people))
    found = rows(path)
    assert {row["person"] for row in found} == {*cohort.people}
    for row in found:
        ends = {
            q.id: cohort.truth.endings.get((row["person"], q.id))
            for q in load_questions()
        }
        assert {q: row[q] for q in ends} == {
            q: str(int(end == "passed")) for q, end in ends.items()
        }
        assert row["total"] == str([*ends.values()].count("passed"))


def test_a_point_is_the_share_of_checks(tmp_path):
    question = read_question(QUESTION)
    wrong = near_misses(question)[0]
    found = [cohorts.graded("Ada", cohorts.near_miss(question, wrong))]
    cohorts.write(tmp_path, ["Ada", "Bo"], found, [QUESTION])
    path = tmp_path / "points.csv"
    gradebook.write(summarize(tmp_path), path, "checks", own_names(["Ada", "Bo"]))
    total = len(question.check_names)
    ada, bo = rows(path)
    share = (total - len(wrong.fails)) / total
    assert float(ada["total"]) == pytest.approx(share, abs=5e-5)
    assert bo["total"] == "0"


def test_what_could_not_be_judged_is_an_empty_field(tmp_path):
    unread = Graded("Ada", QUESTION, "", "", {}, "", "", None, problem="It is a link.")
    cohorts.write(tmp_path, ["Ada"], [unread], [QUESTION])
    gradebook.write(
        summarize(tmp_path), tmp_path / "p.csv", "passed", own_names(["Ada"])
    )
    assert rows(tmp_path / "p.csv")[0][QUESTION] == ""


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_is_a_formula(tmp_path, name):
    cohorts.write(tmp_path, [name], [], [QUESTION])
    gradebook.write(
        summarize(tmp_path), tmp_path / "p.csv", "passed", own_names([name])
    )
    assert rows(tmp_path / "p.csv")[0]["person"].startswith("'")


def test_numbers_take_the_place_of_names(cohort, tmp_path):
    path = tmp_path / "points.csv"
    gradebook.write(summarize(cohort.folder), path, "passed", numbers(cohort.people))
    shown = [row["person"] for row in rows(path)]
    assert shown == [f"Person {n:03}" for n in range(1, len(cohort.people) + 1)]


def test_a_folder_that_is_not_there_is_a_sentence(cohort, tmp_path):
    with pytest.raises(GradingError, match="cannot be written"):
        gradebook.write(
            summarize(cohort.folder),
            tmp_path / "no" / "p.csv",
            "passed",
            own_names(cohort.people),
        )

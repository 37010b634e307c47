from collections import Counter

import pytest

from backprep.grading.results import GradingError
from backprep.grading.summary import ending, summarize
from tests.tool.grading import cohorts


@pytest.fixture(scope="module")
def summary(cohort):
    return summarize(cohort.folder)


def test_mistakes_are_those_that_were_made_and_the_commonest_is_first(cohort, summary):
    found = {(m.question.id, m.near_miss.name): m.people for m in summary.mistakes}
    assert found == cohort.truth.made
    sizes = [len(mistake.people) for mistake in summary.mistakes]
    assert sizes == sorted(sizes, reverse=True)


def test_each_check_counts_the_answers_that_it_rejects(cohort, summary):
    found = {
        (part.question.id, check.title): check.rejected
        for part in summary.questions
        for check in part.checks
        if check.rejected
    }
    assert found == cohort.truth.rejected


def test_verdicts_are_counted_by_question(cohort, summary):
    for part in summary.questions:
        ends = Counter(
            end
            for (_, question), end in cohort.truth.endings.items()
            if question == part.question.id
        )
        assert part.endings == ends
        assert part.attempts == ends.total() - ends["not attempted"]


def test_what_nobody_attempted_is_told(cohort, summary):
    assert [q.id for q in summary.not_attempted] == list(cohort.skipped)


def test_everybody_is_in_the_histogram(cohort, summary):
    assert sum(summary.histogram) == len(cohort.people)


def test_who_passes_every_check_is_at_the_top_and_who_hands_in_nothing_below(tmp_path):
    questions = {part.id: part for part in cohorts.load_questions()}
    one = questions["autograd/gradient"]
    found = [cohorts.graded("Ada", cohorts.passed(one))]
    cohorts.write(tmp_path, ["Ada", "Bo"], found, [one.id])
    summary = summarize(tmp_path)
    assert (summary.histogram[0], summary.histogram[-1]) == (1, 1)
    assert summary.without_answers == ["Bo"]
    assert ending(summary.by_person["Bo"].get(one.id)) == "not attempted"


def test_results_of_another_bank_are_refused_in_a_sentence(tmp_path):
    cohorts.write(tmp_path, ["Ada"], [], ["optics/lens"])
    with pytest.raises(GradingError, match=r"optics/lens, which is not in this bank"):
        summarize(tmp_path)

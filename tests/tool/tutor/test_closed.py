"""When an answer is open, by what happened to its question."""

import pytest

from backprep.tutor.closed import why_closed


@pytest.fixture
def is_open(coach, gradient):
    return lambda: not why_closed(coach, gradient)


@pytest.fixture
def passes(coach, gradient, judge, tmp_path):
    """The candidate writes an answer and has it judged."""

    def passes():
        path = gradient.answer_path(tmp_path / "answers")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine = 1\n")
        judge.says = "passed"
        coach.judge(gradient)

    return passes


def test_closed_before_anything_happened(is_open):
    assert not is_open()


def test_closed_while_an_attempt_is_under_way_or_was_given_up(coach, gradient, is_open):
    attempt = coach.begin(gradient)
    assert not is_open()
    coach.pause(attempt.id)
    assert not is_open()
    coach.finish(attempt.id, "gave up")
    assert not is_open()


def test_open_after_a_pass(coach, gradient, is_open, passes):
    coach.begin(gradient)
    passes()
    assert is_open()


def test_open_after_a_pass_with_no_clock_running(is_open, passes):
    passes()
    assert is_open()


def test_open_after_a_reveal_in_the_attempt(coach, gradient, is_open):
    coach.begin(gradient)
    coach.reveal_question(gradient)
    assert is_open()


def test_open_after_a_reveal_by_another_process(
    coach, gradient, new_coach, tutor, is_open
):
    new_coach().reveal_question(gradient)
    tutor.question("gradient")
    assert is_open()


def test_closed_again_in_the_next_attempt(coach, gradient, is_open, passes):
    passes()
    coach.begin(gradient)
    assert not is_open()


def test_closed_while_a_mock_interview_asks_it(coach, gradient, is_open, passes):
    passes()
    mock = coach.begin_mock(45, [], 1, [gradient.id])
    coach.begin(gradient, mock=mock)
    assert not is_open()


def test_an_earlier_answer_that_passed_is_kept_closed_too(
    call, coach, gradient, passes
):
    coach.begin(gradient)
    passes()
    assert call("kept_answer", question="gradient", number=1) == ("mine = 1\n", False)
    coach.begin(gradient)
    said, refused = call("kept_answer", question="gradient", number=1)
    assert refused
    assert "mine = 1" not in said

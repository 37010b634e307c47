"""The answers that the bank brings along, judged as a candidate's are."""

import pytest

from backprep.bank.questions import read_question
from backprep.judge import client

RIGHT = '''\
def _sum(*values):
    return sum(values)


def adds_it_to_itself(x):
    """No constant, and two reads."""
    return _sum(x, x)


class doubles_in_place:
    """No memory, and no values left for the caller."""

    def double(x):
        return x.mul_(2)
'''


@pytest.fixture
def verdicts(small_bank, monkeypatch):
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    (small_bank / "tests/autograd/right_double.py").write_text(RIGHT)
    return client.judge_known_answers(read_question("autograd/double"))


def test_each_known_answer_gets_its_own_verdict(verdicts):
    said = {name: verdict.verdict for name, verdict in verdicts.items()}
    assert said == {
        "adds_one": "failed",
        "detaches": "failed",
        "adds_it_to_itself": "passed",
        "doubles_in_place": "failed",
    }


def test_a_failure_is_found_in_the_file_of_the_answer(verdicts):
    (rejecting,) = (c for c in verdicts["doubles_in_place"].checks if c.rejects)
    assert rejecting.name == "test_has_a_gradient"
    assert "right_double.py:14" in rejecting.message


def test_a_check_that_cannot_be_run_here_proves_nothing(small_bank, monkeypatch):
    """The first near miss that a check has run for shows that the checks still bite."""
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    path = small_bank / "tests/autograd/wrong_double.py"
    text = path.read_text()
    elsewhere = '@fails("test_doubles_on_the_device")\ndef adds_zeros_of_the_cpu(x):'
    elsewhere += '\n    """Fails with CUDA."""\n    return 2 * x + torch.zeros(x.shape)'
    path.write_text(text.replace("\n\n\n@fails", f"\n\n\n{elsewhere}\n\n\n@fails", 1))
    question = read_question("autograd/double")
    assert client.judge(question, small_bank / "solutions").verdict == "passed"

"""Cells are judged and counted as answers are everywhere, and lose nothing."""

import pytest

from backprep.bank.starter import starter
from backprep.journal.journal import Journal
from backprep.notebook.candidate import Candidate
from backprep.workspace import answer_file
from tests.helpers.imported import imported_after

MINE = "def gradient(f, x):\n    return 'mine'\n"
OTHER = "def gradient(f, x):\n    return 'other'\n"


def kinds(home):
    journal = Journal(home)
    found = [event.kind for _, event in journal.events()]
    journal.close()
    return found


@pytest.fixture
def kept(tmp_path, gradient):
    """The texts of the answers that were put aside."""

    def kept():
        folder = tmp_path / "answers" / answer_file.KEPT / gradient.topic
        return [path.read_text() for path in sorted(folder.glob("*"))]

    return kept


def test_a_pass_is_counted_as_by_the_command(run, judge, home):
    judge.says = "passed"
    ran = run(f"%%check gradient\n{MINE}")
    assert "passed: 2 of 2 checks passed" in ran.text
    assert "Hard: passed with no clock running" in ran.text
    assert kinds(home) == ["passed_untimed"]
    again = run(f"%%check gradient\n{MINE}")
    assert "Counted already as passed on" in again.text
    assert kinds(home) == ["passed_untimed"]


def test_a_verdict_is_a_run_of_the_attempt_that_is_under_way(run, coach, gradient):
    attempt = coach.begin(gradient)
    run(f"%%check gradient\n{MINE}")
    coach.sync()
    assert coach.attempt(attempt.id).runs == 1


def test_the_cell_is_the_answer(run, answer, kept):
    run(f"%%check gradient\n{MINE}")
    assert answer.read_text() == MINE
    run(f"%%check gradient\n{OTHER}")
    assert answer.read_text() == OTHER
    assert kept() == []


def test_naming_the_same_folder_again_forgets_nothing(run, kept):
    run("%answers answers")
    run(f"%%check gradient\n{MINE}")
    run("%answers answers")
    run(f"%%check gradient\n{OTHER}")
    assert kept() == []


def test_an_answer_from_elsewhere_is_put_aside_and_said(run, answer, kept):
    run(f"%%check gradient\n{MINE}")
    answer.write_text("changed = 'in an editor'\n")
    ran = run(f"%%check gradient\n{OTHER}")
    assert answer.read_text() == OTHER
    assert kept() == ["changed = 'in an editor'\n"]
    assert "The answer that was there is kept. To get it back: cp " in ran.text


def test_another_kernel_puts_aside_what_the_first_wrote(new_shell, kept):
    new_shell()(f"%%check gradient\n{MINE}")
    new_shell()(f"%%check gradient\n{MINE}")
    assert kept() == []
    new_shell()(f"%%check gradient\n{OTHER}")
    assert kept() == [MINE]


def test_the_starter_is_not_judged_and_takes_no_answers_place(
    run, answer, gradient, judge
):
    answer.parent.mkdir(parents=True)
    answer.write_text(MINE)
    ran = run(f"%%check gradient\n{starter(gradient)}")
    assert "It is still the starter." in ran.text
    assert answer.read_text() == MINE
    assert judge.asked == []


def test_where_a_folder_is_in_the_answers_place_it_is_said(run, answer):
    answer.mkdir(parents=True)
    ran = run(f"%%check gradient\n{MINE}")
    assert not ran.succeeded
    assert ran.text == f"{answer} is a folder and stays as it is."


@pytest.mark.parametrize("says", ["passed", "failed"])
def test_the_next_cell_may_try_what_could_be_imported(run, judge, says):
    judge.says = says
    run(f"%%check gradient\n{MINE}")
    assert run.names["gradient"](None, None) == "mine"


@pytest.mark.parametrize("says", ["error", "timeout", "crashed"])
def test_what_could_not_be_imported_does_not_run_in_the_kernel(run, judge, says):
    judge.says = says
    run(f"%%check gradient\n{MINE}")
    assert "gradient" not in run.names


def test_torch_is_said_to_load_once(run, judge):
    def notifying(question, answers, notify, **options):
        notify("loading torch once")
        notify("loading torch once")
        judge.instead = None
        return judge(question, answers)

    judge.instead = notifying
    assert run(f"%%check gradient\n{MINE}").text.count("loading torch once …") == 1


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%check gradint\nx = 1", "Did you mean autograd/gradient?"),
        ("%%check gr\nx = 1", '"gr" fits'),
        ("%%check gradient\n  \n", "The cell is empty: write your answer"),
        ("%%check gradient\n", "the cell body is empty"),
        ("%%check\nx = 1", "the following arguments are required: question"),
        ("%%check gradient --timeout x\ny", "x is not a number of seconds above 0"),
        ("%hint gradint", "Did you mean autograd/gradient?"),
        ("%show gradint", "Did you mean autograd/gradient?"),
        ("%reveal gradint --yes", "Did you mean autograd/gradient?"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run, judge, cell, sentence):
    ran = run(cell)
    assert not ran.succeeded
    assert sentence in ran.text
    assert "\n" not in ran.text
    assert judge.asked == []


def test_an_interrupt_ends_the_verdict_and_counts_nothing(run, judge, home, answer):
    def interrupt():
        raise KeyboardInterrupt

    judge.meanwhile = interrupt
    judge.says = "passed"
    ran = run(f"%%check gradient\n{MINE}")
    assert (ran.succeeded, ran.text) == (False, "Stopped.")
    assert kinds(home) == []
    assert answer.read_text() == MINE


def test_of_two_kernels_at_once_neither_takes_the_others_verdict(
    run, judge, answer, kept
):
    elsewhere = Candidate()
    theirs = []

    def check():
        theirs.append(elsewhere.check("gradient", OTHER, 30, print))

    judge.meanwhile = check
    ran = run(f"%%check gradient\n{MINE}")
    assert not ran.succeeded
    assert f"{answer} was changed while it was judged" in ran.text
    assert theirs[0].verdict.verdict == "failed"
    assert answer.read_text() == OTHER
    assert kept() == [MINE]
    assert run(f"%%check gradient\n{MINE}").succeeded


def test_each_hint_says_its_cost_and_is_written_down_once(run, coach, gradient):
    attempt = coach.begin(gradient)
    first = run("%hint gradient").text
    assert first.startswith("*With this hint a pass is Good within 8:00")
    assert gradient.hints[0] in first
    assert gradient.hints[1] not in first
    run("%hint gradient")
    run("%hint gradient")
    last = run("%hint gradient").text
    assert "With this hint" not in last
    assert all(hint in last for hint in gradient.hints)
    coach.sync()
    assert coach.attempt(attempt.id).hints == (1, 2, 3)


def test_a_hint_without_an_attempt_is_not_written_down(run, gradient, home):
    assert gradient.hints[1] not in run("%hint gradient").text
    assert gradient.hints[1] in run("%hint gradient").text
    assert kinds(home) == []


def test_the_prompt_is_shown_and_no_answer(run, gradient):
    ran = run("%show gradient")
    assert gradient.prompt in ran.rich[0]["text/markdown"]
    assert starter(gradient) in ran.text
    assert "autograd.grad(" not in ran.text


def test_a_reveal_is_a_deliberate_act_and_written_down(run, home):
    asked = run("%reveal gradient")
    assert asked.text.endswith("Then say: %reveal gradient --yes")
    assert kinds(home) == []
    assert "## The reference solution" in run("%reveal gradient --yes").text
    assert "revealed" in kinds(home)


def test_the_folder_of_answers_can_be_another(run, tmp_path, gradient):
    other = tmp_path / "my answers"
    assert run("%answers my answers").text == str(other)
    run(f"%%check gradient\n{MINE}")
    assert gradient.answer_path(other).read_text() == MINE
    refused = run(f"%answers {gradient.root / 'solutions'}")
    assert "holds the bank's own solutions" in refused.text
    assert run("%answers").text == str(other)


def test_a_journal_that_cannot_be_opened_spoils_no_verdict(run, judge, home):
    home.write_text("not a folder")
    judge.says = "passed"
    ran = run(f"%%check gradient\n{MINE}")
    assert "passed: 2 of 2 checks passed" in ran.text
    assert str(home) in ran.text


def test_the_package_imports_no_notebook_before_one_asks():
    code = (
        "import backprep; from backprep.cli.main import cli; "
        "cli(['show', 'gradient'], standalone_mode=False)"
    )
    assert not {"IPython", "nbformat", "backprep.notebook"} & imported_after(code)


def test_the_magics_import_no_torch():
    assert "torch" not in imported_after("import backprep.notebook.magics")

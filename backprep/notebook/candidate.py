"""What a kernel can have done: cells judged, hints given, answers revealed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backprep.bank.pasting import ANSWERS
from backprep.bank.question import Question
from backprep.bank.questions import find_question, holds_solutions, load_questions
from backprep.bank.starter import starter
from backprep.evidence.whole_answer import whole_answer
from backprep.journal.grading import hint_cost
from backprep.journal.journal import Journal, home
from backprep.judge.verdict import not_attempted
from backprep.notebook.prompt import prompt
from backprep.notebook.refused import Refused
from backprep.notebook.report import Prose, Report
from backprep.practice.coach import Coach
from backprep.workspace import answer_file


class Candidate:
    """Works for a notebook with one coach over one folder of answers."""

    def __init__(self, answers: Path = ANSWERS) -> None:
        answers = answers.expanduser().resolve()  # wherever the kernel goes later
        if holds_solutions(answers):
            raise Refused(
                f"{answers} holds the bank's own solutions; name the folder of your "
                "answers: %answers FOLDER"
            )
        journal = Journal(home(), at_once=False)
        self.coach = Coach(journal, answers, load_questions())
        self._written: dict[str, str] = {}
        """What this kernel wrote last, by its question."""
        self._hinted: dict[str, int] = {}
        """Hints that were given while no attempt was under way."""

    def question(self, name: str) -> Question:
        """The question that a name means, with what others wrote of it taken in.

        Raises UnknownQuestion.
        """
        self.coach.sync()
        return find_question(name, list(self.coach.questions.values()))

    def check(
        self, name: str, cell: str, timeout: float, notify: Callable[[str], None]
    ) -> Report:
        """The verdict on a cell, which is written to the answer's file first.

        An answer there that this kernel did not write is put aside. Raises Refused,
        UnknownQuestion, FileProblem and JudgeError.
        """
        question = self.question(name)
        path = question.answer_path(self.coach.answers)
        if not cell.strip():
            raise Refused(
                f"The cell is empty: write your answer to {question.id} below its "
                "first line."
            )
        if cell.strip() == starter(question).strip():
            blank = not_attempted(question, "It is still the starter.")
            return Report(blank, path, cell)
        known = self._written.get(question.id)
        kept = answer_file.write(question, self.coach.answers, cell, known)
        self._written[question.id] = cell
        verdict, counted = self.coach.judge(
            question, origin="notebook", timeout=timeout, notify=notify
        )
        if not path.is_file() or answer_file.read(path) != cell:
            raise Refused(
                f"{path} was changed while it was judged, by another notebook or an "
                "editor; run the cell again to have this one judged."
            )
        said = [counted, self.coach.trouble]
        if kept is not None:
            way_back = answer_file.way_back(path, kept)
            said.append(f"The answer that was there is kept. {way_back}")
        return Report(verdict, path, cell, tuple(filter(None, said)))

    def hint(self, name: str) -> Prose:
        """The hints so far and the next one, with what it costs. Raises
        UnknownQuestion."""
        question = self.question(name)
        attempt = self.coach.under_way(question)
        given = self._hinted.get(question.id, 0)
        if attempt is not None:
            given = max(attempt.hints, default=0)
        level = min(given + 1, len(question.hints))
        parts = [f"{n}. {hint}" for n, hint in enumerate(question.hints[:level], 1)]
        if attempt is None:
            self._hinted[question.id] = level
        elif level > given:
            parts.insert(0, f"*{hint_cost(attempt, level)}*")
            self.coach.hint(attempt.id, level)
        return self._prose(*parts)

    def show(self, name: str) -> Prose:
        """A question's prompt, and what one starts from. Raises UnknownQuestion."""
        question = self.question(name)
        code = f"```python\n{starter(question)}```"
        return Prose(f"{prompt(question)}\n\n**You start from**\n\n{code}")

    def reveal(self, name: str, yes: bool) -> Prose:
        """The whole answer, which is written down. Raises Refused where it was not
        confirmed, and UnknownQuestion."""
        question = self.question(name)
        if not yes:
            raise Refused(
                f"Reveal the answer to {question.id}? Then say: "
                f"%reveal {question.slug} --yes"
            )
        self.coach.reveal_question(question)
        return self._prose(whole_answer(question))

    def _prose(self, *parts: str) -> Prose:
        """With what is wrong with the journal, if anything is."""
        return Prose("\n\n".join(filter(None, [*parts, self.coach.trouble])))

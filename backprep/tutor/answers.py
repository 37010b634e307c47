"""The answer to a question and what belongs to it, where they may be shown."""

from __future__ import annotations

from itertools import zip_longest

from backprep.bank.model_answer import model_answer
from backprep.bank.question import Question
from backprep.evidence.whole_answer import whole_answer
from backprep.tutor import told
from backprep.tutor.closed import must_be_open, why_closed
from backprep.tutor.refused import Refused
from backprep.tutor.tutor import Tutor

SPOKEN = "explain"
SHORTEST = 20
"""Words that a spoken answer has at least."""


class Answers:
    """Keeps which spoken answers were handed in, and shows what is open."""

    def __init__(self, tutor: Tutor) -> None:
        self.tutor = tutor
        self._handed_in: set[str] = set()
        """The attempts whose spoken answer was."""

    def is_open(self, question: Question) -> bool:
        """Whether all of the answer may be shown now."""
        return not why_closed(self.tutor.coach, question)

    def answer(self, question: Question) -> str:
        """What to say, the code, other right answers and what people write instead,
        in Markdown. Raises Refused where it is closed."""
        must_be_open(self.tutor.coach, question)
        return whole_answer(question)

    def rubric(self, name: str) -> told.Rubric:
        """The rubric and the answers to the follow-ups; of a spoken question, once its
        answer was handed in. Raises Refused."""
        question = self.tutor.question(name)
        attempt = self.tutor.coach.under_way(question)
        if not (attempt and attempt.id in self._handed_in):
            if question.kind == SPOKEN and not self.is_open(question):
                raise Refused(
                    f"The rubric of {question.id} opens when the candidate has "
                    "explained it: give hand_in what they said."
                )
            must_be_open(self.tutor.coach, question)
        answer = model_answer(question)
        follow_ups = zip_longest(question.follow_ups, answer.follow_ups, fillvalue="")
        return told.Rubric(
            list(answer.rubric.must),
            list(answer.rubric.nice),
            [told.FollowUp(asked, said) for asked, said in follow_ups],
        )

    def may_hand_in(self, name: str, text: str) -> Question:
        """The question, where a spoken answer to it can be handed in now.

        Raises Refused.
        """
        question = self.tutor.question(name)
        if question.kind != SPOKEN:
            raise Refused(
                f"{question.id} is not explained aloud: judge_answer judges what the "
                "candidate saved."
            )
        self.tutor.under_way(question)
        if len(text.split()) < SHORTEST:
            raise Refused(
                f"An explanation has {SHORTEST} words or more; hand in what the "
                "candidate said, word for word."
            )
        return question

    def hand_in(self, name: str, text: str) -> None:
        """Open the rubric of a spoken question for the attempt that is under way.

        Raises Refused.
        """
        question = self.may_hand_in(name, text)
        self._handed_in.add(self.tutor.under_way(question).id)

"""The tools. Their names, parameters and descriptions are what an assistant sees."""

# no `from __future__ import annotations`: the SDK reads the annotations of functions
# that are defined inside of one, where names in text cannot be looked up

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

import anyio.to_thread
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from backprep.bank.aims import find_aim
from backprep.bank.topics import must_be_topic
from backprep.judge.stop import Stop
from backprep.practice.counting import Judge
from backprep.practice.mock import LARGEST_SEED
from backprep.printable import printable
from backprep.tutor import told
from backprep.tutor.answers import Answers
from backprep.tutor.closed import reveals
from backprep.tutor.judging import judge_file, judge_text, may_be_tried
from backprep.tutor.mock_sheet import mock_sheet
from backprep.tutor.refused import Refused
from backprep.tutor.tutor import Tutor

T = TypeVar("T")

Name = Annotated[
    str,
    Field(max_length=200, description="A question's id, or enough of it: gradient."),
]
# no longer than what the candidate reads before they agree
Text = Annotated[str, Field(max_length=10_000)]
Kind = Literal["code", "debug", "predict", "explain", "measure"]
Level = Literal["easy", "medium", "hard"]

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITES = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, open_world_hint=False
)
# what an assistant wrote can do anything: a client that asks before a call asks here
RUNS = ToolAnnotations(read_only_hint=False, destructive_hint=True)


class Consent(BaseModel):
    """What the candidate is asked for."""

    yes: bool = Field(description="Yes, do it.")


Asked = ElicitationResult[Consent]


def add_tools(server: MCPServer[None], tutor: Tutor, judge: Judge) -> None:
    """Give a server the tools that do the tutor's work."""
    _add_readers(server, tutor)
    _add_attempts(server, tutor)
    _add_verdicts(server, tutor, judge)
    _add_answers(server, Answers(tutor))


def _add_readers(server: MCPServer[None], tutor: Tutor) -> None:
    @server.tool(annotations=READS)
    def list_questions(
        topic: Annotated[str, Field(max_length=100)] | None = None,
        kind: Kind | None = None,
        level: Level | None = None,
        words: Annotated[
            str, Field(max_length=200, description="Words that it must contain.")
        ] = "",
    ) -> list[told.Listed]:
        """List the questions of the bank in the order of study, or search them."""
        return tutor.listed(topic, kind, level, words)

    @server.tool(annotations=READS)
    def read_question(question: Name) -> told.Asked:
        """Read a question's prompt and starter, and what the candidate wrote so far."""
        return tutor.asked(question)

    @server.tool(annotations=READS)
    def what_next() -> told.Next:
        """Say what to practise next and why, and what is due for review today."""
        return tutor.next()

    @server.tool(annotations=READS)
    def history(question: Name) -> told.History:
        """List the candidate's attempts at a question, and the answers kept of them."""
        return tutor.history(question)

    @server.tool(annotations=READS, structured_output=False)
    def kept_answer(question: Name, number: Annotated[int, Field(ge=1)]) -> str:
        """Show an answer of the candidate's that was kept, by its number in history."""
        return tutor.kept_answer(question, number)

    @server.tool(annotations=READS, structured_output=False)
    def mock_interview(
        minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 45,
        topics: Annotated[
            list[Annotated[str, Field(max_length=100)]],
            Field(max_length=50, description="Ask about these only; none means all."),
        ] = [],  # noqa: B006
        seed: Annotated[
            int,
            Field(ge=0, le=LARGEST_SEED, description="The same seed, the same sheet."),
        ]
        | None = None,
        aim: Annotated[
            str,
            Field(max_length=100, description='Of this aim only, or "everything".'),
        ]
        | None = None,
    ) -> str:
        """Draw a mock interview: a sheet of questions with their prompts and times."""
        for name in topics:
            must_be_topic(name, tutor.topics)
        tutor.coach.sync()
        named = find_aim(aim, tutor.coach.aims) if aim is not None else None
        drawn = tutor.coach.aim_of_draw(named, open=not topics and seed is None)
        questions = list(tutor.coach.questions.values())
        return mock_sheet(questions, minutes, topics, seed, drawn)


def _add_attempts(server: MCPServer[None], tutor: Tutor) -> None:
    @server.tool(annotations=WRITES)
    def begin_attempt(question: Name) -> told.State:
        """Start the clock on a question, or let it run on after a pause.

        Writes the starter where the candidate has no answer yet. An answer of an
        earlier attempt is put aside. Other attempts are paused.
        """
        return tutor.begin(question)

    @server.tool(annotations=WRITES)
    def pause_attempt(question: Name) -> told.State:
        """Stop the clock of the attempt that is under way."""
        return tutor.pause(question)

    @server.tool(annotations=WRITES)
    def hint(
        question: Name,
        level: Annotated[
            int, Field(ge=1, le=3, description="1 a nudge, 2 the approach, 3 the key.")
        ],
    ) -> told.Hint:
        """Give a hint in the attempt that is under way; it is logged, and costs."""
        return tutor.hint(question, level)


def _add_verdicts(server: MCPServer[None], tutor: Tutor, judge: Judge) -> None:
    @server.tool(annotations=WRITES)
    async def judge_answer(question: Name) -> told.Judged:
        """Judge what the candidate saved in the answer's file. A pass counts."""
        return await _beside(partial(judge_file, tutor, question))

    def may_try(
        question: str, code: str, context: Context[None, Any]
    ) -> Consent | Elicit[Consent]:
        found = may_be_tried(tutor, question, code)
        if not _can_ask(context):
            raise Refused(
                "Pasted code runs only when the candidate agrees, and this client "
                f"cannot ask them; they can save it in {tutor.file(found)} and have "
                "that judged."
            )
        return Elicit(
            f"Run this as an answer to {found.id}? It runs with your permissions.\n\n"
            f"{printable(code)}",
            Consent,
        )

    @server.tool(annotations=RUNS)
    async def try_code(
        question: Name, code: Text, consent: Annotated[Asked, Resolve(may_try)]
    ) -> told.Tried:
        """Judge code that the candidate pasted: which checks it comes through.

        They are shown the code and asked first. Their file stays as it is, and nothing
        is counted.
        """
        if not _agreed(consent):
            raise Refused("The candidate did not let it run.")
        return await _beside(partial(judge_text, tutor, judge, question, code))


def _add_answers(server: MCPServer[None], answers: Answers) -> None:
    tutor = answers.tutor

    def may_reveal(
        question: str, context: Context[None, Any]
    ) -> Consent | Elicit[Consent]:
        found = tutor.question(question)
        if answers.is_open(found):
            return Consent(yes=False)  # nobody was asked
        if not _can_ask(context):
            raise Refused(
                f"Only the candidate can reveal the answer to {found.id}, and this "
                "client cannot ask them; in a terminal they can say: "
                f"{reveals(found, tutor.coach)}"
            )
        return Elicit(
            f"Reveal the answer to {found.id}? It is written down, and the question "
            "comes again soon.",
            Consent,
        )

    @server.tool(annotations=WRITES, structured_output=False)
    def reveal_answer(
        question: Name, consent: Annotated[Asked, Resolve(may_reveal)]
    ) -> str:
        """Show the answer: what to say, the code, other right answers and mistakes.

        Open after a pass or a reveal; otherwise the candidate is asked.
        """
        found = tutor.question(question)
        if not answers.is_open(found):
            if not _agreed(consent):
                raise Refused(f"The candidate did not reveal the answer to {found.id}.")
            tutor.coach.reveal_question(found)
        return answers.answer(found)

    @server.tool(annotations=READS)
    def rubric(question: Name) -> told.Rubric:
        """Read the rubric, and the follow-ups with their answers.

        Open after a pass or a reveal, and for a question that is explained aloud after
        hand_in.
        """
        return answers.rubric(question)

    def may_hand_in(
        question: str, explanation: str, context: Context[None, Any]
    ) -> Consent | Elicit[Consent]:
        found = answers.may_hand_in(question, explanation)
        if not _can_ask(context):
            return Consent(yes=True)
        return Elicit(
            f"Hand this in as your answer to {found.id}? The rubric opens then.\n\n"
            f"{printable(explanation)}",
            Consent,
        )

    @server.tool(annotations=WRITES, structured_output=False)
    def hand_in(
        question: Name,
        explanation: Annotated[
            Text, Field(description="What the candidate said, word for word.")
        ],
        consent: Annotated[Asked, Resolve(may_hand_in)],
    ) -> str:
        """Hand in what the candidate said to a question that is explained aloud."""
        if not _agreed(consent):
            raise Refused("The candidate did not hand it in.")
        answers.hand_in(question, explanation)
        return "Handed in: rubric is open for this attempt."


def _can_ask(context: Context[None, Any]) -> bool:
    """Whether the client can show the user a form."""
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    return elicitation is not None and (
        elicitation.form is not None or elicitation.url is None
    )


def _agreed(consent: Asked) -> bool:
    return isinstance(consent, AcceptedElicitation) and consent.data.yes


async def _beside(work: Callable[[Stop], T]) -> T:
    """Judge in a thread; where the request is cancelled, the verdict is given up."""
    stop = Stop()
    try:
        return await anyio.to_thread.run_sync(work, stop, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        stop.set()
        raise

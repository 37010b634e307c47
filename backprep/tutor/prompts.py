"""What an assistant is asked to be: an interviewer, a tutor, a reviewer."""

from __future__ import annotations

RULES = (
    "Everything about the question comes from backprep's tools: do not read the files "
    "of the question bank, and do not write or paste a solution. I write my answer in "
    "the file that begin_attempt names, and judge_answer judges what I saved."
)

INTERVIEWER = """\
Interview me on PyTorch, as a senior engineer would: friendly, brief, exact.

1. {first}
2. Read me the prompt in your own words. Let me ask back, and answer what the prompt
   answers; where it is silent, ask me what I would assume.
3. Have me say my plan before I write. Ask why, once, where a choice matters.
4. When I say that I am done, call judge_answer. Tell me in a sentence which check
   fails, and let me find the reason. For a question that I explain aloud, call hand_in
   with what I said, word for word, and go by the rubric.
5. No hints unless I ask; say what a hint costs before you call hint.
6. After it passes, ask the follow-ups one at a time. Compare my answers with the
   written ones only after I have given mine.
7. End with three lines: what would have convinced an interviewer, what would not, and
   what to practise next.

{rules}"""

TUTOR = """\
Help me work through {question} without taking the work from me.

Begin with read_question. If no attempt is under way, ask whether my clock may start,
and call begin_attempt. Then, each time I am stuck:

- Ask what I expect and what I see instead; have me run the smallest case by hand.
- Use the verdict: judge_answer names the check that fails and what it is about. Ask
  the question that its advice answers; do not read the advice out.
- Name the idea of PyTorch that is involved, with an example from somewhere else. Never
  write a line that belongs in my answer.
- Offer a hint only when two such questions have not helped. The levels go from a nudge
  to the key line, and each hint is written down: say what it costs first.

When it passes, have me explain in two sentences why it works, and ask one follow-up.

{rules}"""

REVIEWER = """\
Review my answer to {question} as you would a colleague's pull request.

Call read_question for the prompt and for what I saved, then judge_answer. Until it
passes, say only what the verdict and my own lines show: what each failing check is
about, and the line to look at. Do not correct it for me.

Once it passes, call reveal_answer, which then opens without asking me, and compare:
what my version costs in memory, time and readability, which case it leaves open, what
an interviewer would ask about it. Make at most five remarks, the weightiest first, each
with the line that it is about. Say so if nothing needs to change.

{rules}"""

HOLD_A_MOCK = (
    "Call mock_interview with {minutes} minutes, tell me how many questions there are "
    "and how long each takes, and go through them in order: begin_attempt at each, and "
    "pause_attempt before you go on if it has not passed."
)


def interviewer(question: str, minutes: int) -> str:
    """How to interview: on one question, or where none is named on those of a mock
    interview of so many minutes."""
    first = f"Ask me {question}: call read_question, then begin_attempt."
    if not question:
        first = HOLD_A_MOCK.format(minutes=minutes)
    return INTERVIEWER.format(first=first, rules=RULES)


def tutor(question: str) -> str:
    """How to help with a question."""
    return TUTOR.format(question=question, rules=RULES)


def reviewer(question: str) -> str:
    """How to review an answer."""
    return REVIEWER.format(question=question, rules=RULES)

"""Made-up questions for properties that hold for every bank."""

from pathlib import Path

from hypothesis import strategies as st

from backprep.bank.question import KINDS, LEVELS, MINUTES, Question
from backprep.bank.questions import bank_root
from backprep.bank.topics import load_topics

TOPICS = list(load_topics(bank_root()))


def question(number, topic="autograd", minutes=10, kind="code", level="easy"):
    return Question(
        Path(), topic, f"q{number}", kind, level, minutes, None, f"# Q {number}\n"
    )


def questions(minimum=1, maximum=30):
    """Banks of distinct questions, in no order."""
    row = st.tuples(
        st.sampled_from(TOPICS),
        st.integers(MINUTES[0], MINUTES[-1]),
        st.sampled_from(KINDS),
        st.sampled_from(LEVELS),
    )
    rows = st.lists(row, min_size=minimum, max_size=maximum)
    return rows.map(lambda rows: [question(n, *row) for n, row in enumerate(rows)])

"""The files of a new question, each saying what to write in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backprep.bank.question import BankError, Question, read_text
from backprep.bank.questions import names_a_module, own_root
from backprep.bank.topics import Topic, load_topics

PROMPT = """\
---
kind: code
level: easy
minutes: 10
tags: []
---

# {title}

Why it comes up, in a sentence or two.

Write `{slug}(x)`. What it returns.

- What the signature does not say, and what bad input gets.

## Hints

1. A nudge.
2. The approach.
3. The key line, without giving it.

## Follow-ups

1. What an interviewer would ask next.
2. And after that.
"""

SOLUTION = '''\
"""The idea of the answer,

in two to eight lines.
"""

from torch import Tensor


def {slug}(x: Tensor) -> Tensor:
    """What it returns, without giving the idea away."""
    return x
'''

TOPIC = """\
---
summary: What the questions ask, in a sentence.
order: {order}
tags: []
---

# {title}

What interviewers ask here, and why.
"""

MODEL_ANSWER = """\
The answer as one would say it: the short answer first, then the reasons.

## Rubric

### Must have

- What no good answer leaves out.

### Nice to have

- What a very good one adds.

## Follow-ups

1. The answer to the first.
2. The answer to the second.

## Sources

- [Title](https://docs.pytorch.org/docs/stable/), read YYYY-MM-DD.
"""

PREDICT_PROMPT = """\
---
kind: predict
level: easy
minutes: 10
tags: []
---

# {title}

Why it comes up, in a sentence or two.

```python
import torch

x = torch.ones(3)
print("total", x.sum())
print("dtype", x.dtype)
```

Write `PREDICTIONS`, a dict from each name that the code prints to the value
printed beside it.

- How to write the values: a tensor as its numbers, a dtype as its name.

## Hints

1. A nudge.
2. The approach.
3. What the key line turns on, without giving it.

## Follow-ups

1. What an interviewer would ask next.
2. And after that.
"""

PREDICT_SOLUTION = '''\
"""What the answer turns on,

in two to eight lines.
"""

PREDICTIONS: dict[str, object] = {{
    "total": 3.0,
    "dtype": "float32",
}}
'''

PREDICT_CHECKS = '''\
from backprep.testing import agree, complete, prompt_says
from solutions.{topic}.{slug} import PREDICTIONS

QUESTION = "{topic}/{slug}"


@prompt_says("a dict from each name that the code prints to the value")
def test_predicts_each_line_that_is_printed():
    """A guess with its reason is worth more than a gap: give each name a value."""
    complete(PREDICTIONS, QUESTION)


@prompt_says('print("total", x.sum())')
def test_says_what_the_sum_is():
    """Advice that points at the idea and does not give the answer away."""
    agree(PREDICTIONS, QUESTION, "total")


@prompt_says('print("dtype", x.dtype)')
def test_says_which_dtype_it_has():
    """One check for each line, or for lines that one idea explains."""
    agree(PREDICTIONS, QUESTION, "dtype")
'''

PREDICT_NEAR_MISSES = '''\
"""Near misses of {topic}/{slug}."""

from backprep.testing import fails
from solutions.{topic}.{slug} import PREDICTIONS as RIGHT


@fails("test_says_which_dtype_it_has")
class thinks_that_numbers_are_float64:
    """A near miss is a belief; here stands its consequence, in a sentence."""

    PREDICTIONS = RIGHT | {{"dtype": "float64"}}
'''

CHECKS = '''\
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.{topic}.{slug} import {slug}


@prompt_says("What it returns.")
def test_gives_back_what_it_should():
    """Advice that points at the idea and does not give the answer away."""
    x = torch.randn(3)
    assert_close({slug}(x), x)
'''

NEAR_MISSES = '''\
"""Near misses of {topic}/{slug}."""

from backprep.testing import fails


@fails("test_gives_back_what_it_should")
def adds_one(x):
    """The consequence of the mistake, in a sentence."""
    return x + 1
'''

RIGHT_ANSWERS = '''\
"""Other right answers to {topic}/{slug}."""


def copies_it(x):
    """What one gains by writing it so, and what one pays, in a sentence or two."""
    return x.clone()
'''


KINDS = {
    "code": {
        "prompt": PROMPT,
        "reference solution": SOLUTION,
        "model answer": MODEL_ANSWER,
        "checks": CHECKS,
        "near misses": NEAR_MISSES,
        "other right answers": RIGHT_ANSWERS,
    },
    "predict": {
        "prompt": PREDICT_PROMPT,
        "reference solution": PREDICT_SOLUTION,
        "model answer": MODEL_ANSWER,
        "checks": PREDICT_CHECKS,
        "near misses": PREDICT_NEAR_MISSES,
    },
}
"""The text of each part of a question, by its kind."""


def new(name: str, root: Path, kind: str = "code") -> list[Path]:
    """Write what is not there yet of the question `topic/slug`, and say what.

    A folder that holds no bank becomes one. A topic that is not there yet is made
    in a bank of one's own, and is a typing mistake in the one that came along.
    Raises BankError for a name that no question can have.
    """
    topic, _, slug = name.strip("/").partition("/")
    topics = load_topics(root)
    possible = slug and names_a_module(topic) and root != own_root()
    if topic not in topics and not possible:
        raise BankError(
            f'"{name}" names no topic; write TOPIC/SLUG with one of '
            f"{', '.join(topics) or 'your own, in lower case'}."
        )
    if not names_a_module(slug):
        raise BankError(
            f'"{slug}" cannot name a Python module; use lower-case letters, '
            "digits and underscores."
        )
    twins = [p for p in root.glob(f"questions/*/{slug}.md") if p.parent.name != topic]
    if twins:
        raise BankError(f"{twins[0]} has that name already; choose another.")
    question = Question(root, topic, slug, kind, "easy", 10, None, "")
    title = slug.replace("_", " ").capitalize()
    written = []
    named = {"topic": topic, "slug": slug, "title": title}
    filled = {
        path: KINDS[kind][part].format(**named) for part, path in question.parts.items()
    }
    for path, text in (_frame(root, topic, topics) | filled).items():
        if path.exists():
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise BankError(f"{path} cannot be written: {error.strerror}.") from None
        written.append(path)
    return written


def _frame(root: Path, topic: str, topics: Mapping[str, Topic]) -> dict[Path, str]:
    """What a bank of one's own holds besides its questions."""
    if root == own_root():
        return {}
    order = max((known.order for known in topics.values()), default=0) + 1
    title = topic.replace("_", " ").capitalize()
    return {
        root / "questions" / topic / "index.md": TOPIC.format(order=order, title=title),
        root / "solutions" / "__init__.py": "",
        root / "tests" / "__init__.py": "",
        root / "tests" / "conftest.py": read_text(own_root() / "tests" / "conftest.py"),
    }

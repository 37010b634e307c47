"""What each person is told of their answers: one file of Markdown for each.

It says what a verdict says, and no line of a solution: an answer could read one in the
bank and quote it in an error of its own, so messages are looked through for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from backprep import files
from backprep.bank import source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.bank.starter import starter
from backprep.grading.names import Names, digest
from backprep.grading.results import Graded, GradingError
from backprep.grading.summary import Summary, ending, rejecting
from backprep.printable import printable

TELLING = 24
"""Characters from which a line of code gives something away."""
LONGEST = 60
"""Characters of a person's name that are taken into a file's."""
UNSAFE = re.compile(r"[^\w. -]+")
MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
WITHHELD = "(The message quotes a solution of the bank and is left out.)"


def write(summary: Summary, out: Path, names: Names) -> None:
    """Write a file for each person of a cohort into the folder `out`.

    Raises GradingError.
    """
    called = file_names(summary.cohort.people, names)
    writer = _Writer([part.question for part in summary.questions])
    try:
        out.mkdir(parents=True, exist_ok=True)
        for person, graded in summary.by_person.items():
            text = "\n".join(writer.told(names[person], graded)) + "\n"
            files.write(out / called[person], text)
    except files.FileProblem as problem:
        raise GradingError(str(problem)) from None
    except OSError as error:
        raise GradingError(f"{out} cannot be made: {error.strerror}.") from None


def file_names(people: Iterable[str], names: Names) -> dict[str, str]:
    """A name of a file for each person, no two alike on any system.

    A name that has to be changed, or that another shares but for case, gets a few
    digits of its digest.
    """
    stems = {person: _stem(names[person]) for person in people}
    alike = Counter(stem.casefold() for stem in stems.values())
    return {
        person: f"{stem}.md"
        if stem == names[person] and alike[stem.casefold()] == 1 and not _is_taken(stem)
        else f"{stem}-{digest(person)[:12]}.md"
        for person, stem in stems.items()
    }


def _stem(name: str) -> str:
    plain = UNSAFE.sub("_", unicodedata.normalize("NFC", name))
    # a file system counts bytes
    cut = plain[:LONGEST].encode()[: 3 * LONGEST].decode(errors="ignore")
    return cut.strip(". ") or "person"


def _is_taken(stem: str) -> bool:
    """Whether Windows reads a device in it, or another's digest might look like it."""
    device = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem, re.IGNORECASE)
    return bool(device or re.search(r"-[0-9a-f]{12}$", stem, re.IGNORECASE))


class _Writer:
    """Knows the bank's words, and those that are not to be told."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self._advice = {q.id: _docstrings(q.checks_path) for q in questions}
        self._mistakes = {
            q.id: {wrong.name: wrong for wrong in near_misses(q)} for q in questions
        }
        secret = set[str]().union(*map(_secrets, questions))
        self._secret = secret - set[str]().union(*map(_public, questions))
        self._safe = lru_cache(maxsize=None)(self._safe_uncached)

    def told(self, name: str, graded: Mapping[str, Graded]) -> Iterator[str]:
        """What a person is told, line by line."""
        ends = {q: ending(graded.get(q.id)) for q in self._questions}
        passed = [q for q, end in ends.items() if end == "passed"]
        missing = [q for q, end in ends.items() if end == "not attempted"]
        others = [q for q in ends if q not in passed and q not in missing]
        yield f"# Feedback for {_escaped(name)}"
        yield ""
        yield (
            f"Passed: {len(passed)} of {len(ends)} questions. "
            f"Not passed: {len(others)}. Not attempted: {len(missing)}."
        )
        for question in others:
            yield ""
            yield from self._question(question, graded[question.id])
        yield from _list("Passed", passed)
        yield from _list("Not attempted", missing)

    def _question(self, question: Question, graded: Graded) -> Iterator[str]:
        yield f"## {question.title}"
        yield ""
        if graded.verdict is None:
            yield f"`{question.id}` could not be judged."
            if graded.problem:
                yield ""
                yield _escaped(printable(graded.problem))
            return
        verdict = graded.verdict
        yield (
            f"`{question.id}`: {verdict['verdict']}, {verdict['passed']} of "
            f"{verdict['total']} checks passed."
        )
        wrong = self._mistakes[question.id].get(graded.mistake or "")
        if wrong:
            yield ""
            yield f"A common mistake: **{wrong.title}**. {wrong.consequence}"
        rejected = rejecting(graded)
        messages = {check["message"] for check in rejected}
        if len(messages) == 1 and len(rejected) == verdict["total"]:
            # what ended the whole answer is said once
            yield from self._quoted(messages.pop())
            return
        for check in rejected:
            yield ""
            yield f"### {check['title']}"
            advice = self._advice[question.id].get(check["name"], "")
            yield from self._quoted(_own_words(check["message"], advice))
            if advice:
                yield ""
                yield advice

    def _quoted(self, message: str) -> Iterator[str]:
        """A message from an answer as a block in which nothing is markup."""
        if message.strip():
            yield ""
            for line in self._safe(message).splitlines():
                yield f"    {line}"

    def _safe_uncached(self, message: str) -> str:
        flat = _plain(message)
        if len(flat) >= TELLING and any(line in flat for line in self._secret):
            return WITHHELD
        return printable(message)


def _own_words(message: str, advice: str) -> str:
    """A check's message without the advice and the mistake, which are said apart."""
    lines = [
        line
        for line in message.splitlines()
        if line.strip() != advice and not line.startswith("Looks like: ")
    ]
    return "\n".join(lines)


def _list(title: str, questions: Sequence[Question]) -> Iterator[str]:
    if questions:
        yield from ("", f"## {title}", "")
        for question in questions:
            yield f"- {question.title} (`{question.id}`)"


def _escaped(text: str) -> str:
    """Text from outside, on one line, in which nothing is markup."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def _docstrings(path: Path) -> Mapping[str, str]:
    return source.docstrings(read_text(path))


def _secrets(question: Question) -> set[str]:
    """The telling lines of its right answers."""
    paths = (question.solution_path, question.right_answers_path)
    return {line for path in paths if path.exists() for line in _lines(read_text(path))}


def _public(question: Question) -> set[str]:
    """The lines that everybody is shown."""
    return _lines(question.text) | _lines(starter(question))


def _lines(text: str) -> set[str]:
    plain = (_plain(line) for line in text.splitlines())
    return {line for line in plain if len(line) >= TELLING}


def _plain(text: str) -> str:
    """A text without what may be laid out in another way."""
    return re.sub(r"[\s`\\'\"]+", " ", text).strip(" ,")

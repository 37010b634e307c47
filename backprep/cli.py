"""The command `backprep`."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from backprep import __version__
from backprep.commands.bench import bench

PASSED, NOT_PASSED, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130


class Seconds(click.ParamType[float]):
    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            seconds = math.nan
        if not (math.isfinite(seconds) and seconds > 0):
            self.fail(f"{value} is no number of seconds above 0, like 30.", param, ctx)
        return seconds


class QuestionName(click.ParamType[Any]):
    """A question's id, or enough of it."""

    name = "question"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        from backprep import bank

        if isinstance(value, bank.Question):
            return value
        try:
            return bank.find(value, bank.load())
        except bank.UnknownQuestion as unknown:
            raise click.UsageError(str(unknown)) from None

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from backprep import bank

        questions = bank.load()
        return [
            CompletionItem(q.id, help=q.title)
            for q in questions
            if q.id.startswith(incomplete) or q.slug.startswith(incomplete)
        ]


question_argument = click.argument("question", type=QuestionName())
answers_option = click.option(
    "--answers",
    type=click.Path(path_type=Path),
    default="answers",
    show_default=True,
    help="The folder of your answers.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="backprep")
@click.pass_context
def cli(context: click.Context) -> None:
    """Practise PyTorch interview questions whose answers run.

    Begin with `backprep list`, then `backprep start QUESTION`, write your answer,
    and `backprep check QUESTION`. A question's name may be shortened.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        context.color = False


cli.add_command(bench)


@cli.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@answers_option
def list_questions(as_json: bool, answers: Path) -> None:
    """Show all questions, by topic and level."""
    from backprep import bank

    topic = ""
    for q in bank.load():
        attempted = q.answer(answers).is_file()
        if as_json:
            fields = ("id", "topic", "slug", "title", "kind", "level", "minutes")
            values = {name: getattr(q, name) for name in fields}
            click.echo(json.dumps({**values, "attempted": attempted}))
            continue
        if q.topic != topic:
            topic = q.topic
            click.secho(f"{bank.TOPICS[topic]}  ({topic}/)", bold=True)
        mark = "*" if attempted else " "
        click.echo(
            f" {mark} {q.slug:24} {q.level:7} {q.kind:8} {q.minutes:2} min  {q.title}"
        )
    if not as_json:
        click.secho("* there is an answer of yours", dim=True)


@cli.command()
@question_argument
def show(question: Any) -> None:
    """Show a question's prompt and its starter."""
    from backprep.starter import starter

    _meta(question)
    _markdown(question.prompt)
    click.secho("\nYou start from", bold=True)
    _python(starter(question))
    click.echo(f"backprep start {question.slug}  writes it to a file.")


@cli.command()
@question_argument
@answers_option
def start(question: Any, answers: Path) -> None:
    """Write a question's starter; an answer that is there stays as it is."""
    from backprep import workspace

    path, written = workspace.start(question, answers)
    if written:
        click.echo(f"{question.minutes} minutes. Write your answer in {path}")
    else:
        click.echo(
            f"{path} is there already and stays as it is. "
            f"backprep reset {question.slug} starts over."
        )
    click.echo(f"Then: backprep check {question.slug}{_option(answers)}")


@cli.command()
@click.argument("question", type=QuestionName(), required=False)
@click.option("--all", "everything", is_flag=True, help="Check every answer found.")
@answers_option
@click.option(
    "--timeout",
    type=Seconds(),
    default=30.0,
    show_default=True,
    help="Seconds that the checks of one question may take.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@click.option("--full", is_flag=True, help="Add pytest's own report of each failure.")
@click.option("--no-daemon", is_flag=True, help="Judge in a fresh process.")
@click.option("--watch", is_flag=True, help="Check again at every save.")
def check(
    question: Any,
    everything: bool,
    answers: Path,
    timeout: float,
    as_json: bool,
    full: bool,
    no_daemon: bool,
    watch: bool,
) -> None:
    """Judge your answer to a question."""
    from backprep import bank
    from backprep.judge import judge

    if (question is None) == (not everything):
        raise click.UsageError("Name one question, or say --all.")
    if not answers.is_dir():
        raise click.UsageError(
            f"There is no folder {answers}; backprep start QUESTION makes it."
        )
    asked = [question] if question else _answered(bank.load(), answers)
    if not asked and not watch:
        _fail(f"{answers} holds no answer yet; backprep start QUESTION makes one.", 1)

    def notify(text: str) -> None:
        if not as_json and sys.stderr.isatty():
            click.secho(f"{text} …", dim=True, err=True)

    def run(questions: list[Any]) -> bool:
        passed = True
        for n, q in enumerate(questions):
            verdict = judge(
                q,
                answers,
                timeout=timeout,
                daemon=not no_daemon,
                full=full,
                notify=notify,
            )
            passed = passed and verdict.verdict == "passed"
            if as_json:
                click.echo(json.dumps(verdict.as_json(), ensure_ascii=False))
            else:
                from backprep import report

                width = min(shutil.get_terminal_size().columns, 100)
                text = report.draw(
                    verdict, q.answer(answers), unicode=_unicode(), width=width
                )
                click.echo("\n" * (n > 0) + text)
        return passed

    passed = run(asked)
    if watch:
        from backprep.watch import saved

        for changed in saved(answers, [question] if question else bank.load()):
            if not as_json:
                click.echo()
            passed = run(changed)
    sys.exit(PASSED if passed else NOT_PASSED)


@cli.command()
@question_argument
@click.argument("level", type=click.IntRange(1, 3), default=1)
def hint(question: Any, level: int) -> None:
    """Show a hint: 1 a nudge, 2 the approach, 3 the key line."""
    from backprep.bank import BankError

    if level > len(question.hints):
        raise BankError(f"{question.page} has no hint {level}; write it there.")
    _markdown(question.hints[level - 1])
    if level < len(question.hints):
        click.secho(f"Next: backprep hint {question.slug} {level + 1}", dim=True)


@cli.command()
@question_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@answers_option
def reveal(question: Any, yes: bool, answers: Path) -> None:
    """Show the answer: what to say, the code, and what people get wrong."""
    from backprep import examples, source, workspace
    from backprep.bank import read_text

    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Say --yes to reveal without being asked.")
        click.confirm(f"Reveal the answer to {question.id}?", abort=True)
    solution = read_text(question.solution)
    _meta(question)
    _markdown(examples.read(question.model_answer, question.root))
    click.secho("\nThe reference solution", bold=True)
    _python(solution)
    path = question.answer(answers)
    if path.is_file():
        click.secho(f"From {path} to it", bold=True)
        own = workspace.read(path).splitlines()
        _diff(difflib.unified_diff(own, solution.splitlines(), "yours", "reference"))
    click.secho("\nWhat people write instead", bold=True)
    for wrong in source.near_misses(read_text(question.near_misses)):
        click.echo(f"  {wrong.title}: {wrong.consequence}")


@cli.command()
@question_argument
@answers_option
def reset(question: Any, answers: Path) -> None:
    """Start a question over; the answer so far is kept."""
    from backprep import workspace

    path, kept = workspace.reset(question, answers)
    click.echo(f"{path} is the starter again.")
    if kept is not None:
        click.echo(f"Your answer is kept. To get it back: cp {kept} {path}")


@cli.command()
@click.argument("name", metavar="TOPIC/SLUG")
def new(name: str) -> None:
    """Write the files of a new question, to be filled in."""
    from backprep import bank, scaffold

    try:
        written = scaffold.new(name, bank.root())
    except bank.BankError as error:
        raise click.UsageError(str(error)) from None
    for path in written:
        click.echo(path)
    if not written:
        click.echo(f"All files of {name} are there already.")
    slug = name.rpartition("/")[2]
    click.echo(f"What is still missing: pytest tests/test_every_question.py -k {slug}")


@cli.command()
@answers_option
def doctor(answers: Path) -> None:
    """Look whether everything works here, and say what mends what does not."""
    from backprep import doctor as examination

    healthy = True
    for finding in examination.examine(answers):
        sign = {True: ("✓", "+"), False: ("✗", "x")}[finding.ok][not _unicode()]
        click.secho(f"{sign} {finding.text}", fg="green" if finding.ok else "red")
        if finding.remedy:
            click.echo(f"    {finding.remedy}")
        healthy = healthy and finding.ok
    sys.exit(PASSED if healthy else BROKEN)


def _answered(questions: list[Any], answers: Path) -> list[Any]:
    return [q for q in questions if q.answer(answers).is_file()]


def _option(answers: Path) -> str:
    return "" if answers == Path("answers") else f" --answers {answers}"


def _meta(question: Any) -> None:
    q = question
    click.secho(q.title, bold=True)
    click.secho(f"{q.id}, {q.kind}, {q.level}, {q.minutes} minutes\n", dim=True)


def _fancy() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _markdown(text: str) -> None:
    text = _without_pictures(text)
    if not _fancy():
        click.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.width = min(console.width, 88)
    console.print(Markdown(text))


def _without_pictures(text: str) -> str:
    """Markdown with what each picture shows, once, in place of the picture."""
    text = re.sub(r"^!\[[^\]]*\]\([^)]*#only-dark\)\n", "", text, flags=re.MULTILINE)
    return re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"[Picture: \1]", text)


def _python(code: str) -> None:
    if not _fancy():
        click.echo(f"\n{code}")
        return
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    console.print(Syntax(code, "python", theme="ansi_dark", background_color="default"))


def _diff(lines: Iterator[str]) -> None:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        click.secho(line.rstrip("\n"), fg=colours.get(line[:1]))


def _unicode() -> bool:
    try:
        "✓✗○·…".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def main() -> None:
    """Run the command; every way out has its sentence and its exit code."""
    from backprep.bank import BankError

    try:
        cli(standalone_mode=False)
    except click.Abort:
        _fail("Stopped.", INTERRUPTED)
    except KeyboardInterrupt:
        _fail("Stopped.", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except BankError as error:
        _fail(str(error), BROKEN)
    except BrokenPipeError:
        # the reader has gone, as `head` does; nothing is left to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOT_PASSED)
    except Exception as error:
        from backprep.judge import JudgeError
        from backprep.workspace import WorkspaceError

        if isinstance(error, JudgeError | WorkspaceError):
            _fail(str(error), BROKEN)
        raise

"""The command `backprep`."""

from __future__ import annotations

import difflib
import json
import math
import os
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from backprep import __version__, console
from backprep.commands import (
    bench,
    history,
    journal,
    mock,
    plan,
    practice,
    review,
    serve,
    stats,
)
from backprep.commands.common import (
    BROKEN,
    INTERRUPTED,
    NOT_PASSED,
    PASSED,
    USAGE,
    QuestionName,
    answers_option,
    as_option,
    question_argument,
)


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


cli.add_command(history.history)
cli.add_command(journal.journal)
cli.add_command(mock.mock)
cli.add_command(plan.plan)
cli.add_command(practice.practice)
cli.add_command(review.review)
cli.add_command(serve.serve)
cli.add_command(bench.bench)
cli.add_command(stats.stats)


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
    console.markdown(question.prompt)
    click.secho("\nYou start from", bold=True)
    console.python(starter(question))
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
    click.echo(f"Then: backprep check {question.slug}{as_option(answers)}")


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
                    verdict, q.answer(answers), unicode=console.unicode(), width=width
                )
                click.echo("\n" * (n > 0) + text)
            _note(q, answers, verdict, quiet=as_json)
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
    from backprep.commands.noting import noting
    from backprep.schedule import hint_cost

    if level > len(question.hints):
        raise BankError(f"{question.page} has no hint {level}; write it there.")

    def write(coach: Any, attempt_id: str) -> None:
        click.secho(hint_cost(coach.attempt(attempt_id), level), dim=True)
        coach.hint(attempt_id, level)

    noting(question, Path("answers"), write)
    console.markdown(question.hints[level - 1])
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
    from backprep.commands.noting import noting

    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Say --yes to reveal without being asked.")
        click.confirm(f"Reveal the answer to {question.id}?", abort=True)
    noting(question, answers, lambda coach, attempt_id: coach.reveal(attempt_id))
    solution = read_text(question.solution)
    _meta(question)
    console.markdown(examples.read(question.model_answer, question.root))
    click.secho("\nThe reference solution", bold=True)
    console.python(solution)
    path = question.answer(answers)
    if path.is_file():
        click.secho(f"From {path} to it", bold=True)
        own = workspace.read(path).splitlines()
        console.diff(
            difflib.unified_diff(own, solution.splitlines(), "yours", "reference")
        )
    click.secho("\nWhat people write instead", bold=True)
    for wrong in source.near_misses(read_text(question.near_misses)):
        click.echo(f"  {wrong.title}: {wrong.consequence}")


@cli.command()
@question_argument
@answers_option
def reset(question: Any, answers: Path) -> None:
    """Start a question over; the answer so far is kept."""
    from backprep import workspace
    from backprep.commands.noting import noting

    in_attempt = noting(
        question, answers, lambda coach, attempt_id: coach.reset(attempt_id)
    )
    path, kept = in_attempt or workspace.reset(question, answers)
    click.echo(f"{path} is the starter again.")
    if kept is not None:
        click.echo(f"Your answer is kept. {workspace.way_back(path, kept)}")


@cli.command()
@click.argument("name", metavar="TOPIC/SLUG")
@click.option(
    "--kind",
    type=click.Choice(["code", "predict"]),
    default="code",
    show_default=True,
    help="Whether the answer is code, or says what the prompt's code prints.",
)
def new(name: str, kind: str) -> None:
    """Write the files of a new question, to be filled in."""
    from backprep import bank, scaffold

    try:
        written = scaffold.new(name, bank.root(), kind)
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
        sign = {True: ("✓", "+"), False: ("✗", "x")}[finding.ok][not console.unicode()]
        click.secho(f"{sign} {finding.text}", fg="green" if finding.ok else "red")
        if finding.remedy:
            click.echo(f"    {finding.remedy}")
        healthy = healthy and finding.ok
    sys.exit(PASSED if healthy else BROKEN)


def _note(question: Any, answers: Path, verdict: Any, quiet: bool) -> None:
    """Count a verdict as a run of the attempt that is not over, if there is one."""
    from backprep.commands.noting import noting

    def write(coach: Any, attempt_id: str) -> None:
        coach.note(attempt_id, verdict)
        if coach.attempt(attempt_id).finished and not quiet:
            click.echo(coach.finished(attempt_id))

    noting(question, answers, write)


def _answered(questions: list[Any], answers: Path) -> list[Any]:
    return [q for q in questions if q.answer(answers).is_file()]


def _meta(question: Any) -> None:
    q = question
    click.secho(q.title, bold=True)
    click.secho(f"{q.id}, {q.kind}, {q.level}, {q.minutes} minutes\n", dim=True)


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
        from backprep.journal import JournalError
        from backprep.judge import JudgeError
        from backprep.workspace import WorkspaceError

        if isinstance(error, JournalError | JudgeError | WorkspaceError):
            _fail(str(error), BROKEN)
        raise

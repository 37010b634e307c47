"""`backprep list`: the questions, by topic and level."""

from __future__ import annotations

import json
from pathlib import Path

import click

from backprep.bank.questions import load_questions
from backprep.cli.options import answers_option


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@answers_option
def list_questions(as_json: bool, answers: Path) -> None:
    """Show all questions, by topic and level."""
    topic = ""
    for q in load_questions():
        attempted = q.answer_path(answers).is_file()
        if as_json:
            fields = ("id", "topic", "slug", "title", "kind", "level", "minutes")
            values = {name: getattr(q, name) for name in fields}
            click.echo(json.dumps({**values, "attempted": attempted}))
            continue
        if q.topic != topic:
            topic = q.topic
            click.secho(f"{q.topic_title}  ({topic}/)", bold=True)
        mark = "*" if attempted else " "
        click.echo(
            f" {mark} {q.slug:24} {q.level:7} {q.kind:8} {q.minutes:2} min  {q.title}"
        )
    if not as_json:
        click.secho("* there is an answer of yours", dim=True)

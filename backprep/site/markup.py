"""The pieces of markup that several pages share."""

from __future__ import annotations

from html import escape

from backprep.bank.known_answer import KnownAnswer
from backprep.bank.question import Question
from backprep.evidence import examples
from backprep.site.page import link


def fence(code: str, title: str = "", language: str = "python") -> str:
    """A block of code."""
    words = [f".{language}"]
    if title:
        words.append(f'title="{title}"')
    return examples.fence(code, f" {{ {' '.join(words)} }}")


def element(name: str, inside: str = "", /, **attributes: object) -> str:
    """A custom element around Markdown that readers without scripts see."""
    words = [f'{key}="{escape(str(value))}"' for key, value in attributes.items()]
    head = " ".join([f"backprep-{name}", *words])
    if not inside:
        return f"<{head}></backprep-{name}>"
    return f'<{head} markdown="1">\n\n{inside}\n\n</backprep-{name}>'


def block(tag: str, inside: str, **attributes: str) -> str:
    """An HTML element around Markdown; `class_` is its class, `data_x` its `data-x`."""
    words = [
        f'{key.rstrip("_").replace("_", "-")}="{value}"'
        for key, value in attributes.items()
    ]
    return f'<{" ".join([tag, *words])} markdown="1">\n\n{inside}\n\n</{tag}>'


def inline(text: str) -> str:
    """A sentence with code between backticks, as HTML."""
    parts = escape(text, quote=False).split("`")
    if len(parts) % 2 == 0:  # one that nothing closes is itself
        return escape(text, quote=False)
    return "".join(
        f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts)
    )


def folded(title: str, inside: str, class_: str = "bp-fold", **attributes: str) -> str:
    """What opens on demand, below its title, which is HTML."""
    summary = f"<summary>{title}</summary>\n\n{inside}"
    return block("details", summary, class_=class_, **attributes)


def titled(answer: KnownAnswer, said: str) -> str:
    """The name of a known answer, and what is said of it, as HTML."""
    return f"<strong>{escape(answer.title.capitalize())}</strong> {inline(said)}"


def level(question: Question) -> str:
    """The level in words; its colour and its sign come from the style sheet."""
    return f'<span class="bp-level bp-{question.level}">{question.level}</span>'


def kind(question: Question) -> str:
    """A question's kind as HTML."""
    return f'<span class="bp-kind bp-{question.kind}">{question.kind}</span>'


def minutes(question: Question) -> str:
    """A question's minutes as HTML."""
    return f'<span class="bp-minutes">{question.minutes} min</span>'


def state(question: Question) -> str:
    """Where a script shows the reader's own state of a question."""
    return element("state", question=question.id)


def facts(question: Question) -> str:
    """Level, kind, minutes and the reader's own state, on one line."""
    parts = [level(question), kind(question), minutes(question), state(question)]
    return f'<p class="bp-facts">{" ".join(parts)}</p>'


def entries(questions: list[Question], page: str) -> str:
    """A list of questions, as the page `page` shows it."""
    items = [
        f'<li><a href="{link(page, f"questions/{q.id}.md")}">{escape(q.title)}</a>'
        f"{facts(q)}</li>"
        for q in questions
    ]
    return f'<ul class="bp-entries">{"".join(items)}</ul>'

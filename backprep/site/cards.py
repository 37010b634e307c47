"""The follow-ups as cards: the page that asks, and both sides of each card."""

from __future__ import annotations

import json
from collections.abc import Sequence

from backprep.bank.cards import Card, cards
from backprep.bank.question import Question
from backprep.site.markup import block, element
from backprep.site.page import Data, Page

URI = "cards.md"
DECK = "cards/deck.md"


def page(questions: Sequence[Question]) -> Page:
    """The page on which scripts hold up one card after the other."""
    inside = (
        "This page needs scripts. In a terminal, `backprep cards` goes through the "
        "same cards."
    )
    body = f"# Cards\n\n{element('cards', inside)}\n"
    return Page(
        URI,
        "Cards",
        body,
        questions[0].root / "questions",
        meta={
            "description": "The follow-up questions of the PyTorch interview questions "
            "as cards, each of which comes back when it is due.",
            "hide": ["navigation", "toc"],
        },
    )


def deck(questions: Sequence[Question]) -> Page:
    """Both sides of every card, which the cards' page fetches and no search finds.

    Raises BankError.
    """
    return Page(
        DECK,
        "All cards",
        "# All cards\n\n" + "\n\n".join(map(_both_sides, cards(questions))) + "\n",
        questions[0].root / "solutions",
        hidden=True,
        meta={"hide": ["navigation", "toc"]},
    )


def data(questions: Sequence[Question]) -> Data:
    """The keys of all cards, for pages that count those that are due."""
    keys = [card.key for card in cards(questions)]
    return Data("assets/data/cards.json", json.dumps(keys))


def _both_sides(card: Card) -> str:
    front = block("div", card.front, class_="bp-card-front")
    back = block("div", card.back, class_="bp-card-back")
    return block("section", f"{front}\n\n{back}", class_="bp-card", data_card=card.key)

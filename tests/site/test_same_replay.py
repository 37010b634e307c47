"""The browser's scripts and the command line derive the same from the same events."""

import json
import random
import re
import shutil
import subprocess
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from backprep.bank.cards import cards
from backprep.bank.model_answer import model_answer
from backprep.bank.questions import bank_root, load_questions, read_question
from backprep.bank.topics import load_topics
from backprep.journal import attempt, event_rules, grading
from backprep.journal.event import Event
from backprep.journal.history import History
from backprep.practice import mock, schedule
from backprep.practice.cards import deck, forecast, in_words, tally
from backprep.practice.debrief import debrief
from backprep.practice.plan import plan, worked

SCRIPTS = Path(__file__).parent / "js"
NOW = "2027-03-01T09:00:00.000+01:00"
QUESTIONS = ["amp/train_step", "autograd/gradient", "save_load/checkpoint"]
CARDS = cards(read_question(one) for one in QUESTIONS)
KEYS = [card.key for card in CARDS]


@pytest.fixture(scope="module")
def node():
    """Runs a script in node, with JSON in and out."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("needs Node.js 20 or newer: apt-get install nodejs")

    def run(script, given):
        done = subprocess.run(
            [program, SCRIPTS / script],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="module")
def replay(node):
    """What the scripts make of cases of events."""
    return lambda cases: node(
        "replay.mjs",
        [{"events": case, "now": NOW, "cards": KEYS} for case in cases],
    )


class Story:
    """A few attempts as somebody with more than one machine might make them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        offset = timedelta(hours=self.random.choice([-5, 0, 1, 9]))
        self.now = datetime(2026, 1, 1, 22, tzinfo=timezone(offset))
        self.events = []

    def write(self, kind, question, attempt, data):
        identity = f"{self.random.getrandbits(128):032x}"
        self.events.append(
            {
                "id": identity,
                # two that had not seen each other write the same number
                "seq": max(1, len(self.events) + self.random.choice([1, 1, 1, 0])),
                "at": self.now.isoformat(timespec="milliseconds"),
                "kind": kind,
                "question": question,
                "attempt": attempt or identity,
                "data": data,
            }
        )
        return identity

    def attempt(self):
        draw = self.random
        question = draw.choice(QUESTIONS)
        minutes = draw.choice([5, 8, 10, 25])
        start = {"elapsed": 0, "minutes": minutes, "mock": None, "from": "site"}
        identity = self.write("started", question, "", start)
        elapsed = 0.0
        for _ in range(draw.randint(0, 7)):
            kind, data = draw.choice(STEPS)
            step = draw.choice([0.5, 30.25, 61.0, 240.125, 700.0])
            # a clock that is set back, now and then
            elapsed = max(0.0, elapsed + draw.choice([1, 1, 1, -0.5]) * step)
            self.now += timedelta(seconds=step)
            self.write(kind, question, identity, {"elapsed": elapsed, **data})
        if draw.random() < 0.2:
            rating = draw.choice(grading.RATINGS)
            data = {"elapsed": elapsed, "rating": rating}
            self.write("self_graded", question, identity, data)
        self.now += timedelta(hours=draw.choice([1, 7, 26, 100, 700]))

    def pass_untimed(self):
        question = self.random.choice(QUESTIONS)
        data = {"minutes": 10, "total": 3, "from": "check", "snapshot": "e3" * 32}
        self.write("passed_untimed", question, "", data)
        self.now += timedelta(hours=self.random.choice([1, 26, 100]))

    def go_through_cards(self):
        """Some of the bank, one that it no longer has, and some more than once."""
        for _ in range(self.random.randint(1, 8)):
            gone = {"card": "0" * 8, "rating": self.random.choice(grading.RATINGS)}
            card = self.random.choice(CARDS)
            known = self.random.random() < 0.9
            data = {**gone, "card": card.id} if known else gone
            self.write("card_graded", card.question.id, "", data)
            self.events[-1]["attempt"] = ""
            self.now += timedelta(minutes=self.random.choice([0, 1, -90, 700]))
        self.now += timedelta(hours=self.random.choice([1, 26, 100]))

    def told(self):
        if self.random.random() < 0.3:
            plan = {"date": "2026-12-14", "minutes": 60}
            self.write("planned", "", "", plan)
            self.events[-1]["attempt"] = ""
        for aim in self.random.choice([[], ["training"], ["training", "everything"]]):
            self.write("aimed", "", "", {"aim": aim})
            self.events[-1]["attempt"] = ""
        for _ in range(self.random.randint(1, 12)):
            self.random.choice(
                [
                    self.attempt,
                    self.attempt,
                    self.pass_untimed,
                    self.go_through_cards,
                ]
            )()
        return self.events


def ran(verdict, **more):
    told = {"verdict": verdict, "passed": 1, "total": 2, "failed": []}
    return "ran", {**told, **more}


def finished(outcome, edited=True):
    return "finished", {"outcome": outcome, "edited": edited, "snapshot": None}


STEPS = [
    ("paused", {"reason": "asked"}),
    ("resumed", {}),
    ran("failed"),
    ran("passed"),
    ran("passed", timed=False, answer="e3" * 32),
    ran("passed", timed=True, answer=None),
    *[("hinted", {"level": level}) for level in (1, 2, 3)],
    ("revealed", {}),
    ("time_up", {"edited": True, "snapshot": None}),
    ("ticked", {"must": [True, False], "nice": []}),
    ("ticked", {"must": [True, True], "nice": [False]}),
    ("followed_up", {"number": 1}),
    ("reset", {}),
    ("dreamt", {"by": "a newer version"}),
    *[finished(o) for o in ("passed", "passed", "failed", "gave up", "abandoned")],
    finished("abandoned", edited=False),
]


def by_the_command_line(events):
    history = History()
    told = sorted((Event(**event) for event in events), key=lambda event: event.order)
    for event in told:
        event_rules.check(event)
    for event in told:
        history.apply(event)
    attempts = list(history.attempts.values())
    reviews = grading.reviews(attempts)
    due = schedule.due_dates(reviews, history.interview)
    return {
        "aim": history.aim,
        "faults": [],
        "attempts": [_attempt(one) for one in attempts],
        "reviews": [
            {"question": r.question, "day": r.day.isoformat(), "rating": r.rating}
            for r in reviews
        ],
        "due": [[question, one.on.isoformat()] for question, one in due.items()],
        "cards": [_cards(history, one.day) for one in history.card_reviews],
        "worked": [
            worked(attempts, date.fromisoformat(one.started[:10])) for one in attempts
        ],
    }


def _cards(history, today):
    """What there is to go through on a day on which a card was graded."""
    planned = history.interview
    ahead = planned if planned is not None and planned > today else None
    found = deck(CARDS, history.cards, history.tried, today, ahead, 2)
    days = forecast(CARDS, history.cards, today, today + timedelta(days=9))
    return {
        "due": [card.key for card in found.due],
        "fresh": [card.key for card in found.new],
        "again": [card.key for card in found.again],
        "days": sorted([day.isoformat(), count] for day, count in days.items()),
        "said": in_words(tally(history.cards), len(days)),
    }


def _attempt(one: attempt.Attempt):
    grade = grading.grade(one)
    return {
        **{name: getattr(one, name) for name in one.__slots__},
        "limit": one.limit,
        "passed": one.passed,
        "revealed": one.revealed,
        "elapsed_at": one.elapsed_at(datetime.fromisoformat(NOW)),
        "grade": {
            "rating": grade.rating,
            "reason": grade.reason,
            "choices": grade.choices,
        },
        "chosen": grading.chosen(one),
    }


def as_python(found):
    """With names as Python writes them."""
    if isinstance(found, dict):
        return {
            re.sub("[A-Z]", lambda big: f"_{big[0].lower()}", name): as_python(inside)
            for name, inside in found.items()
        }
    return [as_python(one) for one in found] if isinstance(found, list) else found


def about(expected):
    """To compare with: floats to a rounding error, tuples as lists."""
    if isinstance(expected, dict):
        return {name: about(inside) for name, inside in expected.items()}
    if isinstance(expected, list | tuple):
        return [about(inside) for inside in expected]
    return pytest.approx(expected) if isinstance(expected, float) else expected


def test_random_stories_come_to_the_same(replay):
    cases = [Story(seed).told() for seed in range(150)]
    for case, found in zip(cases, replay(cases), strict=True):
        assert as_python(found) == about(by_the_command_line(case))


def test_fsrs_gives_the_same_days(replay):
    """Of ratings alone, over years; the due day is fsrs' own."""
    draw = random.Random(0)
    cases = []
    for _ in range(300):
        story = Story(0)
        for _ in range(draw.randint(1, 12)):
            data = {"elapsed": 0, "minutes": 10, "mock": None, "from": "site"}
            identity = story.write("started", QUESTIONS[0], "", data)
            outcome, used = draw.choice(
                [("failed", 10), ("passed", 700), ("passed", 500), ("passed", 100)]
            )
            end = {"elapsed": used, **finished(outcome)[1]}
            story.write("finished", QUESTIONS[0], identity, end)
            if used == 100:
                easy = {"elapsed": used, "rating": "easy"}
                story.write("self_graded", QUESTIONS[0], identity, easy)
            story.now += timedelta(days=draw.choice([1, 2, 5, 20, 90, 900]))
        cases.append(story.events)
    for case, found in zip(cases, replay(cases), strict=True):
        expected = by_the_command_line(case)
        assert found["due"] == expected["due"]
        assert date.fromisoformat(found["due"][0][1])


def reviews_of(draw, questions, today):
    """What somebody has reviewed up to a day, some of it on that day, and something
    that the bank no longer has."""
    tried = draw.sample([q.id for q in questions], draw.randint(0, len(questions)))
    found = {
        (question, today - timedelta(days=draw.choice([0, 1, 2, 3, 7, 30])))
        for question in [*tried, "gone/away"]
        for _ in range(draw.randint(1, 3))
    }
    return [
        grading.Review(question, day, draw.choice(grading.RATINGS))
        for question, day in sorted(found, key=lambda one: one[::-1])
    ]


def test_the_days_until_the_interview_are_the_same(node):
    questions = load_questions()
    draw = random.Random(0)
    cases = []
    for _ in range(300):
        today = date(2026, 12, 1) + timedelta(days=draw.randint(0, 100))
        on = today + timedelta(days=draw.choice([-3, 0, 1, 2, 5, 7, 14, 40]))
        minutes = draw.choice([5, 12, 20, 30, 45, 60, 90, 240, 37.5])
        worked = draw.choice([0, 0, 1, 10, 59, 300])
        some = draw.sample(questions, draw.randint(1, len(questions)))
        reviews = reviews_of(draw, questions, today)
        some_days = [today + timedelta(days=n) for n in range(14)]
        cards = {day: draw.choice([0, 1, 7, 30, 150]) for day in some_days}
        cards = draw.choice([{}, {}, cards])
        cases.append((some, reviews, today, on, minutes, worked, cards))
    given = [
        {
            "questions": [{"id": q.id, "minutes": q.minutes} for q in some],
            "reviews": [
                {"question": r.question, "day": r.day.isoformat(), "rating": r.rating}
                for r in reviews
            ],
            "today": today.isoformat(),
            "interview": on.isoformat(),
            "minutes": minutes,
            "worked": worked,
            "cards": {day.isoformat(): count for day, count in cards.items()},
        }
        for some, reviews, today, on, minutes, worked, cards in cases
    ]
    for case, found in zip(cases, node("days.mjs", given), strict=True):
        made = plan(*case)
        assert found == {
            "days": [
                {
                    "on": day.on.isoformat(),
                    "minutes": day.minutes,
                    "cards": day.cards,
                    "items": [[item.question.id, item.new] for item in day.items],
                }
                for day in made.days
            ],
            "not_again": [question.id for question in made.not_again],
            "left": [question.id for question in made.left],
            "too_long": [day.on.isoformat() for day in made.too_long],
        }


def test_a_seed_plans_the_same_interview(node):
    questions = load_questions()
    draw = random.Random(0)
    cases = [
        (
            draw.randint(1, 120),
            seed,
            draw.sample(list(load_topics(bank_root())), draw.choice([0, 2])),
        )
        for seed in [0, 1, 999_999, 2**32 - 1, *draw.sample(range(10_000), 100)]
    ]
    listed = [
        {name: getattr(q, name) for name in ("id", "topic", "kind", "level", "minutes")}
        for q in questions
    ]
    draw.shuffle(listed)
    found = node("plans.mjs", {"bank": listed, "cases": cases})
    assert found == [
        [q.id for q in mock.choose(questions, minutes, seed, topics)]
        for minutes, seed, topics in cases
    ]


def held(seed):
    """The events of a mock interview, and its questions."""
    story = Story(seed)
    draw = story.random
    ids = draw.sample([q.id for q in load_questions()], 4)
    plan = {"minutes": 45, "topics": [], "seed": seed, "questions": ids}
    identity = story.write("mock_started", "", "", plan)
    for question in ids[: draw.randint(1, 4)]:
        data = {"elapsed": 0, "minutes": 10, "mock": identity, "from": "site"}
        attempt_id = story.write("started", question, "", data)
        elapsed = 0.0
        for _ in range(draw.randint(0, 3)):
            kind, data = draw.choice(STEPS)
            if kind != "finished":
                elapsed += draw.choice([0.5, 100.25, 700.0])
                story.now += timedelta(seconds=elapsed)
                told = {"elapsed": elapsed, **data}
                story.write(kind, question, attempt_id, told)
        outcome = draw.choice([None, *(o for k, o in STEPS if k == "finished")])
        if outcome:
            told = {"elapsed": elapsed, **outcome}
            story.write("finished", question, attempt_id, told)
        else:
            data = {"elapsed": elapsed, "reason": "asked"}
            story.write("paused", question, attempt_id, data)
    return story.events, ids


def test_a_debrief_is_the_same_word_for_word(node):
    questions = {question.id: question for question in load_questions()}
    cases, expected = [], []
    for seed in range(60):
        events, ids = held(seed)
        bank = []
        for question in (questions[id] for id in ids):
            points = model_answer(question).rubric
            asked = [" ".join(text.split()) for text in question.follow_ups]
            told = {"must": points.must, "nice": points.nice, "followUps": asked}
            bank.append({"id": question.id, **told})
        cases.append({"events": events, "bank": bank})
        history = History()
        for event in sorted((Event(**e) for e in events), key=lambda e: e.order):
            history.apply(event)
        attempts = list(history.attempts.values())
        due = schedule.due_dates(grading.reviews(attempts), history.interview)
        (mock_id,) = history.mocks
        text = debrief(
            history.mocks[mock_id],
            [questions[id] for id in ids],
            {attempt.question: attempt for attempt in attempts},
            due,
        )
        expected.append(text)
    assert node("debriefs.mjs", cases) == expected

"""The path by aim: what is suggested, remembered and counted."""

import json

import pytest

from backprep.bank.aims import EVERYTHING
from backprep.journal.event import Event
from backprep.journal.history import History
from backprep.practice import stats
from backprep.practice.suggest import suggest


@pytest.fixture
def aim(coach):
    """The first aim of the bank that is not all of it."""
    return list(coach.aims.values())[1]


def kinds(coach):
    return [event.kind for _, event in coach.journal.events()]


def passed(coach, clock, questions):
    for question in questions:
        attempt = coach.begin(question)
        clock.work(60)
        coach.finish(attempt.id, "passed")


def test_before_an_aim_is_chosen_it_is_everything(coach):
    assert coach.aim is EVERYTHING
    assert coach.path == list(coach.questions.values())
    assert suggest(coach).reason == "The next one on the path."


def test_the_path_follows_the_aim(coach, aim):
    coach.take_aim(aim)
    question, reason = suggest(coach)
    assert question == aim.path(coach.questions.values())[0]
    assert reason == f'The next one on the path of "{aim.title}".'


def test_an_aim_is_remembered_and_can_be_changed_and_given_up(coach, new_coach, aim):
    coach.take_aim(EVERYTHING)  # nothing to write down
    coach.take_aim(aim)
    coach.take_aim(aim)
    assert new_coach().aim is not EVERYTHING
    coach.take_aim(EVERYTHING)
    assert new_coach().aim == EVERYTHING
    assert kinds(coach) == ["aimed", "aimed"]


def test_a_kept_state_keeps_the_aim(coach, aim, monkeypatch):
    monkeypatch.setattr("backprep.journal.history.WORTH_KEEPING", 1)
    coach.take_aim(aim)
    first, second = History(), History()
    first.follow(coach.journal)
    assert coach.journal.checkpoint(5) is not None
    second.follow(coach.journal)
    assert first.aim == second.aim == aim.name


def test_an_aim_that_a_page_chose_is_taken_in(coach, aim):
    at = "2026-11-25T10:31:00.123+01:00"
    coach.take_in(Event("ab" * 16, 1, at, "aimed", data={"aim": aim.name}))
    assert coach.aim == aim


def test_an_aim_that_the_bank_no_longer_has_is_everything(coach, new_coach):
    coach._recorder.record("aimed", "", "", {"aim": "gone"})
    later = new_coach()
    assert later.aim is EVERYTHING
    assert suggest(later).reason == "The next one on the path."


def test_a_finished_aim_says_so_and_goes_on_with_the_bank(coach, clock, aim):
    coach.take_aim(aim)
    passed(coach, clock, coach.path)
    question, reason = suggest(coach)
    assert question not in coach.path
    assert reason == f'All of "{aim.title}" is tried. The next one of the bank.'


def test_what_is_due_elsewhere_waits_until_the_aim_is_done(coach, clock, aim):
    elsewhere = next(q for q in coach.questions.values() if not aim.path([q]))
    passed(coach, clock, [elsewhere])
    clock.work(100 * 24 * 3600)
    assert suggest(coach).question == elsewhere
    coach.take_aim(aim)
    assert suggest(coach).question == coach.path[0]


def test_progress_is_counted_for_the_aim(coach, clock, aim):
    own = aim.path(coach.questions.values())
    elsewhere = next(q for q in coach.questions.values() if q not in own)
    passed(coach, clock, [own[0], elsewhere])
    attempts = list(coach.history.attempts.values())
    assert stats.covered(attempts, own) == stats.Covered(len(own), 1, 1)
    everything = stats.covered(attempts, coach.questions.values())
    assert (everything.attempted, everything.passed) == (2, 2)


def test_a_plan_holds_the_questions_of_the_aim_and_no_others(command, aim, coach):
    done = command("plan", "--date", "2026-12-14", "--aim", aim.title, "--json")
    row = json.loads(done.stdout)
    assert row["aim"] == aim.name
    planned = {one["question"] for day in row["days"] for one in day["questions"]}
    own = {q.id for q in aim.path(coach.questions.values())}
    assert planned
    assert planned | set(row["left"]) == own
    assert f"\nAim: {aim.title}\n" in command("plan").stdout
    assert "Aim:" not in command("plan", "--aim", "everything").stdout


def test_an_unknown_aim_is_refused_with_those_that_there_are(command):
    done = command("practice", "--aim", "glory")
    assert done.exit_code == 2
    assert '"glory" is not an aim; the aims are everything, ' in done.output


def test_stats_count_the_aim_beside_the_whole(command, practise, aim, coach):
    practise("autograd/gradient", 8)
    assert "Everything:" not in command("stats").stdout
    assert json.loads(command("stats", "--json").stdout)["aim"] == "everything"
    command("plan", "--date", "2026-12-14", "--aim", aim.title)
    own = len(aim.path(coach.questions.values()))
    said = command("stats").stdout
    assert f"{aim.title}: 1 of {own} tried, 1 passed\n" in said
    assert f"1 of {len(coach.questions)} tried, 1 passed" in said
    told = json.loads(command("stats", "--json").stdout)["covered"]
    assert told[aim.name] == {"questions": own, "attempted": 1, "passed": 1}


def test_an_open_draw_is_of_the_aim_and_says_how_a_partner_gets_it(command, aim, coach):
    command("plan", "--date", "2026-12-14", "--aim", aim.title)
    said = command("mock", "--interviewer", "--minutes", 90).stdout
    own = [q.slug for q in aim.path(coach.questions.values())]
    asked = [q.slug for q in coach.questions.values() if f"| {q.slug} |" in said]
    assert asked
    assert set(asked) <= set(own)


def test_a_seed_names_the_same_set_whatever_the_aim(command, aim):
    draw = ("mock", "--interviewer", "--seed", 7)
    before = command(*draw).stdout
    command("plan", "--date", "2026-12-14", "--aim", aim.title)
    assert command(*draw).stdout == before
    assert command(*draw, "--aim", aim.title).stdout != before

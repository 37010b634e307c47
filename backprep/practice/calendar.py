"""A plan as a calendar file (RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from backprep.practice.plan import Day, Plan


def calendar(plan: Plan, now: datetime) -> str:
    """An event for each day with something to do, and one for the interview.

    They last the whole day and leave its hours free. A day keeps its identity: a
    calendar that takes in a newer plan replaces the older one's days.
    """
    made = Calendar()
    made.add("prodid", "-//backprep//plan//EN")
    made.add("version", "2.0")
    for day in [*filter(_has_work, plan.days), Day(plan.interview)]:
        event = Event()
        event.add("uid", f"{day.on:%Y%m%d}@backprep")
        event.add("dtstamp", now)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", _summary(day))
        if day.items:
            event.add("description", _description(day))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    content: bytes = made.to_ical()
    return content.decode()


def _has_work(day: Day) -> bool:
    return bool(day.items)


def _summary(day: Day) -> str:
    if not day.items:
        return "Interview"
    count = len(day.items)
    questions = "question" if count == 1 else "questions"
    return f"backprep: {count} {questions}, {day.minutes} min"


def _description(day: Day) -> str:
    return "\n".join(
        f"backprep practice {item.question.slug}  "
        f"({item.question.minutes} min, {'new' if item.new else 'review'})"
        for item in day.items
    )

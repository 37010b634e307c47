"""How times are said."""

from datetime import date

from backprep.clock import day_in_words


def test_a_day_has_its_year_where_that_is_another():
    assert day_in_words(date(2026, 12, 4), date(2026, 1, 1)) == "Fri 4 Dec"
    assert day_in_words(date(2027, 1, 4), date(2026, 12, 31)) == "Mon 4 Jan 2027"

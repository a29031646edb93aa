"""An honour of which the source tells the year alone is printed with the year alone."""

from datetime import date

from craft_site.kit import known_day


def test_the_first_of_january_of_an_honour_is_its_year():
    assert known_day.known("honour", date(2025, 1, 1)) == "2025"
    assert known_day.known("honour", date(2025, 5, 1)) == "2025-05-01"
    assert known_day.known("contest", date(2025, 1, 1)) == "2025-01-01"

"""What is computed about mentors: hours taught, ratings, and the honours that stand in their growth record."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from academy.domain.accounts import Rating, ratings_of
from academy.models import ClassSession, Mentor
from craft_site.people.domain import growth


@dataclass(frozen=True, slots=True)
class MentorRow:
    mentor: Mentor
    hours: int  # class hours of 45 minutes that are over
    rating: Rating
    honours: tuple[str, ...]


def rows(mentors: list[Mentor], at: datetime | None = None) -> list[MentorRow]:
    """Four queries for any number of mentors. An honour that was withdrawn is not there."""
    at = at or timezone.now()
    hours = ClassSession.objects.hours_by_mentor(mentors, at)
    honours = growth.honours_of(mentor.worker_id for mentor in mentors)
    ratings = ratings_of(mentors)
    return [
        MentorRow(one, hours[one.pk], ratings[one.pk], tuple(honours.get(one.worker_id, ())))
        for one in mentors
    ]

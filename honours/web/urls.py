"""The three faces of the wing; each subject brings its own addresses."""

from django.urls import URLPattern

from honours.web.desk import (
    benefits,
    certificates,
    conferrals,
    imports,
    nomination,
    nominations,
    notices,
    outreach,
    register,
    revocations,
    rounds,
    speakers,
    stories,
    talks,
    titles,
    visit,
    visit_steps,
    visits,
)
from honours.web.me import firm_visits, mine, my_outreach
from honours.web.me import nominations as my_nominations
from honours.web.me import stories as my_stories
from honours.web.public import notices as public_notices
from honours.web.public import outreach as public_outreach
from honours.web.public import roll, videos

desk: list[URLPattern] = [
    *imports.urlpatterns,
    *register.urlpatterns,
    *certificates.urlpatterns,
    *titles.urlpatterns,
    *rounds.urlpatterns,
    *nominations.urlpatterns,
    *nomination.urlpatterns,
    *notices.urlpatterns,
    *conferrals.urlpatterns,
    *revocations.urlpatterns,
    *benefits.urlpatterns,
    *visits.urlpatterns,
    *visit.urlpatterns,
    *visit_steps.urlpatterns,
    *talks.urlpatterns,
    *speakers.urlpatterns,
    *outreach.urlpatterns,
    *stories.urlpatterns,
]
me: list[URLPattern] = [
    *mine.urlpatterns,
    *my_nominations.urlpatterns,
    *my_outreach.urlpatterns,
    *firm_visits.urlpatterns,
    *my_stories.urlpatterns,
]
public: list[URLPattern] = [
    *roll.urlpatterns,
    *public_notices.urlpatterns,
    *public_outreach.urlpatterns,
    *videos.urlpatterns,
]

"""The whole URL table against a written matrix: who may come in where, and that everybody else stays out.

A new address belongs into MATRIX by hand; the first test names it until it stands there.
"""

import logging
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client

from craft_site.home.foundation import make_site
from craft_site.kit.access import PUBLIC, SELF_GUARDED_NAMES, SIGNED_IN
from craft_site.people import roles
from craft_site.people.roles import EMPLOYER, JUDGE, ORGANISER, REVIEWER, SUPERVISOR
from tests import plain_errors
from tests.academy import access as academy_access
from tests.canary import Canary, make_canary
from tests.canary_academy import add_academy
from tests.canary_honours import add_honours
from tests.factories import make_user
from tests.home.scorecard import access as scorecard_access
from tests.honours import access as honour_access
from tests.routes import Route, all_routes, own_routes

DESK = frozenset(roles.DESK)
OFFICE_AND_FIRMS = frozenset({ORGANISER, REVIEWER, EMPLOYER})
OFFICIALS = frozenset({ORGANISER, JUDGE, SUPERVISOR})
NOBODY: frozenset[str] = frozenset()

# Access to the names that have it. A seat in one contest narrows further, inside the view (competitions.roles).
BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        PUBLIC,
        """search:page search:suggest
        login register registered set_language set_display sitemap robots judge:worker judge:shell
        ^media/(?P<path>images/.+)$
        contest:release contest:release_en contest:release_screen contest:release_book contest:release_file
        contest:release_proof verify:contest verify:engine verify:program
        verify:page verify:certificate credentials:did credentials:status
        contest:objection contest:objection_done contest:release_row
        contest:draw contest:draw_file contest:draw_program contest:accepted contest:scheme
        contest:scheme_file ledger:index ledger:keys ledger:chain ledger:consistency ledger:note
        receipts:look_up receipts:proof""",
    ),
    (
        SIGNED_IN,
        """logout password_change password_change_done front_door job
        me:home me:entries me:enter me:entry me:entry_details me:entry_papers me:entry_remove_paper
        me:entry_consents me:entry_check me:entry_submit me:entry_done me:entry_withdraw me:entry_publicity
        me:entry_ask_again me:appeals me:appeal_new me:appeal_measure me:appeal me:appeal_withdraw
        me:scores me:score_sheet
        me:certificates me:certificate me:certificate_file
        me:data me:data_export me:data_download me:data_correct me:data_consents me:data_delete
        me:data_take_back me:profile me:profile_edit me:record me:qualification_add me:file desk:file""",
    ),
    (
        DESK,
        """desk:home desk:event desk:documents desk:document desk:scheme desk:scheme_file
        desk:scheme_try""",
    ),
    (
        frozenset({ORGANISER}),
        """desk:event_new desk:competition_new desk:event_move desk:event_edit desk:event_setup
        desk:event_appeals desk:event_calendar desk:event_places desk:results_certify
        desk:event_rules desk:document_new desk:document_edit desk:document_publish desk:accepted
        desk:scheme_template desk:scheme_upload desk:scheme_confirm desk:scheme_marks desk:scheme_part
        desk:scheme_aspect_new desk:scheme_aspect desk:scheme_aspect_remove
        desk:teams desk:team desk:team_drop desk:seat_new desk:seat desk:seat_leave
        desk:declarations desk:declaration desk:declaration_set_aside""",
    ),
    (
        OFFICE_AND_FIRMS,
        """desk:entries desk:entries_export desk:entries_decide desk:entry desk:entry_papers desk:entry_decide
        desk:entry_recheck desk:reveal""",
    ),
    (frozenset({ORGANISER, REVIEWER}), "desk:entry_person desk:entry_certificate"),
    (
        frozenset({ORGANISER, EMPLOYER}),
        "desk:roster desk:event_roster desk:roster_template desk:roster_preview desk:roster_load",
    ),
    (
        OFFICIALS,
        """desk:draws desk:draw desk:draw_commit desk:draw_throw desk:draw_witness desk:draw_void desk:draw_decide
        desk:decoding_ask desk:decoding_open desk:decoding_layer desk:seats desk:seats_export desk:seat_sheets
        desk:seat_ties desk:seat_waive desk:progress desk:progress_wall desk:progress_export
        desk:recheck desk:recheck_statement
        desk:judge_report desk:judge_report_compute desk:judge_report_marks
        desk:corrections desk:correction desk:correction_evidence
        desk:results desk:release_proof desk:choose_award desk:publish desk:finalise""",
    ),
    (
        OFFICIALS | {REVIEWER},
        """desk:appeals desk:appeal desk:appeal_step desk:appeal_file
        desk:violations desk:violation desk:violation_file""",
    ),
    (
        frozenset({ORGANISER, SUPERVISOR}),
        """desk:objections desk:objection_answer
        desk:certificates desk:certificates_export desk:certificates_print desk:certificate desk:certificate_print
        desk:certificate_file desk:certificate_ask desk:certificate_decide desk:data_requests desk:data_request""",
    ),
    (OFFICIALS | {REVIEWER}, "desk:codes desk:codes_export desk:codes_print"),
    (
        frozenset({roles.ACCOUNTS}),
        """desk:accounts desk:account_new desk:account_judges desk:account_judges_template desk:account
        desk:account_edit desk:account_roles desk:account_password desk:account_active""",
    ),
    (
        frozenset({ORGANISER, JUDGE}),
        """desk:check_in desk:check_in_one desk:check_in_late desk:tablets desk:tablet_revoke""",
    ),
    (frozenset({ORGANISER, REVIEWER, SUPERVISOR}), "desk:events desk:events_export"),
    (
        frozenset({JUDGE, SUPERVISOR}),
        """desk:incidents desk:penalty desk:credit desk:recheck_throw desk:recheck_widen desk:recheck_finish
        desk:recheck_item desk:recheck_notice desk:correction_decide""",
    ),
    (
        frozenset({JUDGE, ORGANISER, REVIEWER}),
        """desk:imports desk:readings desk:readings_load desk:readings_template desk:component desk:component_load
        desk:component_template desk:papers desk:papers_print desk:paper desk:paper_print desk:paper_void""",
    ),
    (
        frozenset({JUDGE}),
        """judge:home judge:sheet judge:check judge:signed judge:marks judge:hello judge:witness_many
        judge:documents judge:document judge:unsent
        judge:review_many judge:declare
        judge:paper judge:paper_seal judge:receipts
        judge:bench judge:clock judge:times judge:penalty_new judge:penalty_step judge:credit_new
        desk:sheet desk:sheet_hand_over desk:kept_marks desk:kept_mark desk:kept_decide
        desk:sheets_sign desk:lock desk:recheck_start
        desk:correction_mark desk:correction_component desk:correction_penalty desk:correction_amend""",
    ),
]
WINGS = [*BY_ACCESS, *academy_access.BY_ACCESS, *honour_access.BY_ACCESS, *scorecard_access.BY_ACCESS]
MATRIX = {name: access for access, names in WINGS for name in names.split()}

# Addresses without an owner: Wagtail brings them, the site has its own sign-in, nobody comes in.
CLOSED = {"wagtailcore_login"}

# Whatever changes something at once is asked for by POST; a form that is shown before it changes takes both.
# (Django's set_language changes by POST alone too, and answers GET with the way back.)
POSTED = """logout me:appeal_withdraw desk:appeal_step desk:objection_answer me:entry_remove_paper
    me:entry_submit me:entry_publicity
    desk:event_move desk:document_publish desk:entries_decide desk:entry_decide desk:entry_recheck desk:roster_load
    desk:scheme_confirm desk:scheme_aspect_remove desk:draw_throw desk:draw_witness desk:draw_void
    desk:draw_decide desk:decoding_ask desk:decoding_open desk:check_in_one desk:seat_leave desk:sheets_sign
    desk:declaration_set_aside desk:judge_report_compute desk:choose_award desk:publish desk:finalise desk:reveal
    desk:team_drop desk:readings_load desk:component_load desk:document_new desk:penalty desk:credit
    desk:account_roles desk:account_password desk:account_active desk:papers_print desk:paper_void
    desk:recheck_start desk:recheck_throw desk:recheck_widen desk:recheck_finish desk:recheck_notice
    desk:certificate_ask desk:certificate_decide desk:results_certify
    desk:correction_decide judge:marks judge:paper_seal judge:clock judge:penalty_step judge:witness_many
    judge:review_many desk:kept_decide"""
POST_ONLY = {
    *POSTED.split(),
    *academy_access.POSTED.split(),
    *honour_access.POSTED.split(),
    *scorecard_access.POSTED.split(),
}
# Without a CSRF token: two display cookies, asked for from published pages that have no token to send.
WITHOUT_TOKEN = {"set_display"}

# Doors for scripts, which keep what they could not send: 401 in JSON instead of the way to the sign-in.
SCRIPTS = {"judge:marks", "judge:hello", "judge:documents", "judge:document"}

ROLES = ("anonymous", *roles.ALL)
HARMLESS = {200, 301, 302, 304, 400, 403, 404, 405}


def allowed(route: Route, role: str) -> bool:
    access = MATRIX.get(route.name, NOBODY)
    return access == PUBLIC or (role != "anonymous" and (access == SIGNED_IN or role in access))


def visitor(role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(make_user(role))
    return client


@pytest.fixture(autouse=True)
def _quiet(caplog, monkeypatch):
    """A thousand refusals are what is wanted here; their log lines and their pages are not."""
    caplog.set_level(logging.CRITICAL, logger="django")
    plain_errors.use(monkeypatch)


@pytest.fixture
def canary(db) -> Canary:
    make_site()
    add_academy()
    add_honours()
    return make_canary()


def test_every_address_says_who_may_come_in():
    silent = {route.name for route in own_routes() if route.access is None}
    assert silent == CLOSED


def test_the_written_matrix_is_what_the_code_says():
    said = {route.name: route.access for route in own_routes() if route.name not in CLOSED}
    assert {name: sorted(access or ()) for name, access in said.items()} == {
        name: sorted(access) for name, access in MATRIX.items()
    }


def test_outside_its_own_rooms_wagtail_guards_the_pages_and_nothing_else():
    rooms = ("admin/", "documents/")
    assert {r.name for r in all_routes() if r.guards_itself and not r.route.startswith(rooms)} == (
        SELF_GUARDED_NAMES
    )


@pytest.mark.one_database
@pytest.mark.parametrize("role", ROLES)
def test_nobody_comes_in_where_the_matrix_says_no_and_looking_changes_nothing(canary, role):
    """Made-up addresses, and for whoever may come in the addresses of a real contest, guessed."""
    cache.clear()  # what the role before asked for is not this one's to answer for
    client, wrong = visitor(role), []
    before = _facts()
    for route in own_routes():
        addresses = list(route.addresses())
        if allowed(route, role) and role in _real_visitors(route):
            addresses += [address for address in canary.addresses([route]) if address not in addresses]
        for address in addresses:
            if fault := _fault(route, role, client.get(address)):
                wrong.append(f"{address}: {fault}")
    assert wrong == [], "\n".join(wrong)
    assert _facts() == before


def _real_visitors(route: Route) -> tuple[str, ...]:
    """Who walks the real addresses too: where everybody is let in, two stand for all."""
    if MATRIX.get(route.name) == PUBLIC:
        return ("anonymous",)
    return (roles.WORKER, ORGANISER) if MATRIX.get(route.name) == SIGNED_IN else roles.ALL


def _fault(route: Route, role: str, answer: Any) -> str:
    """What is wrong with this answer; nothing when it is as it must be."""
    status = answer.status_code
    if status not in HARMLESS and not (status == 401 and route.name in SCRIPTS):
        return f"answered {status}"
    if allowed(route, role):
        if route.name in POST_ONLY and status != 405:
            return f"a change by GET, {status}"
        return ""
    if role == "anonymous" and route.name not in CLOSED:
        if route.name in SCRIPTS:
            return "" if status == 401 else f"a script is not told, {status}"
        sent = answer.headers.get("Location", "")
        return (
            "" if status == 302 and sent.startswith("/sign-in/?next=") else f"not sent to sign in, {status}"
        )
    return "" if status == 403 else f"not refused, {status}"


def _facts() -> dict[str, list[Any]]:
    """Every row of the site's own tables."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for label in ("people", "ledger", "credentials", "competitions", "academy", "honours", "jobs")
        for model in apps.get_app_config(label).get_models()
    }


@pytest.mark.one_database
def test_every_change_needs_the_forms_token(canary):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(make_user(*roles.ALL))
    before, through = _facts(), []
    for route in own_routes():
        for address in route.addresses():
            if client.post(address).status_code not in (403, 405):
                through.append(route.name)
    assert set(through) == WITHOUT_TOKEN
    assert _facts() == before


@pytest.mark.one_database
@pytest.mark.parametrize("role", ROLES)
def test_the_editors_face_is_for_those_who_edit(canary, role):
    client, wrong = visitor(role), []
    for route in all_routes():
        if not route.route.startswith("admin/") or route.name in _ADMIN_DOORS or not _plain(route):
            continue
        answer = client.get(next(route.addresses()))
        if role in (ORGANISER, roles.EDITOR):
            if answer.status_code >= 500:
                wrong.append(f"/{route.route} {answer.status_code}")
        elif answer.status_code == 404:
            continue  # a room that the settings close for everybody
        elif role == "anonymous":
            if not (answer.status_code == 302 and "/sign-in/" in answer["Location"]):
                wrong.append(f"/{route.route} {answer.status_code}")
        elif answer.status_code != 403:
            wrong.append(f"/{route.route} {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


# Wagtail's sign-in and sign-out, its words and icons for scripts, its page of a failure, the password rooms
# that are closed.
_ADMIN_DOORS = {
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtailadmin_error_test",
}


def _plain(route: Route) -> bool:
    """Whether the address has a name and is made of converters that can be filled here."""
    return "(" not in route.route and route.name != route.route

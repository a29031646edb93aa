"""Entries at the desk: the list with filters and workbook, one entry, decisions on one or many."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import eligibility, entries, reviews
from competitions.domain.entry_papers import takes_roster_papers, upload_for_roster
from competitions.domain.team_choice import forms_teams
from competitions.models import Entry
from competitions.web.desk.entries_forms import BulkForm, DecisionForm
from competitions.web.desk.entries_queue import Deciding, entry_url, filter_of, queue
from competitions.web.desk.entries_tables import EntryFilter, EntryTable, workbook
from competitions.web.desk.lists import DeskList
from competitions.web.desk.nav import desk_page
from competitions.web.entry_words import STATE_KIND, finding_rows
from competitions.web.me.entries_forms import PaperForm
from craft_site.kit.access import roles as needs
from craft_site.kit.language import bracketed, colon, listed, semicolon
from craft_site.kit.lists import is_uuid
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import RevealForm, posted
from craft_site.people.web.requests import PersonRequest

REVIEWERS = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.EMPLOYER)
at_the_desk = needs(*REVIEWERS)


class EntryList(DeskList):
    """All entries that the person may see: the office every firm's, a union its firms', a contact their own firm's."""

    access = frozenset(REVIEWERS)
    table_class = EntryTable
    filterset_class = EntryFilter
    template_name = "competitions/desk/entries.html"
    keys_first = True
    table_pagination = {"per_page": 25}

    def get_queryset(self) -> Any:
        return Entry.objects.visible_to(self.request.user).for_desk().order_by("-submitted_at", "-pk")

    def get_table_kwargs(self) -> dict[str, Any]:
        self.deciding = Deciding(self.request.user)
        exclude = ("event",) if self.request.GET.get("event") else ()
        return {"exclude": exclude, "codes": self.deciding.codes, "query": filter_of(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["filter"].form
        event = form.cleaned_data.get("event") if form.is_bound and form.is_valid() else None
        if event is not None:
            context |= desk_page(self.request, event, "entries")
            context["can_publish"] = bool(roles.can_organise(self.request.user, event))
        context["actions"] = self.deciding.actions([row.record for row in context["table"].paginated_rows])
        context["here"] = self.request.get_full_path()
        return context


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = EntryFilter(
        request.GET, queryset=Entry.objects.visible_to(request.user).for_desk(), request=request
    )
    if not found.form.is_valid():
        return redirect(f"{reverse('desk:entries')}?{request.GET.urlencode()}")
    return workbook(found.qs.order_by("event", "reference", "pk")).response(_("Entries"))


def _entry(request: PersonRequest, uuid: UUID) -> Entry:
    return get_object_or_404(
        Entry.objects.visible_to(request.user)
        .for_desk()
        .select_related("event__competition", "worker__photo")
        .prefetch_related("files__file", "findings__rule", "steps__by", "worker__qualifications__trade"),
        uuid=uuid,
    )


def _choices(request: PersonRequest, found: Entry) -> list[reviews.Decision]:
    return [d for d in reviews.possible(found) if roles.can_decide_entry(request.user, found, d.value)]


@at_the_desk
@never_cache
def entry(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One entry: answers, papers, what the rules found, its story; and the decision."""
    found = _entry(request, uuid)
    return _entry_page(request, found, None)


def _entry_page(
    request: PersonRequest, found: Entry, form: DecisionForm | None, *, status: int = 200
) -> HttpResponse:
    choices = _choices(request, found)
    context = desk_page(request, found.event, "entries") | {
        "entry": found,
        "kind": STATE_KIND[Entry.State(found.state)],
        "answers": _answers(found),
        "may_correct": bool(roles.can_correct_person(request.user, found)),
        "findings": finding_rows(found.findings.all()),
        "form": form or (DecisionForm(choices=choices) if choices else None),
        "reveal_form": RevealForm(auto_id="reveal_%s"),
        "here": entry_url(found.uuid, filter_of(request)),
        "queue": queue(request, found),
        "asked_again": reviews.asked_again(found),
        "no_photo": found.state in entries.WAITING and not entries.has_photo(found),
        "may_add_papers": takes_roster_papers(found, found.event)
        and bool(roles.can_add_papers(request.user, found)),
    }
    return render(request, "competitions/desk/entry.html", context, status=status)


def _answers(found: Entry) -> list[dict[str, Any]]:
    worker = found.worker
    resident = _("Yes") if found.local_resident else _("No")
    rows = [
        (worker.get_id_kind_display(), worker.id_number.masked()),
        (_("Mobile number"), worker.mobile.masked()),
        (_("Age on the day that counts"), worker.age_on(eligibility.day_that_counts(found.event))),
        (_("Employer"), found.employer.name if found.employer else ""),
        (_("Post"), worker.post),
        (_("Education"), worker.get_education_display() if worker.education else ""),
        (_("Union member"), _("Yes") if worker.union_member else _("No")),
        (_("Enters as"), found.get_group_display()),
        *([(_("Team"), found.team)] if forms_teams(found.event) else []),
        (_("Years in the trade"), found.trade_years),
        (_("Local social insurance, months"), found.insured_months),
        (_("Local resident"), resident),
        (_("Emergency contact"), found.emergency_contact),
        (_("Name on the public list"), _("Yes") if found.agreed_publicity_at else _("No")),
        (_("From the employer's roster"), _("Yes") if found.from_roster else _("No")),
    ]
    return [{"label": label, "value": "–" if value in (None, "") else value} for label, value in rows]


@at_the_desk
@never_cache
def entry_papers(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The firm adds photo and papers to an entry of its roster, one by one."""
    found = _entry(request, uuid)
    roles.can_add_papers(request.user, found).or_refuse()
    form = PaperForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answers = {"kind": form.cleaned_data["kind"], "upload": form.cleaned_data["file"]}
        try:
            upload_for_roster(entry=found, by=request.user, **answers)
        except entries.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Received."))
            return redirect("desk:entry_papers", uuid=uuid)
    context = desk_page(request, found.event, "entries") | {
        "entry": found,
        "form": form,
        "has_photo": entries.has_photo(found),
        "open": takes_roster_papers(found, found.event),
    }
    return render(request, "competitions/desk/entry_papers.html", context, status=422 if form.errors else 200)


@at_the_desk
@require_POST
def decide(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _entry(request, uuid)
    form = DecisionForm(request.POST, choices=_choices(request, found))
    if form.is_valid():
        answers = form.cleaned_data
        roles.can_decide_entry(request.user, found, answers["decision"].value).or_refuse()
        try:
            decided = reviews.decide(entry=found, by=request.user, **answers)
        except entries.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("The decision on %(name)s has been recorded: %(state)s.")
            messages.success(request, words % {"name": _named(found), "state": decided.get_state_display()})
            query = filter_of(request)
            if "next" in request.POST and (following := queue(request, found).following):
                return redirect(entry_url(following, query))
            return redirect(entry_url(uuid, query))
    return _entry_page(request, found, form, status=422)


@at_the_desk
@require_POST
def recheck(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Looks at the rules again: a certificate or the rule itself may have changed since."""
    found = _entry(request, uuid)
    eligibility.check(entry=found)
    messages.success(request, _("The rules have been checked again."))
    return redirect(entry_url(uuid, filter_of(request)))


@at_the_desk
@require_POST
def decide_many(request: PersonRequest) -> HttpResponse:
    """The same decision on all rows chosen; whoever may not decide on a row leaves it as it is, with the reason."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("desk:entries")
    form = BulkForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(str(problem) for problem in problems))
        return redirect(back)
    decision = form.cleaned_data["action"]
    chosen = [uuid for uuid in form.cleaned_data["chosen"] if is_uuid(uuid)]
    found = list(Entry.objects.visible_to(request.user).for_desk().filter(uuid__in=chosen))
    if decision in reviews.NEEDS_REASON and not form.cleaned_data["reason"]:
        if request.POST.get("asked"):
            form.add_error("reason", _("Give a reason; the contestant reads it."))
        form.fields["reason"].required = True
        context = {"form": form, "chosen": found, "back": back}
        return render(request, "competitions/desk/entries_return.html", context)
    answers = {name: form.cleaned_data[name] for name in ("reason", "due_at")}
    outcome = _decide_where_allowed(request, found, decision, **answers)
    _tell(request, outcome, gone=len(set(chosen)) - len(found))
    return redirect(back)


def _decide_where_allowed(
    request: PersonRequest, found: list[Entry], decision: reviews.Decision, **answers: Any
) -> reviews.Outcome:
    may, refused = [], []
    for one in found:
        answer = roles.can_decide_entry(request.user, one, decision.value)
        if answer:
            may.append(one)
        else:
            refused.append((one, str(answer.reason)))
    outcome = reviews.decide_many(entries=may, decision=decision, by=request.user, **answers)
    outcome.refused = [*refused, *outcome.refused]
    return outcome


def _tell(request: PersonRequest, outcome: reviews.Outcome, *, gone: int) -> None:
    """Says by name what was decided and what was not, and why. gone: rows chosen that this person cannot see now."""
    if count := len(outcome.decided):
        words = ngettext(
            "%(count)s entry decided: %(named)s.", "%(count)s entries decided: %(named)s.", count
        )
        messages.success(request, words % {"count": count, "named": listed(map(_named, outcome.decided))})
    if count := len(outcome.refused):
        because: dict[str, list[str]] = {}
        for one, reason in outcome.refused:
            because.setdefault(reason, []).append(_named(one))
        named = semicolon().join(f"{listed(names)}{colon()}{reason}" for reason, names in because.items())
        words = ngettext(
            "%(count)s entry stays as it was. %(named)s",
            "%(count)s entries stay as they were. %(named)s",
            count,
        )
        messages.error(request, words % {"count": count, "named": named})
    if gone:
        words = ngettext(
            "%(count)s row chosen is not there any more, or not open to you.",
            "%(count)s rows chosen are not there any more, or not open to you.",
            gone,
        )
        messages.error(request, words % {"count": gone})


def _named(entry: Entry) -> str:
    return f"{entry.worker.name}{bracketed(entry.reference)}" if entry.reference else entry.worker.name


urlpatterns = [
    path("entries/", EntryList.as_view(), name="entries"),
    path("entries/export/", export, name="entries_export"),
    path("entries/decide/", decide_many, name="entries_decide"),
    path("entries/<uuid:uuid>/", entry, name="entry"),
    path("entries/<uuid:uuid>/papers/", entry_papers, name="entry_papers"),
    path("entries/<uuid:uuid>/decide/", decide, name="entry_decide"),
    path("entries/<uuid:uuid>/recheck/", recheck, name="entry_recheck"),
]

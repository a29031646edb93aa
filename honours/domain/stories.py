"""Stories of holders: consent, its withdrawal, and what keeps a story from being published. A story leaves the public
pages in the transaction of what takes it down: a consent withdrawn, an honour revoked, a name taken off.

The names of who consented stand beside the fact; the ledger's lines hold keys alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.chain import append, lock_head
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile
from honours import roles_stories as roles
from honours.domain.refusals import HonourRefused
from honours.models import REGISTER, Holder, Honour, Kind, StoryConsent, StorySubject

LEAST_REASON = 4
Basis, Giver, Scope = StoryConsent.Basis, StoryConsent.Giver, StoryConsent.Scope


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as it was given. basis, giver, scope: values of StoryConsent; source: of a public report."""

    given_on: date
    basis: str = Basis.AGREED
    giver: str = ""
    given_by: str = ""
    scope: str = Scope.WORDS
    source: str = ""


def agree(*, holder: Holder, scope: str, by: Any) -> StoryConsent:
    """The person agrees for themselves, today. Raises PermissionDenied, HonourRefused."""
    roles.can_agree(by, holder).or_refuse()
    given = Given(timezone.localdate(), giver=Giver.SELF, given_by=holder.name, scope=scope)
    return give_consent(holder=holder, given=given, by=by)


@transaction.atomic
def give_consent(*, holder: Holder, given: Given, by: Any, paper: PrivateFile | None = None) -> StoryConsent:
    """Writes down that a story may be told of a holder. One is in force at a time: to change what it covers it is
    withdrawn and given anew, so that no page outlives the consent it rests on. Raises PermissionDenied, HonourRefused.
    """
    roles.can_give_consent(by, holder).or_refuse()
    lock_head(REGISTER)
    holder = Holder.objects.select_for_update(of=("self",)).select_related("worker").get(pk=holder.pk)
    _check(holder, given)
    made = StoryConsent(holder=holder, paper=paper, made_by=by)
    made.basis, made.scope, made.given_on = given.basis, given.scope, given.given_on
    if given.basis == Basis.AGREED:
        made.giver, made.given_by = given.giver, given.given_by.strip()
    else:
        made.source = given.source.strip()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise HonourRefused(_("A consent stands already. Withdraw it before another is given.")) from error
    facts = {"consent": str(made.uuid), "basis": made.basis, "scope": made.scope, "given_on": made.given_on}
    append(REGISTER, "story.consented", subject=f"holder:{holder.uuid}", facts=facts, by=by)
    return made


def write_down(*, holder: Holder, given: Given, paper: CleanUpload | None, by: Any) -> StoryConsent:
    """`give_consent` with the signed paper as it was uploaded, in the outermost transaction."""
    with writing_private_files() as kept:
        file = None
        if paper is not None:
            # Under nobody's name: whoever may see the worker's papers, a firm's contact say, does not see this one.
            file = files.keep(files=kept, upload=paper, kind=PrivateFile.Kind.EVIDENCE, worker=None, by=by)
        return give_consent(holder=holder, given=given, paper=file, by=by)


def _check(holder: Holder, given: Given) -> None:
    """What cannot be written down is refused, beside the field at fault."""
    if given.basis not in Basis.values:
        raise HonourRefused(_("Choose on what the story rests."), field="basis")
    if given.scope not in Scope.values:
        raise HonourRefused(_("Choose what the consent covers."), field="scope")
    if given.given_on > timezone.localdate():
        raise HonourRefused(_("The day of the consent lies ahead."), field="given_on")
    if given.basis == Basis.PRINTED:
        if not given.source.strip():
            raise HonourRefused(_("Say which report prints it: name and day."), field="source")
        if given.scope != Scope.WORDS:
            raise HonourRefused(
                _("A report covers words alone: pictures of people need their consent."), field="scope"
            )
        return
    if given.giver not in Giver.values:
        raise HonourRefused(_("Choose who gave the consent."), field="giver")
    if (given.giver == Giver.UNIT) != (holder.kind != Kind.PERSON):
        raise HonourRefused(
            _("For a person the person or the next of kin consents, for a unit or team the unit."),
            field="giver",
        )
    if not given.given_by.strip():
        raise HonourRefused(_("Write the name of who gave the consent."), field="given_by")


@transaction.atomic
def withdraw_consent(*, consent: StoryConsent, by: Any, reason: str = "") -> StoryConsent:
    """The consent is withdrawn, and every story of the holder leaves the public pages at once. The person needs no
    reason, the office writes one. Raises PermissionDenied, HonourRefused.
    """
    lock_head(REGISTER)
    rows = StoryConsent.objects.select_for_update(of=("self",)).select_related("holder__worker")
    found = rows.get(pk=consent.pk)
    roles.can_withdraw_consent(by, found.holder).or_refuse()
    if not found.is_in_force:
        raise HonourRefused(_("This consent is withdrawn already."))
    if not roles.is_the_person(by, found.holder) and len(reason.strip()) < LEAST_REASON:
        raise HonourRefused(_("Write the reason."), field="reason")
    found.withdrawn_at, found.withdrawn_by = timezone.now(), by
    found.withdrawn_why = reason.strip()
    found.save()
    hide(holder=found.holder, by=by)
    facts = {"consent": str(found.uuid)}
    append(REGISTER, "story.consent_withdrawn", subject=f"holder:{found.holder.uuid}", facts=facts, by=by)
    return found


def hide(*, holder: Holder, by: Any) -> list[Any]:
    """Takes every story of a holder off the public pages, inside the caller's transaction: published ones, those with a
    day of publication, those that wait for approval. Pages and words stay. Answers the pages.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a story is hidden in the transaction of what takes it down")
    told = StorySubject.objects.filter(honour__holder=holder).select_related("page")
    pages = {subject.page_id: subject.page for subject in told}
    for page in pages.values():
        page.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
        if (waiting := page.current_workflow_state) is not None:
            waiting.cancel(user=by)
        if (
            page.live
        ):  # whoever withdraws a consent or decides a revocation has no say over pages, nor needs one
            UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    return list(pages.values())


def stories_of(holder: Holder) -> list[Any]:
    """The pages that tell of a holder, published ones first."""
    told = StorySubject.objects.filter(honour__holder=holder).select_related("page")
    pages = {subject.page_id: subject.page for subject in told}
    return sorted(pages.values(), key=lambda page: (not page.live, page.title))


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a story cannot be published. place: which of the honours given is at fault, None for none of them; field: the
    field of the page where something is missing, "" where that is the list of whom it tells of."""

    words: str
    place: int | None = None
    field: str = ""


def hindrances(honours: Sequence[Honour], *, shows_pictures: bool) -> list[Hindrance]:
    """What stands against publishing a story of these honours; empty: nothing. Two queries.

    shows_pictures: whether the page shows a portrait, pictures or a video.
    """
    if not honours:
        return [Hindrance(_("Choose whom the story tells of: at least one honour of the register."))]
    holders = [honour.holder_id for honour in honours]
    rows = Honour.objects.filter(pk__in=[honour.pk for honour in honours]).select_related("holder", "title")
    now = {honour.pk: honour for honour in rows}
    consents = {one.holder_id: one for one in StoryConsent.objects.in_force().filter(holder__in=holders)}
    found = []
    for place, given in enumerate(honours):
        honour = now[given.pk]
        name = honour.holder.name
        consent = consents.get(honour.holder_id)
        if honour.state != Honour.State.STANDS:
            words = _("“%(honour)s” of %(name)s is revoked. Choose an honour that stands.")
            found.append(Hindrance(words % {"honour": honour.title, "name": name}, place))
        elif not honour.holder.is_named:
            words = _("%(name)s is not to be named in public: there can be no story.")
            found.append(Hindrance(words % {"name": name}, place))
        elif consent is None:
            words = _(
                "%(name)s has not consented to a story. Have the consent written down at the desk, on the page of the "
                "holder, or given by the person under “My honours”; then publish."
            )
            found.append(Hindrance(words % {"name": name}, place))
        elif shows_pictures and not consent.covers_pictures:
            words = _(
                "The consent of %(name)s covers words alone. Take out portrait, pictures and video, or have a consent "
                "to pictures written down."
            )
            found.append(Hindrance(words % {"name": name}, place))
    return found

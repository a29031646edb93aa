"""People's own records: signing up, correcting the profile, certificates, and where somebody works.

One person is one Worker row, found again by identity document; an account is how that person signs in.
"""

import secrets
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.certificates import CertificateNumber
from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import Document
from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.people import roles
from craft_site.people.domain import files
from craft_site.people.models import Employer, Employment, PrivateFile, Qualification, Trade, User, Worker

GRADE_OF_LEVEL_DIGIT = 7  # certificates count 5 (junior) down to 1 (senior technician), grades 2 up to 6


class WorkerRefused(Exception):
    """The change cannot be made; the message tells the person why and what to do."""


def register(*, name: str, mobile: str, password: str, document: Document) -> User | None:
    """Makes an account and the worker's record for somebody who signs up, or None when that cannot be.

    None when the document or the mobile number belongs to an account already. A record that an employer's roster
    made is taken over by whoever knows its document, its name and its mobile number together. The caller gives
    one and the same answer in every case, so that nobody learns here who is registered. Takes the same time in
    every case: the password is hashed before anything is looked up.
    name, mobile, document: already normalised (kit.names, kit.identity); the password: already validated.
    """
    user = User(name=name)
    user.set_password(password)
    try:
        with transaction.atomic():
            worker = Worker.objects.by_document(document.kind, document.number).first()
            if worker is not None and not _may_take_over(worker, name=name, mobile=mobile):
                return None
            if User.objects.filter(mobile_index=blind_index(mobile, purpose="mobile")).exists():
                return None
            user.staff_no = _free_staff_no()
            user.set_mobile(mobile)
            user.save()
            user.groups.add(Group.objects.get_or_create(name=roles.WORKER)[0])
            if worker is None:
                worker = new_worker(name=name, document=document, mobile=mobile)
                worker.user = user
                worker.save()
            elif not Worker.objects.filter(pk=worker.pk, user=None).update(user=user):
                raise IntegrityError("the record was taken over meanwhile")
    except (
        IntegrityError
    ):  # the same document or number, sent twice at the same moment: the constraint decides
        return None
    return user


def new_worker(*, name: str, document: Document, mobile: str = "", **fields: Any) -> Worker:
    """A worker not yet saved: document sealed and indexed, birth and sex as the document has them."""
    worker = Worker(name=name, sex=document.sex or "", **fields)
    worker.set_document(document.kind, document.number)
    if document.birth is not None:
        worker.birth = document.birth.isoformat()
    worker.set_mobile(mobile)
    return worker


@transaction.atomic
def add_record(*, user: User, document: Document, mobile: str) -> Worker | None:
    """The worker's record for an account that has none yet (made by the office), or None when the document is
    registered for somebody else. The account's own name is the record's."""
    existing = Worker.objects.by_document(document.kind, document.number).first()
    if existing is not None:
        if existing.user_id == user.pk:
            return existing
        if not _may_take_over(existing, name=user.name, mobile=mobile):
            return None
        return existing if _claim(existing, user) else None
    worker = new_worker(name=user.name, document=document, mobile=mobile)
    worker.user = user
    try:
        with transaction.atomic():
            worker.save()
    except IntegrityError:
        return None
    return worker


def correct_profile(
    *,
    worker: Worker,
    education: str,
    union_member: bool,
    post: str,
    employer: Employer | None,
    by: Any,
    mobile: str = "",
    photo: CleanUpload | None = None,
    email: str | None = None,
) -> Worker:
    """Keeps what a worker may change alone, in the outermost transaction (a photo is written).

    mobile, photo: empty leaves the present one. email: of the account, "" for none, None leaves it.
    employer: one not yet saved is a firm new to the site.
    Raises WorkerRefused when another account signs in with that mobile number, or the firm appeared meanwhile.
    """
    with writing_private_files() as kept:
        worker.education = education
        worker.union_member = union_member
        worker.post = post
        if photo is not None:
            worker.photo = files.keep(
                files=kept, upload=photo, kind=PrivateFile.Kind.PHOTO, worker=worker, by=by
            )
        if mobile:
            change_mobile(worker=worker, mobile=mobile)
        if employer is not None and employer.pk is None:
            employer = _new_employer(employer)
        move_to(worker=worker, employer=employer)
        if email is not None and worker.user is not None and email != worker.user.email:
            worker.user.email = email
            worker.user.save(update_fields=["email"])
        worker.save()
    return worker


@transaction.atomic
def change_mobile(*, worker: Worker, mobile: str) -> None:
    """The number of the record, and of the account that signs in with it. Raises WorkerRefused."""
    worker.set_mobile(mobile)
    worker.save(update_fields=["mobile", "mobile_index"])
    if worker.user is None:
        return
    worker.user.set_mobile(mobile)
    try:
        with transaction.atomic():
            worker.user.save(update_fields=["mobile", "mobile_index"])
    except IntegrityError as error:
        raise WorkerRefused(_("This mobile number cannot be used. Check it, or ask the office.")) from error


@transaction.atomic
def move_to(*, worker: Worker, employer: Employer | None, on: date | None = None) -> None:
    """Changes whom a worker works for and keeps the dates: avoidance looks back three years. The same firm: nothing."""
    on = on or timezone.localdate()
    known = Employment.objects.filter(worker=worker, until=None)
    if worker.employer_id == (employer.pk if employer else None):
        if employer is not None and not known.filter(employer=employer).exists():
            Employment.objects.create(worker=worker, employer=employer, since=on)
        return
    left = known.exclude(employer=employer) if employer else known
    if worker.employer_id is not None and not left.filter(employer=worker.employer_id).exists():
        # The record knew the firm before dates were kept: it counts from the day the record was made.
        since = min(timezone.localdate(worker.created_at), on)
        Employment.objects.create(worker=worker, employer_id=worker.employer_id, since=since, until=on)
    left.update(until=on)
    worker.employer = employer
    worker.save(update_fields=["employer"])
    if employer is not None and not known.filter(employer=employer).exists():
        Employment.objects.create(worker=worker, employer=employer, since=on)


def find_employers(text: str, *, limit: int = 10) -> list[Employer]:
    """Firms whose credit code is this, or whose name holds this text; nothing for fewer than two characters."""
    text = text.strip()
    if len(text) < 2:
        return []
    found = Employer.objects.filter(
        Q(credit_code=text.upper()) | Q(name__icontains=text) | Q(short_name__icontains=text)
    )
    return list(found.order_by("name")[:limit])


def check_certificate(*, number: str, grade: int | None, issued_on: date | None) -> str:
    """The certificate number in its one spelling. Raises IdentityError (a ValidationError) when the number cannot
    be one, or says another level or year than is claimed. grade: of the eight levels; only 2 to 6 stand in it."""
    parsed = CertificateNumber.parse(number)
    level = GRADE_OF_LEVEL_DIGIT - grade if grade is not None and 2 <= grade <= 6 else None
    if denied := parsed.contradictions(level=level, issued=issued_on):
        raise denied[0]
    return parsed.number


def add_qualification_with_scan(
    *, worker: Worker, scan: CleanUpload | None, by: Any, **values: Any
) -> Qualification:
    """add_qualification with the scan as it was uploaded, in the outermost transaction."""
    with writing_private_files() as kept:
        file = None
        if scan is not None:
            file = files.keep(
                files=kept, upload=scan, kind=PrivateFile.Kind.CERTIFICATE, worker=worker, by=by
            )
        return add_qualification(worker=worker, scan=file, **values)


@transaction.atomic
def add_qualification(
    *,
    worker: Worker,
    kind: str,
    trade: Trade | None,
    grade: int | None,
    title: str = "",
    certificate_no: str = "",
    issued_on: date | None = None,
    scan: PrivateFile | None = None,
    source: str = Qualification.Source.UPLOAD,
) -> Qualification:
    """Adds a certificate to a worker's record, unchecked. The same number of the same worker again corrects it; one
    that the office did not accept is looked at anew only when something about it is new.

    Raises WorkerRefused when the number stands in somebody else's record, or its own row is already checked.
    certificate_no: in its one spelling (check_certificate), or empty.
    """
    values: dict[str, Any] = {
        "kind": kind,
        "trade": trade,
        "grade": grade,
        "title": title,
        "issued_on": issued_on,
        "source": source,
    }
    if scan is not None:
        values["scan"] = scan
    known = Qualification.objects.filter(certificate_no=certificate_no).first() if certificate_no else None
    if known is None:
        try:
            with transaction.atomic():
                return Qualification.objects.create(worker=worker, certificate_no=certificate_no, **values)
        except IntegrityError:
            known = Qualification.objects.filter(certificate_no=certificate_no).first()
    if known is None or known.worker_id != worker.pk:
        raise WorkerRefused(
            _("This certificate number cannot be added. Compare it with the certificate, or ask the office.")
        )
    if known.checked:
        return known
    if known.refused and "scan" not in values:
        told = {name: value for name, value in values.items() if name != "source"}
        if all(getattr(known, name) == value for name, value in told.items()):
            return known
    for name, value in values.items():
        setattr(known, name, value)
    known.refused, known.refusal, known.checked_by, known.checked_at = False, "", None, None
    known.save()
    return known


def _new_employer(employer: Employer) -> Employer:
    try:
        with transaction.atomic():
            employer.save()
    except IntegrityError as error:
        raise WorkerRefused(_("This employer is known by now. Enter its code or its name again.")) from error
    return employer


def _may_take_over(worker: Worker, *, name: str, mobile: str) -> bool:
    return (
        worker.user_id is None
        and worker.name == name
        and bool(mobile)
        and secrets.compare_digest(worker.mobile_index, blind_index(mobile, purpose="mobile"))
    )


def _claim(worker: Worker, user: User) -> bool:
    return bool(Worker.objects.filter(pk=worker.pk, user=None).update(user=user))


def _free_staff_no() -> str:
    """A staff number for somebody who signs up alone: W and eight digits that say nothing."""
    while True:
        number = f"W{secrets.randbelow(10**8):08d}"
        if not User.objects.filter(staff_no=number).exists():
            return number

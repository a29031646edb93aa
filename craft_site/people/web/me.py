"""A worker's own record: masked values, the profile, certificates."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from craft_site.kit.access import signed_in
from craft_site.kit.language import in_language, listed
from craft_site.kit.masking import mask_certificate
from craft_site.people.domain import workers
from craft_site.people.models import User, Worker
from craft_site.people.web.files import private_file
from craft_site.people.web.forms import ProfileForm, QualificationForm, RecordForm, posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


def worker_of(request: PersonRequest) -> Worker | None:
    """The signed-in person's record, with what its pages show."""
    return (
        Worker.objects.filter(user=request.user)
        .select_related("user", "employer", "photo")
        .prefetch_related("qualifications__trade", "qualifications__scan")
        .first()
    )


def profile_tasks(user: User, worker: Worker | None) -> list[dict[str, Any]]:
    """What is still missing in my record, as rows of the task list."""
    if worker is None:
        return [
            {
                "title": _("Add your identity document"),
                "hint": _("It is needed before you can enter a contest."),
                "url": reverse("me:record"),
                "status": _("To do"),
                "status_kind": "warn",
            }
        ]
    gaps = [
        str(label)
        for label, there in (
            (_("photo"), worker.photo_id),
            (_("employer"), worker.employer_id),
            (_("education"), worker.education),
            (_("mobile number"), worker.mobile),
        )
        if not there
    ]
    if not gaps:
        return []
    return [
        {
            "title": _("Complete your profile"),
            "hint": _("Still missing: %(what)s.") % {"what": listed(gaps)},
            "url": reverse("me:profile_edit"),
            "status": _("To do"),
            "status_kind": "warn",
        }
    ]


@signed_in
@never_cache
def profile(request: PersonRequest) -> HttpResponse:
    """What is kept about me, numbers masked."""
    worker = worker_of(request)
    if worker is None:
        return redirect("me:record")
    certificates = [
        {"row": row, "number": mask_certificate(row.certificate_no)} for row in worker.qualifications.all()
    ]
    context = {
        "worker": worker,
        "certificates": certificates,
        "id_masked": worker.id_number.masked(),
        "mobile_masked": worker.mobile.masked(),
        "growth": [
            {
                "day": line.shown_day,
                "title": in_language(line.title, line.title_en),
                "detail": in_language(line.detail, line.detail_en),
                "url": line.url,
            }
            for line in worker.growth.filter(withdrawn=False)
        ],
        "me_nav": me_nav(request),
    }
    return render(request, "people/profile.html", context)


@signed_in
@never_cache
def edit(request: PersonRequest) -> HttpResponse:
    worker = worker_of(request)
    if worker is None:
        return redirect("me:record")
    initial = {
        "employer": worker.employer.name if worker.employer else "",
        "post": worker.post,
        "education": worker.education,
        "union_member": worker.union_member,
        "email": request.user.email,
    }
    form = ProfileForm(posted(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        answers.pop("employer_name", None)
        try:
            saved = workers.correct_profile(worker=worker, by=request.user, **answers)
        except workers.WorkerRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Your profile has been saved.")
            if "employer" in form.changed_data and saved.employer is not None:
                words = _("Your profile has been saved. Employer: %(name)s.") % {"name": saved.employer.name}
            messages.success(request, words)
            return redirect("me:profile")
    return render(
        request, "people/profile_form.html", {"form": form, "worker": worker, "me_nav": me_nav(request)}
    )


@signed_in
@never_cache
def add_qualification(request: PersonRequest) -> HttpResponse:
    worker = worker_of(request)
    if worker is None:
        return redirect("me:record")
    form = QualificationForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            workers.add_qualification_with_scan(worker=worker, by=request.user, **form.cleaned_data)
        except workers.WorkerRefused as refusal:
            form.add_error("certificate_no", str(refusal))
        else:
            messages.success(request, _("The certificate has been added; the office will check it."))
            return redirect("me:profile")
    return render(request, "people/qualification_form.html", {"form": form, "me_nav": me_nav(request)})


@signed_in
@never_cache
@sensitive_post_parameters()
def record(request: PersonRequest) -> HttpResponse:
    """Identity document and mobile number for an account that the office made without a record."""
    if worker_of(request) is not None:
        return redirect("me:profile")
    form = RecordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        made = workers.add_record(user=request.user, document=answers["document"], mobile=answers["mobile"])
        if made is not None:
            return redirect("me:profile")
        form.add_error(None, _("This could not be saved. Compare the document, or ask the office."))
    return render(request, "people/record_form.html", {"form": form, "me_nav": me_nav(request)})


urlpatterns = [
    path("profile/", profile, name="profile"),
    path("profile/edit/", edit, name="profile_edit"),
    path("profile/record/", record, name="record"),
    path("profile/certificates/add/", add_qualification, name="qualification_add"),
    path("files/<uuid:uuid>/", private_file, name="file"),
]

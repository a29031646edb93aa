"""Signing in with the code on the wall: looking shows what would be signed in, the button signs in."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from academy.domain import attendance
from academy.domain.refusals import TrainingRefused
from academy.models import Attendance, ClassSession, Enrolment
from academy.web.me.courses import page
from craft_site.kit.access import signed_in
from craft_site.people.web.requests import PersonRequest


@signed_in
@never_cache
def attend(request: PersonRequest, token: str) -> HttpResponse:
    """token: what the code on the wall says now. Whoever has signed in before is shown when."""
    try:
        if request.method == "POST":
            made = attendance.scan(token=token, user=request.user)
            return redirect("me:attended", uuid=made.session.uuid)
        session, enrolment, turn = attendance.check_scan(token=token, user=request.user)
    except TrainingRefused as refusal:
        status = 422 if request.method == "POST" else 200
        return page(request, "attend_refused", {"reason": str(refusal)}, status=status)
    if Attendance.objects.filter(enrolment=enrolment, session=session, turn=turn).exists():
        return redirect("me:attended", uuid=session.uuid)
    context = {
        "session": session,
        "held": session.training_class,
        "who": enrolment.worker.name,
        "turn": turn,
        "page_title": pgettext("class", "Sign in"),
    }
    return page(request, "attend", context)


@signed_in
@never_cache
def attended(request: PersonRequest, uuid: str) -> HttpResponse:
    """That I am signed in, and since when."""
    session = get_object_or_404(ClassSession.objects.for_lists(), uuid=uuid)
    mine = Enrolment.objects.filter(worker__user=request.user, training_class=session.training_class_id)
    signs = list(Attendance.objects.filter(enrolment__in=mine, session=session).order_by("turn"))
    if not signs:
        return redirect("me:courses")
    held = session.training_class
    context = {
        "session": session,
        "held": held,
        "signs": signs,
        "last": signs[-1],
        "second": held.sign_ins > 1 and signs[-1].turn == 1,
        "half": session.half,
    }
    return page(request, "attended", context)


urlpatterns = [
    path("academy/attend/<str:token>/", attend, name="attend"),
    path("academy/sessions/<uuid:uuid>/signed-in/", attended, name="attended"),
]

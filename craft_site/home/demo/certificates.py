"""Certificates of what the demonstration has finished: prizes, courses, apprenticeships, honours.

They are asked for when each of them is finished; what no runner has done yet is done here, so that they are all there
when the demonstration says that it is ready.
"""

from academy.domain import diplomas
from academy.models import Pair, TrainingClass
from competitions.domain import certificates
from competitions.models import Event
from craft_site.people.models import User
from honours.domain import certificates as honour_certificates

COMPLETED = (Pair.State.FINAL_OK, Pair.State.REWARDED)


def make_certificates(by: User) -> int:
    """Safe to repeat. Returns how many were issued now."""
    made = 0
    for event in Event.objects.filter(state=Event.State.FINAL).select_related("competition"):
        made += len(certificates.issue_prizes(event=event, by=by).issued)
    finished = TrainingClass.objects.filter(state=TrainingClass.State.FINISHED)
    for held in finished.select_related("programme__trade", "academy"):
        made += len(diplomas.certify_class(training_class=held, by=by).issued)
    for pair in Pair.objects.filter(state__in=COMPLETED).select_related("scheme__academy", "trade"):
        made += len(diplomas.certify_pair(pair=pair, by=by).issued)
    return made + len(honour_certificates.certify_conferred(by=by).issued)

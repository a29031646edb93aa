"""Whose certificate a number is, while a claim with it stands: nobody else claims with it, in no programme.

A number that was mistyped, or handed in by somebody whose claim was refused, is free again for whom it belongs to.
Locks come after those of the programme and of the claim.
"""

from collections.abc import Collection

from academy.models import CertificateHolder, Claim


def hold(claim: Claim) -> bool:
    """Keeps the number for the claimant until no claim with it stands; False when it is somebody else's."""
    while True:
        CertificateHolder.objects.get_or_create(
            number=claim.certificate_no, defaults={"worker": claim.worker}
        )
        holder = CertificateHolder.objects.select_for_update().filter(number=claim.certificate_no).first()
        if holder is not None:  # else it was released between the two statements
            return holder.worker_id == claim.worker_id


def release(numbers: Collection[str]) -> None:
    """Frees those of the numbers with which no claim stands any more."""
    holders = CertificateHolder.objects.select_for_update().filter(number__in=set(numbers) - {""})
    for holder in holders.order_by("number"):
        if not Claim.objects.standing().filter(certificate_no=holder.number).exists():
            holder.delete()

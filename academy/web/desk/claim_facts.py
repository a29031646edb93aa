"""What stands on a claim's page: answers, the certificate number taken apart, its way so far."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from academy.domain import claim_checks, claims
from academy.models import Claim
from academy.rules import certificate
from academy.web import claim_words
from craft_site.kit.language import bracketed, in_language

SHOWN = 20
FORMS = {
    "national": gettext_lazy("national form, 22 signs"),
    "special": gettext_lazy("special technician, 2 letters and 20 digits"),
    "former": gettext_lazy("former certificate, 16 digits"),
}


def person_rows(claim: Claim) -> list[dict[str, Any]]:
    """Who claims: sealed values masked."""
    worker = claim.worker
    hired = claim_checks.hired_on(worker)
    rows = [
        (worker.get_id_kind_display(), worker.id_number.masked()),
        (_("Mobile number"), worker.mobile.masked()),
        (_("Employer"), worker.employer.name if worker.employer else ""),
        (_("With the employer since, by the record"), f"{hired:%Y-%m-%d}" if hired else ""),
        (_("Post"), worker.post),
        (_("Union"), claim.union or ""),
        (_("Union member"), _yes(worker.union_member)),
    ]
    return _rows(rows)


def claim_rows(claim: Claim) -> list[dict[str, Any]]:
    """What is claimed and what the claimant says."""
    rows: list[tuple[str, Any]] = [
        (pgettext("subsidy", "Item"), claim.item_name),
        (_("Level"), claim_words.level_words(claim.kind, claim.level)),
    ]
    if claim.trade is not None:
        rows.append((_("Trade"), claim.trade))
    rows += [
        (_("Date on the certificate"), f"{claim.dated:%Y-%m-%d}" if claim.dated else ""),
        (_("Amount"), claim_words.yuan(claim.amount)),
        (_("Bank card"), claim.card.masked()),
    ]
    if stated := claim_checks.stated_hiring(claim):
        rows.append((_("With the employer since, says the claimant"), f"{stated:%Y-%m-%d}"))
    if claim.answers.get("insured_months") is not None:
        rows.append((_("Insured months"), claim.answers["insured_months"]))
    words = claim_words.TRAITS | claim_words.FIRST
    said = [(name, claim.answers[name]) for name in words if claim.answers.get(name) is not None]
    rows += [(claim_words.sentence(words[name]), _yes(value)) for name, value in said]
    if claim.first:
        rows.append((_("Comes first"), claim_words.priority_words(claim)))
    if claim.unit_posted_on is not None:
        rows.append((_("Posted in the firm on"), f"{claim.unit_posted_on:%Y-%m-%d}"))
    return _rows(rows)


def number_rows(claim: Claim) -> list[dict[str, Any]]:
    """The certificate number and what it says of itself, beside what is claimed where the two differ."""
    if not claim.certificate_no:
        return []
    rows: list[tuple[str, Any]] = [(_("Certificate number"), claim.certificate_no)]
    if claim.kind == Claim.Kind.SKILL:
        said = certificate.decode(claim.certificate_no, this_year=timezone.localdate().year)
        rows.append((_("Form of the number"), FORMS.get(said.form, _("not a form that is known"))))
        if said.level is not None:
            claimed = claim.level if claim.level != said.level else None
            rows.append((_("Level it says"), _against(said.level, claimed, _level)))
        if said.year is not None:
            dated = claim.dated.year if claim.dated and claim.dated.year != said.year else None
            rows.append((_("Year it says"), _against(said.year, dated, str)))
        if said.province:
            rows.append((_("Province it says"), in_language(*PROVINCES[said.province])))
    return _rows(rows)


def same_card_rows(user: Any, claim: Claim) -> list[dict[str, Any]]:
    """Other people's claims with the same bank card: by name where this person sees them, else by number and union."""
    if not any(finding.code == "card_of_another" for finding in claim.findings.all()):  # type: ignore[attr-defined]
        return []
    return _of_others(user, claim_checks.of_same_card(claim))


def same_scan_rows(user: Any, claim: Claim) -> list[dict[str, Any]]:
    """Other people's claims that a finding about a scan names, as same_card_rows."""
    named = {
        reference
        for finding in claim.findings.all()  # type: ignore[attr-defined]
        if finding.code in ("scan_of_another", "scan_like_another")
        for reference in finding.params.get("claims", ())
    }
    return _of_others(user, Claim.objects.filter(reference__in=named)) if named else []


def _of_others(user: Any, claims: "QuerySet[Claim]") -> list[dict[str, Any]]:
    found = list(claims.select_related("worker", "union").order_by("pk")[:SHOWN])
    seen = set(
        Claim.objects.visible_to(user).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
    )
    return [
        {
            "reference": one.reference,
            "url": one.get_absolute_url() if one.pk in seen else "",
            "name": one.worker.name if one.pk in seen else "",
            "union": one.union,
        }
        for one in found
    ]


def history_rows(claim: Claim) -> list[dict[str, Any]]:
    """Every move and what was said of the notice in the firm, oldest first: from, to, who, where, why, until when the
    next one was due."""
    moves = [
        {
            "at": step.at,
            "was": step.get_was_display(),
            "now": step.get_state_display(),
            "by": step.by.name,
            "union": step.union,
            "by_delegate": step.by_delegate,
            "reason": step.reason,
            "due_on": step.due_on,
        }
        for step in claims.history(claim)
    ]
    notices = [
        {"at": notice.at, "on": notice.on, "by": notice.by.name}
        for notice in claim.firm_notices.select_related("by")  # type: ignore[attr-defined]
    ]
    return sorted([*moves, *notices], key=lambda row: row["at"])


def _against(said: int, claimed: int | None, words: Any) -> str:
    if claimed is None:
        return str(words(said))
    told = _("claimed: %(claimed)s") % {"claimed": words(claimed)}
    return f"{words(said)}{bracketed(told)}"


def _level(level: int) -> str:
    return claim_words.level_words("skill", level)


def _yes(value: Any) -> str:
    return pgettext("answer", "Yes") if value else pgettext("answer", "No")


def _rows(rows: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    return [{"label": label, "value": "–" if value in (None, "") else value} for label, value in rows]


# GB/T 2260, as the numbers of certificates name them.
PROVINCES = {
    line[:2]: (line[3:].split()[0], line.split(maxsplit=2)[2])
    for line in """11 北京 Beijing
12 天津 Tianjin
13 河北 Hebei
14 山西 Shanxi
15 内蒙古 Inner Mongolia
21 辽宁 Liaoning
22 吉林 Jilin
23 黑龙江 Heilongjiang
31 上海 Shanghai
32 江苏 Jiangsu
33 浙江 Zhejiang
34 安徽 Anhui
35 福建 Fujian
36 江西 Jiangxi
37 山东 Shandong
41 河南 Henan
42 湖北 Hubei
43 湖南 Hunan
44 广东 Guangdong
45 广西 Guangxi
46 海南 Hainan
50 重庆 Chongqing
51 四川 Sichuan
52 贵州 Guizhou
53 云南 Yunnan
54 西藏 Tibet
61 陕西 Shaanxi
62 甘肃 Gansu
63 青海 Qinghai
64 宁夏 Ningxia
65 新疆 Xinjiang""".splitlines()
}

"""What stands on a certificate besides name, title and date: named facts, and what each kind certifies."""

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.credentials.models import Certificate
from craft_site.kit.language import in_language

Kind = Certificate.Kind

#: The facts that a wing may give, in the order in which they are shown: the label on the screen, and the Chinese one
#: for what is signed and printed, which does not hang on a catalogue. No fact names a person.
FACTS: dict[str, tuple[Promise, str]] = {
    "unit": (pgettext_lazy("certificate", "Unit"), "所在单位"),
    "award": (_("Award"), "奖项"),
    "rank": (_("Rank"), "名次"),
    "trade": (_("Trade"), "工种"),
    "level": (_("Level"), "等级"),
    "grade": (_("Evaluation"), "考核"),
    "hours": (_("Class hours"), "学时"),
    "period": (_("Period"), "期间"),
    "edition": (_("Edition"), "届次"),
    "rank_of_honour": (_("Level of the honour"), "荣誉级别"),
    "document": (_("Document"), "文号"),
}

#: Heading of the printed page.
HEADINGS: dict[str, str] = {
    Kind.PRIZE: "获奖证书",
    Kind.COMPLETION: "结业证书",
    Kind.PAIR: "出师证书",
    Kind.MENTOR: "带徒证书",
    Kind.HONOUR: "荣誉证书",
}

#: Open Badges 3.0, achievementType.
ACHIEVEMENT_TYPES: dict[str, str] = {
    Kind.PRIZE: "Award",
    Kind.COMPLETION: "CertificateOfCompletion",
    Kind.PAIR: "ApprenticeshipCertificate",
    Kind.MENTOR: "Certificate",
    Kind.HONOUR: "Award",
}

#: criteria.narrative of the signed document, in Chinese like all its words.
CRITERIA: dict[str, str] = {
    Kind.PRIZE: "在职业技能竞赛中取得所列名次或奖项，成绩经复核、公示后生效。",
    Kind.COMPLETION: "达到培训班规定的出勤学时，并通过规定的考核。",
    Kind.PAIR: "按师徒协议完成带徒培养，经期满考核合格，准予出师。",
    Kind.MENTOR: "按师徒协议带徒，徒弟经期满考核合格出师。",
    Kind.HONOUR: "经推荐、评审、公示后授予。",
}


def fact_rows(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """(label, value) of the facts in the reader's language, in the order of FACTS."""
    for name, (label, _chinese) in FACTS.items():
        if name in certificate.facts:
            value = certificate.facts[name]
            yield str(label), in_language(value["zh"], value.get("en", ""))


def chinese_rows(facts: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """The same in Chinese, for paper and signature."""
    return [(label, facts[name]["zh"]) for name, (_label, label) in FACTS.items() if name in facts]


def narrative(facts: Mapping[str, Mapping[str, str]]) -> str:
    """The facts in one Chinese line, for the signed document."""
    return "；".join(f"{label}：{value}" for label, value in chinese_rows(facts))


def sentence(certificate: Certificate) -> str:
    """What the printed page certifies, in Chinese: it is an official paper, whatever language its reader has
    chosen."""
    facts = {name: words["zh"] for name, words in certificate.facts.items()}
    title = certificate.title
    match certificate.kind:
        case Kind.PRIZE:
            award = facts.get("award", "")
            place = facts.get("rank", "")
            won = f"{award}（{place}）" if award and place else award or place
            return f"在“{title}”中荣获{won}，特颁此证。" if won else f"在“{title}”中成绩优异，特颁此证。"
        case Kind.COMPLETION:
            hours = f"修满{facts['hours']}学时，" if "hours" in facts else ""
            return f"参加“{title}”培训，{hours}考核合格，准予结业。"
        case Kind.PAIR:
            grade = f"，考核{facts['grade']}" if "grade" in facts else ""
            return f"“{title}”，按师徒协议完成全部培养内容{grade}，特发此证。"
        case Kind.MENTOR:
            grade = f"，徒弟考核{facts['grade']}" if "grade" in facts else ""
            return f"“{title}”，按师徒协议完成带徒任务{grade}，特发此证。"
        case _:
            return f"被授予“{title}”荣誉称号，特颁此证。"

"""What a stranger stumbled over: rules untold, numbers and names taken too easily, days in two spellings."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation

from academy.domain.pair_moves import rules_of
from academy.models import ClassSession, TrainingClass
from academy.rules import pairing
from academy.rules.programme import read
from academy.web import claim_words
from academy.web.desk.class_forms import NewClassForm
from academy.web.desk.pair_forms import ContentForm
from academy.web.desk.subsidy_forms import CodeField, whole
from academy.web.me import course_tasks
from academy.web.me.claim_forms import AnswersForm
from craft_site.kit.certificates import plain_number
from craft_site.kit.identity import IdentityError
from craft_site.kit.language import moment, month_of_year, plain_decimal, quoted
from craft_site.kit.names import check_title
from craft_site.people.web.objections import ObjectionForm
from tests.academy.pairs import make_town
from tests.academy.subsidies import draft, make_office, rules
from tests.academy.training import make_class, make_mentor, make_programme, make_session
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db
SKILL = {"key": "skill", "kind": "skill", "name": "技能", "name_en": "Skill", "amount": 1000}
DEGREE = {"key": "degree", "kind": "degree", "name": "学历", "name_en": "Degree", "amount": 1000}


def test_the_claimant_reads_every_rule_that_the_desk_reads():
    item = SKILL | {"province": "33", "insured_months": 12}
    told = read(rules(items=[item], no_lower=True))
    assert "No lower level after a higher one in the same trade" in claim_words.rule_lines(told)
    assert "Zhejiang" in claim_words.item_words(told.items[0]) or "浙江" in claim_words.item_words(
        told.items[0]
    )
    assert "12 insured months" in claim_words.item_words(told.items[0])


def test_a_programme_of_degrees_says_nothing_of_skill_levels():
    told = read(rules(items=[DEGREE], no_lower=True))
    assert not any("lower level" in line for line in claim_words.rule_lines(told))


def test_the_public_page_names_what_one_may_not_claim_beside(client):
    other = make_office().programme
    office = make_office(data=rules(excludes=[other.code, "nowhere"]))
    page = client.get(reverse("academy:subsidies")).content.decode()
    assert "Not together with" in page
    assert "nowhere" not in page
    assert office.programme.code in page


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("😀", "Y or S and 21 digits"),
        ("1;DROP", "Y or S and 21 digits"),
        ("Y000033000000240000001", "must be 1 to 5"),
        ("Y000033000000245000001", "level 5 (junior)"),
        ("Y000033000000233000001", "2023"),
    ],
)
def test_a_wrong_number_is_refused_at_the_first_step(number, words):
    errors = answered(number).errors["certificate_no"]
    assert words in " ".join(errors)


def test_full_width_letters_are_one_number_with_the_others():
    form = answered("Ｓ000033000000243000001")
    assert "certificate_no" not in form.errors
    assert form.cleaned_data["certificate_no"] == "S000033000000243000001"


def answered(number):
    office = make_office(data=rules(items=[SKILL]))
    given = {"what": "skill:4", "dated": "2024-03-01", "certificate_no": number}
    return AnswersForm(given, claim=draft(office))


@pytest.mark.parametrize("number", ["😀", "1;DROP", "abc", "12 345*"])
def test_the_number_of_a_diploma_has_no_strange_signs(number):
    with pytest.raises(IdentityError):
        plain_number(number)


def test_numbers_of_diplomas_differ():
    assert plain_number("浙教自字（2019）第 1234 号") == "浙教自字(2019)第1234号"


@pytest.mark.parametrize("text", ["1,000", "１，０００", " 1000 "])
def test_an_amount_may_be_written_as_it_is_printed(text):
    assert whole("Budget").clean(text) == 1000


@pytest.mark.parametrize("text", ["1,00", "1,0000", "1.000,5"])
def test_a_comma_in_a_wrong_place_is_no_number(text):
    with pytest.raises(Exception, match="whole number"):
        whole("Budget").clean(text)


def test_the_allowance_of_a_master_too():
    assert ContentForm.base_fields["allowance"].clean("1,200") == 1200


def test_a_wrong_code_is_told_once():
    with pytest.raises(Exception, match="Small letters") as caught:
        CodeField().clean("Große Stadt")
    assert len(caught.value.messages) == 1


@pytest.mark.parametrize("name", ["😀", "张三😀", "Zhang\u200b"])
def test_the_name_under_an_objection_is_a_name(name):
    form = ObjectionForm({"name": name})
    assert form.errors["name"] != ["This field is required."]
    assert "phone" in form.errors


def test_a_programme_is_not_called_by_a_picture():
    with pytest.raises(IdentityError):
        check_title("补助😀")
    check_title("2026年“双提升”补助（第1期）· A/B")
    check_title("𬱖氏补助")


def test_one_number_has_one_spelling():
    assert [plain_decimal(Decimal(text)) for text in ("89.50", "100.00", "0.00")] == ["89.5", "100", "0"]


def test_quotes_inside_quotes_are_single():
    assert quoted("职工“双提升”补助") == "“职工‘双提升’补助”"


def test_a_month_and_a_moment_read_the_same_everywhere():
    at = timezone.make_aware(datetime(2026, 12, 3, 9, 30))
    with translation.override("zh-hans"):
        assert month_of_year(at.date()) == "2026年12月"
        assert moment(at) == "2026年12月3日 09:30"
        page = Template("{% load public %}{{ at|moment }} {{ at|list_day }} {{ none|list_day }}")
        assert ">2026-12-03 09:30</time>" in page.render(Context({"at": at, "none": None}))


def test_a_month_says_from_when_it_is_late():
    found = rules_of(make_town().scheme)
    late = pairing.late_from(found, date(2026, 12, 1))
    assert (late.year, late.month, late.day) == (2027, 1, found.overdue_day)
    assert pairing.month_state(found, date(2026, 12, 1), late) == pairing.OVERDUE
    assert pairing.month_state(found, date(2026, 12, 1), late - timedelta(days=1)) == pairing.DUE


def test_a_class_takes_its_kind_from_the_course():
    held = make_class(kind=TrainingClass.Kind.DRILL)
    given = {
        "academy": held.academy_id, "programme": held.programme_id, "code": "next-1", "edition": held.edition + 1,
        "places": 20, "starts_on": "2027-03-01", "ends_on": "2027-03-05", "sign_ins": 1, "budget": "12,000",
    }  # fmt: skip
    form = NewClassForm(given)
    assert form.is_valid(), form.errors
    assert (form.instance.kind, form.instance.budget) == (TrainingClass.Kind.DRILL, 12_000)
    fresh = NewClassForm(given | {"programme": make_programme().pk})
    assert "kind" in fresh.errors


@pytest.mark.parametrize(("hours", "told"), [(2, "from"), (0, "show the sign-in code")])
def test_a_mentor_is_told_of_todays_lesson(client, monkeypatch, hours, told):
    """Before the wall opens from when it can be shown, afterwards that it can."""
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    teacher = make_worker(user=make_user("worker"))
    session = make_session(
        make_class(state=TrainingClass.State.RUNNING),
        mentor=make_mentor(worker=teacher),
        starts_at=noon + timedelta(hours=hours),
    )
    rows = course_tasks.owed_teaching(teacher)
    assert [row["url"] for row in rows] == [reverse("me:teaching_session", args=(session.uuid,))]
    assert told in rows[0]["hint"]
    assert ClassSession.objects.taught_by(teacher.user_id).count() == 1
    client.force_login(teacher.user)
    page = client.get(rows[0]["url"]).content.decode()
    assert ("The sign-in code can be shown on the wall from" in page) is (hours == 2)

"""The register at the desk, the public roll, one's own page: who sees what, and at what cost."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from craft_site.people.domain import growth
from craft_site.people.models import PrivateFile
from honours.domain import register
from honours.models import Holder, Honour, HonourTally, HonourTitle
from tests.factories import make_trade, make_user, make_worker
from tests.honours.files.test_honour_rows import workbook
from tests.honours.makers import make_honour, make_title
from tests.honours.web.asking import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, organiser):
    client.force_login(organiser)
    return organiser


@pytest.mark.parametrize("size", [1, 40])
def test_lists_cost_the_same_queries_at_any_size(client, organiser, size, django_assert_max_num_queries):
    worker = make_worker(user=make_user("worker"))
    for n in range(size):
        title = make_title(kind="team", level=1 + n % 4)
        make_honour(f"Team {n}", title=title, year=1990 + n % 30, members=[register.Member("A")])
        make_honour(worker=worker, year=1980 + n, trade=make_trade())
        register.tally(title=title, year=2000, count=3, source="Daily", by=organiser)
    holder = Holder.objects.get(worker=worker)
    register.consent(holder=holder, named=True, kinds=["contest"], by=worker.user)
    for address in (reverse("honours:roll"), holder.public_url):
        with django_assert_max_num_queries(10):
            page(client, address)
    client.force_login(worker.user)
    with django_assert_max_num_queries(10):
        page(client, reverse("me:honours"))
    client.force_login(organiser)
    for name in ("honours", "tallies", "titles", "honours_export"):
        with django_assert_max_num_queries(10):
            assert client.get(reverse(f"desk:{name}")).status_code == 200
    with django_assert_max_num_queries(10):
        page(client, holder.get_absolute_url())


def test_the_public_meets_names_that_may_be_named_and_no_others(client):
    shown, hidden, gone = (
        make_honour("Named One"),
        make_honour("Quiet Two", announced=False),
        make_honour("Fallen Three"),
    )
    Honour.objects.filter(pk=gone.pk).update(state="revoked")
    roll = page(client, reverse("honours:roll"))
    assert [name in roll for name in ("Named One", "Quiet Two", "Fallen Three")] == [True, False, False]
    for word in ("Quiet", "Fallen"):
        assert "Quiet Two" not in page(client, f"{reverse('honours:roll')}?q={word}")
    assert client.get(shown.holder.public_url).status_code == 200
    for one in (hidden, gone):
        assert client.get(one.holder.public_url).status_code == 404


def test_the_roll_is_filtered_by_year_level_title_trade_and_unit(client, employer):
    trade = make_trade()
    make_honour("Alder", year=2020, title=make_title(level=4), unit="Power company")
    make_honour("Birch", year=2021, title=make_title(level=1), trade=trade, employer=employer)
    address = reverse("honours:roll")
    title = HonourTitle.objects.get(level=4)
    for query in ("year=2020", "level=4", f"title={title.pk}", "q=Power", "q=alder"):
        found = page(client, f"{address}?{query}")
        assert ("Alder</a>" in found, "Birch</a>" in found) == (True, False), query
    for query in (f"trade={trade.pk}", f"q={employer.name}", "level=1&year=2021"):
        found = page(client, f"{address}?{query}")
        assert ("Alder</a>" in found, "Birch</a>" in found) == (False, True), query
    for nonsense in ("year=x", "level=9", "page=99", "trade=0"):
        assert client.get(f"{address}?{nonsense}").status_code == 200


def test_a_count_without_names_is_on_the_roll_with_its_sentence(client, organiser):
    title = make_title(name="Golden Craftsman")
    register.tally(
        title=title,
        year=2023,
        count=31,
        period="2022-2023",
        source="City Daily",
        quote="31 were honoured",
        by=organiser,
    )
    roll = page(client, reverse("honours:roll"))
    assert [word in roll for word in ("31 honours", "2022-2023", "City Daily", "31 were honoured")] == [
        True
    ] * 4


def test_the_public_page_shows_the_way_to_which_the_person_agreed(client):
    user = make_user("worker")
    worker = make_worker(user=user)
    growth.record(worker=worker, kind="contest", on=date(2020, 1, 1), title="Second prize", source="c")
    growth.record(worker=worker, kind="subsidy", on=date(2020, 1, 1), title="1000 yuan", source="s")
    holder = make_honour(worker=worker).holder
    assert "Second prize" not in page(client, holder.public_url)
    client.force_login(user)
    assert holder.public_url in page(client, reverse("me:honours"))
    client.post(reverse("me:honours"), {"named": "on", "kinds": ["contest"]})
    client.logout()
    found = page(client, holder.public_url)
    assert ("Second prize" in found, "1000 yuan" in found) == (True, False)
    client.force_login(user)
    assert client.post(reverse("me:honours"), {"named": "on", "kinds": ["subsidy"]}).status_code == 422
    client.post(reverse("me:honours"), {})
    client.logout()
    assert client.get(holder.public_url).status_code == 404


def test_who_holds_nothing_is_told_where_honours_come_from(client, outsider):
    client.force_login(outsider)
    assert "Your union nominates you" in page(client, reverse("me:honours"))
    assert client.post(reverse("me:honours"), {"named": "on"}).url == reverse("me:honours")


def test_an_organiser_enters_an_honour_by_the_form(client, signed_in, worker):
    title = make_title()
    address = reverse("desk:honour_new")
    values = {"title": title.pk, "worker": worker.name, "year": 2024, "source": "Daily", "announced": "on"}
    answer = client.post(address, values)
    holder = Holder.objects.get()
    assert (answer.url, holder.worker) == (holder.get_absolute_url(), worker)
    for change, words in (
        ({}, "already"),
        ({"worker": "nobody at all"}, "Nobody is found"),
        ({"worker": "", "name": ""}, "who holds"),
        ({"name": "Somebody else"}, "another name"),
        ({"title": "x"}, "valid choice"),
        ({"source": ""}, "required"),
    ):
        answer = client.post(address, values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    assert Honour.objects.count() == 1


def test_two_of_one_name_are_told_apart_by_number(client, signed_in, employer):
    one = make_worker("王伟", employer=employer)
    make_worker("王伟", employer=employer)
    values = {"title": make_title().pk, "worker": "王伟", "year": 2024, "source": "Daily"}
    assert "Several people" in client.post(reverse("desk:honour_new"), values).content.decode()
    client.post(reverse("desk:honour_new"), values | {"worker": one.id_number.reveal()})
    assert Holder.objects.get().worker == one


def test_a_workbook_is_looked_at_before_it_is_loaded_and_gone_afterwards(client, signed_in):
    make_title(name="金匠")
    address = reverse("desk:honours_import")

    def send(*rows):
        return client.post(address, {"file": _file(workbook(*rows))})

    answer = send(["金匠", "", "Daily", "", 2024], ["银匠", "B", "Daily", "", 2024])
    assert answer.status_code == 422
    assert ["B2" in answer.content.decode(), "A3" in answer.content.decode()] == [True, True]
    assert not PrivateFile.objects.exists()
    look = send(["金匠", "王杭花", "Daily", "", 2024]).url
    assert "王杭花" in page(client, look)
    assert not Honour.objects.exists()
    client.post(f"{look}load/", {"action": "forget"})
    assert client.get(look).status_code == 404
    look = send(["金匠", "王杭花", "Daily", "", 2024]).url
    client.force_login(make_user("organiser"))
    assert client.get(look).status_code == 404  # somebody else's
    client.force_login(signed_in)
    assert client.post(f"{look}load/", {"action": "load"}).url == reverse("desk:honours")
    assert (Honour.objects.get().holder.name, PrivateFile.objects.count()) == ("王杭花", 0)


def _file(content):
    file = BytesIO(content)
    file.name = "honours.xlsx"
    return file


def test_a_file_that_is_no_workbook_is_refused_in_words(client, signed_in):
    for content in (b"", b"not a workbook", b"PK\x03\x04 broken"):
        assert client.post(reverse("desk:honours_import"), {"file": _file(content)}).status_code == 422
    assert client.post(reverse("desk:honours_import")).status_code == 422


def test_the_export_holds_what_the_filter_shows(client, signed_in):
    make_honour("Alder", year=2020)
    make_honour("Birch", year=2021)
    answer = client.get(reverse("desk:honours_export"), {"year": 2021})
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert [row[6] for row in sheet.iter_rows(values_only=True)] == ["Holder", "Birch"]
    assert client.get(reverse("desk:honours_export"), {"year": "x"}).status_code == 302


def test_the_office_takes_a_name_off_and_puts_it_back(client, signed_in):
    holder = make_honour("Alder").holder
    for value, status in (("no", 404), ("yes", 200)):
        client.post(reverse("desk:holder_named", args=(holder.uuid,)), {"named": value})
        assert client.get(holder.public_url).status_code == status


def test_titles_are_taken_over_made_and_changed(client, signed_in):
    shipped = page(client, reverse("desk:titles_shipped"))
    assert "全国工人先锋号" in shipped or "National Worker Pioneer" in shipped
    client.post(reverse("desk:title_take", args=("national-worker-pioneer",)))
    assert client.post(reverse("desk:title_take", args=("nonsense",))).status_code == 404
    title = HonourTitle.objects.get()
    address = reverse("desk:title", args=(title.code,))
    assert "at least 70" in page(client, reverse("desk:titles"))
    days = {f"days_{stage}": 5 for stage in ("unit", "town", "city")}
    values = {"name": title.name, "level": 4, "kind": "team", "in_use": "on", "quota_front_line": 75} | days
    client.post(address, values | {"everybody": ["police"], "base_level": "3"})
    title = HonourTitle.objects.get()
    assert (dict(title.asks.quotas), title.asks.everybody, title.asks.base_level) == (
        {"front_line": 75},
        ("police",),
        3,
    )
    for change in ({"quota_head": 101}, {"days_city": ""}, {"everybody": ["church"]}, {"level": 9}):
        assert client.post(address, values | change).status_code == 422, change
    new = reverse("desk:title_new")
    assert client.post(new, values | {"code": "new", "name": "X"}).status_code == 422
    assert client.post(new, values | {"code": "x", "name": "X"}).status_code == 302
    assert HonourTitle.objects.count() == 2


def test_a_count_is_entered_by_the_form(client, signed_in):
    title = make_title()
    values = {"title": title.pk, "year": 2024, "count": 31, "source": "Daily"}
    client.post(reverse("desk:tally_new"), values)
    assert HonourTally.objects.get().count == 31
    for change in ({"count": 0}, {"count": "many"}, {"year": 1066}, {"source": ""}):
        assert client.post(reverse("desk:tally_new"), values | change).status_code == 422, change


@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_the_office_reads_and_does_not_write(client, role):
    holder = make_honour("Alder").holder
    client.force_login(make_user(role))
    assert "Enter an honour" not in page(client, reverse("desk:honours"))
    assert "Do not name" not in page(client, holder.get_absolute_url())
    assert client.post(reverse("desk:holder_named", args=(holder.uuid,)), {"named": "no"}).status_code == 403
    assert client.get(reverse("desk:honour_new")).status_code == 403


@pytest.mark.parametrize("role", ["worker", "employer", "judge", "finance"])
def test_others_have_no_business_in_the_register(client, role):
    holder = make_honour("Alder").holder
    client.force_login(make_user(role))
    for address in (reverse("desk:honours"), holder.get_absolute_url(), reverse("desk:tallies")):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("size", [1, 60])
def test_a_workbook_is_checked_at_the_same_queries_at_any_size(
    client, signed_in, employer, size, django_assert_max_num_queries
):
    make_title(name="金匠")
    workers = [make_worker("王伟", employer=employer) for _n in range(size)]
    rows = [
        ["金匠", "王伟", "Daily", employer.name, 2024, None, None, None, one.id_number.reveal()]
        for one in workers
    ]
    look = client.post(reverse("desk:honours_import"), {"file": _file(workbook(*rows))}).url
    with django_assert_max_num_queries(14):  # reading, checking, looking, and who is signed in
        page(client, look)

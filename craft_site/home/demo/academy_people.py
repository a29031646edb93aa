"""Who fills the academy of the demonstration: workers of all firms, reviewers of all unions, finance officers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone

from craft_site.home.demo import people
from craft_site.home.demo.contests import Cast
from craft_site.people import roles
from craft_site.people.models import Employer, Qualification, Trade, Union, User, Worker

POOL = 260
TRADES = ("电工", "焊工", "模具工", "钳工", "供电服务员")


@dataclass(frozen=True)
class Hall:
    """The cast of the academy. today: the day on which the demonstration is made."""

    cast: Cast
    today: date

    @cached_property
    def finance(self) -> tuple[User, User]:
        """Who makes payment lists, and who approves them."""
        return User.objects.get(staff_no="F-001"), User.objects.get(staff_no="F-002")

    @cached_property
    def worker(self) -> Worker:
        """The person behind the sign-in W-001."""
        return Worker.objects.select_related("user", "employer__union").get(user__staff_no="W-001")

    @cached_property
    def pool(self) -> list[Worker]:
        """Workers of every firm, the same in every subject: who learns here also claims there."""
        firms = self.cast.employers
        return [people.make_worker(f"craft/{n}", employer=firms[n % len(firms)]) for n in range(POOL)]

    @cached_property
    def reviewers(self) -> dict[int, User]:
        """By key of the union: one reviewer each; those with a printed sign-in where there is one."""
        found = {
            user.union_id: user for user in User.objects.filter(staff_no__in=("R-001", "R-002", "R-003"))
        }
        for union in Union.objects.order_by("pk"):
            if union.pk not in found:
                user = people.make_account(
                    f"R-{100 + union.pk}", roles.REVIEWER, name=people.person_name("reviewer", union.name)
                )
                User.objects.filter(pk=user.pk).update(union=union)
                user.union = union
                found[union.pk] = user
        return {pk: user for pk, user in found.items() if pk is not None}

    def account(self, worker: Worker, staff_no: str) -> User:
        """The worker's own sign-in, made when there is none."""
        if worker.user is None:
            worker.user = people.make_account(staff_no, roles.WORKER, name=worker.name)
            worker.save(update_fields=("user",))
        return worker.user

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def at(self, offset: int, hour: int, minute: int = 0) -> datetime:
        """So many days from today, at that time of the day."""
        return moment(self.day(offset), hour, minute)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def certificate_no(worker: Worker, grade: int, year: int) -> str:
    """A number that reads as a certificate of that level and year, of an agency that is nobody's."""
    return f"S000033000000{year % 100:02d}{7 - grade}{worker.pk % 1_000_000:06d}"


def give_certificate(worker: Worker, trade: Trade, grade: int, on: date) -> Qualification:
    """A checked skill level with its certificate; given again it is the same."""
    found, _made = Qualification.objects.get_or_create(
        worker=worker,
        kind=Qualification.Kind.LEVEL,
        trade=trade,
        grade=grade,
        defaults={
            "certificate_no": certificate_no(worker, grade, on.year),
            "issued_on": on,
            "source": Qualification.Source.OFFICE,
            "checked": True,
        },
    )
    return found


def firm_of(worker: Worker) -> Employer:
    assert worker.employer is not None
    return worker.employer

"""Masters and apprentices of the demonstration: forty pairs over three generations, from 2012 to today."""

from datetime import date, timedelta

from django.db import transaction

from academy.domain import pair_rewards, pair_schemes
from academy.files.pair_schemes import templates
from academy.models import Pair, PairScheme
from academy.rules.pairing import add_months
from craft_site.home.demo.academy_house import House
from craft_site.home.demo.academy_pair_steps import (
    Kind,
    School,
    agree,
    evaluate,
    person,
    propose,
    sign_on_paper,
)
from craft_site.home.demo.academy_pairs_now import make_current
from craft_site.home.demo.academy_people import Hall, moment
from craft_site.people.models import Trade, Worker

SCHEME = "zhejiang-2024"
# The elders: trade, firm; and which of the academy's mentors each of them taught, by their place.
ELDERS = (("模具工", 0, (0, 4, 5)), ("电工", 1, (1, 2, 8)), ("焊工", 3, (6,)), ("钳工", 5, (9,)))
# Apprentices of the mentors who have long completed: mentor, first year, level reached, of 5 or 6.
SECOND = (
    (0, 2017, 6), (0, 2018, 5), (0, 2020, 6), (1, 2018, 5), (1, 2019, 5), (2, 2021, 5),
    (4, 2017, 5), (4, 2019, 5), (5, 2021, 5), (6, 2018, 6), (6, 2020, 5), (9, 2019, 5),
)  # fmt: skip


def make_pairs(hall: Hall, house: House) -> None:
    if PairScheme.objects.filter(code=SCHEME).exists():
        return
    scheme = pair_schemes.create(
        code=SCHEME, data=templates()[SCHEME], academy=house.academy, by=hall.cast.organiser
    )
    school = School(hall, scheme, house.mentors)
    for trade_name, firm, taught in ELDERS:
        elder = person(
            hall, f"elder/{trade_name}", hall.cast.trades[trade_name], firm, [(6, date(2002, 6, 1))]
        )
        for n, place in enumerate(taught):
            mentor = house.mentors[place]
            first = date(2012 + n, 3, 1)
            _completed(school, elder, mentor.worker, mentor.trade, first=first, grade_from=4, target=5)
    for n, (place, year, level) in enumerate(SECOND):
        mentor = house.mentors[place]
        levels = [(grade, date(year + 2 + grade - 5, 9, 1)) for grade in range(5, level + 1)]
        worker = person(hall, f"second/{n}", mentor.trade, n % 7, levels)
        pair = _completed(
            school, mentor.worker, worker, mentor.trade, first=date(year, 4, 1), grade_from=4, target=5
        )
        if level == 6:
            _reward(hall, pair, paid=n != 2)
        school.second.append(worker)
    make_current(school)


@transaction.atomic
def _completed(
    school: School,
    master: Worker,
    apprentice: Worker,
    trade: Trade,
    *,
    first: date,
    grade_from: int,
    target: int,
) -> Pair:
    """A pair of the past, from the sheet with four signatures to the final evaluation."""
    pair = propose(school, master, apprentice, trade, first=first, grade_from=grade_from, target=target)
    pair = sign_on_paper(school, pair)
    agree(school, pair)
    pair = evaluate(school, pair, Kind.MID, add_months(first, 12))
    return evaluate(school, pair, Kind.FINAL, add_months(first, 24) - timedelta(days=3))


def _reward(hall: Hall, pair: Pair, *, paid: bool) -> None:
    """The union finds what the rules give, the office approves, finance pays and confirms; or it still waits."""
    for reward in pair_rewards.propose_found(pair=pair, by=hall.cast.reviewer):
        if paid:
            reward = pair_rewards.approve(reward=reward, by=hall.cast.organiser)
            on = reward.result_on + timedelta(days=60)
            reward = pair_rewards.mark_paid(reward=reward, on=on, by=hall.finance[0])
            pair_rewards.confirm_paid(reward=reward, by=hall.finance[1], at=moment(on, 11))

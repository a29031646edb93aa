"""Generated people, firms and accounts. No name here is meant to be anybody's: firms are called 示例 (example)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from craft_site.home.demo.chance import number, one_of
from craft_site.kit.identity import citizen_check_digit, credit_code_check_digit
from craft_site.people import roles
from craft_site.people.models import (
    Employer,
    Employment,
    Qualification,
    Trade,
    TradeLevel,
    Union,
    User,
    Worker,
)

PASSWORD = "yongkang-demo"

SURNAMES = "陈胡王应徐朱李章吕程楼吴施黄何金周董林卢施夏倪方池俞杜蒋华傅"
GIVEN = "建国志强晓东伟民海峰雪梅丽娟宏亮春燕俊杰国平永康家豪美玲鹏飞立新佳慧振华秀英文博子轩思远雨桐浩然欣怡明辉少波"
FIRM_WORDS = (
    "恒锐",
    "启明",
    "金工",
    "精衡",
    "德川",
    "华溪",
    "方岩",
    "永固",
    "锐锋",
    "东城",
    "铭泰",
    "立本",
    "宏钧",
    "三合",
    "青枫",
    "凯达",
    "正泰兴",
    "万锻",
    "卓模",
    "天工坊",
    "同力",
    "巨匠源",
    "飞鸿",
    "昌盛隆",
    "博雅",
    "信达成",
    "鼎新",
    "合力源",
    "江南岸",
    "石柱",
)
FIRM_TRADES = ["模具", "五金", "冲压", "门业", "电动工具", "铝业", "杯业", "厨具"]
# (name, English, code, levels: 1 apprentice ... 8 chief technician)
TRADES = (
    ("模具工", "Mould and die maker", "6-18-04-01", (3, 4, 5, 6)),
    ("电工", "Electrician", "6-31-01-03", (2, 3, 4, 5, 6)),
    ("焊工", "Welder", "6-18-02-04", (2, 3, 4, 5, 6)),
    ("钳工", "Fitter", "6-20-01-01", (2, 3, 4, 5, 6)),
    ("供电服务员", "Power supply attendant", "4-11-01-00", (2, 3, 4, 5, 6)),
)

# The streets and towns of Yongkang with the middle of each: latitude and longitude to a hundredth of a degree, which is
# a kilometre. Good enough for a demonstration, to be measured anew for use.
TOWNS = {
    "东城街道": ("28.89", "120.05"),
    "西城街道": ("28.90", "120.01"),
    "江南街道": ("28.87", "120.03"),
    "经济开发区": ("28.92", "120.07"),
    "石柱镇": ("28.84", "120.13"),
    "前仓镇": ("28.79", "120.08"),
    "舟山镇": ("28.82", "120.20"),
    "古山镇": ("28.97", "120.16"),
    "方岩镇": ("28.93", "120.20"),
    "龙山镇": ("29.00", "120.20"),
    "西溪镇": ("28.99", "120.27"),
    "象珠镇": ("28.99", "120.07"),
    "唐先镇": ("29.03", "120.12"),
    "花街镇": ("28.95", "119.98"),
    "芝英镇": ("28.94", "120.13"),
}
IN_TOWN = 12  # so many firms stand in the first four, the others in all


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration sign-in, printed when the site starts."""

    staff_no: str
    role: str
    name: str
    what: str


ACCOUNTS = (
    Account("O-001", roles.ORGANISER, "组织员甲", "organiser"),
    Account("R-001", roles.REVIEWER, "审核员甲", "reviewer of the city federation"),
    Account("R-002", roles.REVIEWER, "审核员乙", "reviewer of a town union"),
    Account("R-003", roles.REVIEWER, "审核员丙", "reviewer of an enterprise union"),
    Account("F-001", roles.FINANCE, "财务甲", "finance officer who makes payment lists"),
    Account("F-002", roles.FINANCE, "财务乙", "finance officer who approves them"),
    Account("E-001", roles.EMPLOYER, "企业联系人甲", "employer's contact"),
    Account("S-001", roles.SUPERVISOR, "监督员甲", "supervisor"),
    Account("D-001", roles.EDITOR, "编辑甲", "editor (also /admin/)"),
    Account("A-001", roles.ACCOUNTS, "账号管理员甲", "keeper of accounts"),
    Account("J-001", roles.JUDGE, "裁判长甲", "chief judge"),
    Account("J-002", roles.JUDGE, "加密裁判甲", "coding judge"),
    Account("J-011", roles.JUDGE, "检测裁判甲", "measuring judge"),
    Account("J-021", roles.JUDGE, "评判裁判甲", "result judge with sheets to mark"),
    Account("J-003", roles.JUDGE, "仲裁员甲", "arbiter with an appeal to answer"),
    Account("W-001", roles.WORKER, "选手甲", "contestant, apprentice, with a course and a claim"),
    Account("M-001", roles.WORKER, "师傅甲", "master with apprentices' months to comment on"),
)


def person_name(*what: object) -> str:
    given = one_of(range(0, len(GIVEN) - 1, 2), "given", *what)
    length = 1 if number(1, 4, "length", *what) == 1 else 2
    return one_of(SURNAMES, "surname", *what) + GIVEN[given : given + length]


def citizen_number(serial: int, born: date) -> str:
    """A number of the right form for nobody: the region code 330000 is the province itself and is given to no one."""
    body = f"330000{born:%Y%m%d}{serial % 1000:03d}"
    return body + citizen_check_digit(body)


def credit_code(serial: int) -> str:
    body = f"91330000MADEM{serial:04d}"
    return body + credit_code_check_digit(body)


def make_groups() -> None:
    for name in roles.ALL:
        Group.objects.get_or_create(name=name)


def make_trades() -> dict[str, Trade]:
    found = {}
    for name, english, code, grades in TRADES:
        trade, _ = Trade.objects.get_or_create(
            name=name, dictionary_edition="2022", defaults={"name_en": english, "code": code}
        )
        for grade in grades:
            TradeLevel.objects.get_or_create(trade=trade, grade=grade)
        found[name] = trade
    return found


def make_unions() -> dict[str, Union]:
    city, _ = Union.objects.get_or_create(name="永康市总工会", defaults={"level": Union.Level.CITY})
    towns = {
        name: Union.objects.get_or_create(
            name=f"示例{name}总工会",
            defaults={
                "level": Union.Level.TOWN,
                "parent": city,
                "latitude": Decimal(latitude),
                "longitude": Decimal(longitude),
            },
        )[0]
        for name, (latitude, longitude) in TOWNS.items()
    }
    return {"city": city, **towns}


def make_employers(unions: dict[str, Union], count: int = 30) -> list[Employer]:
    towns = [union for key, union in unions.items() if key != "city"]
    found = []
    for n in range(count):
        name = f"示例{FIRM_WORDS[n % len(FIRM_WORDS)]}{FIRM_TRADES[n % len(FIRM_TRADES)]}有限公司"
        union, _ = Union.objects.get_or_create(
            name=f"{name}工会",
            defaults={
                "level": Union.Level.ENTERPRISE,
                "parent": towns[n % (4 if n < IN_TOWN else len(towns))],
            },
        )
        employer, _ = Employer.objects.get_or_create(
            credit_code=credit_code(n),
            defaults={
                "name": name,
                "short_name": name[2:].replace("有限公司", ""),
                "union": union,
                "is_generated": True,
            },
        )
        found.append(employer)
    return found


def make_worker(key: str, *, employer: Employer | None, user: User | None = None, name: str = "") -> Worker:
    """One generated worker; the same key gives the same person. key: e.g. "mould-4/17"."""
    serial = number(0, 999, "serial", key)
    born = date(number(1968, 2003, "year", key), number(1, 12, "month", key), number(1, 28, "day", key))
    document = citizen_number(serial, born)
    if (known := Worker.objects.by_document(Worker.IdKind.CITIZEN, document).first()) is not None:
        return known
    worker = Worker(
        name=name or person_name(key),
        user=user,
        employer=employer,
        sex=Worker.Sex.MALE if serial % 2 else Worker.Sex.FEMALE,
        education=one_of(("high", "college", "bachelor"), "education", key),
        union_member=True,
        post=one_of(("模具钳工", "线切割操作", "数控铣工", "装配工", "技术员"), "post", key),
        is_generated=True,
    )
    worker.set_document(Worker.IdKind.CITIZEN, document)
    worker.birth = born.isoformat()
    worker.set_mobile(f"1990000{number(0, 9999, 'mobile', key):04d}")
    worker.save()
    if employer is not None:
        Employment.objects.create(
            worker=worker, employer=employer, since=date(number(2012, 2022, "since", key), 3, 1)
        )
    return worker


def give_level(worker: Worker, trade: Trade, grade: int) -> None:
    Qualification.objects.get_or_create(
        worker=worker,
        kind=Qualification.Kind.LEVEL,
        trade=trade,
        grade=grade,
        defaults={
            "certificate_no": f"S000033000023{number(1, 10**9, worker.pk, grade):09d}",
            "issued_on": date(2023, number(1, 12, "issued", worker.pk), 15),
            "source": Qualification.Source.OFFICE,
            "checked": True,
        },
    )


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; the demonstration's one password is hashed once."""
    return make_password(PASSWORD)


def make_account(staff_no: str, *role_names: str, name: str, employer: Employer | None = None) -> User:
    user = User.objects.filter(staff_no=staff_no).first()
    if user is None:
        user = User.objects.create(staff_no=staff_no, name=name, employer=employer, password=_hashed())
        user.groups.set(Group.objects.filter(name__in=role_names))
    return user

"""Twenty-two generated moulds for the show beside the contest."""

from decimal import Decimal

from competitions.models import Exhibit, Exhibition
from craft_site.home.demo.chance import number
from craft_site.people.models import Employer

# (kind, Chinese, English, part material, thickness mm, accuracy, life in 10,000 strokes)
MOULDS = (
    (
        "compound",
        "合页片冲孔落料复合模",
        "Hinge-leaf piercing and blanking die",
        "Q235",
        "1.0",
        "±0.02 mm",
        80,
    ),
    (
        "progressive",
        "电机定转子高速级进模",
        "Motor stator and rotor progressive die",
        "B50A470",
        "0.5",
        "±0.008 mm",
        12000,
    ),
    ("drawing", "保温杯内胆拉深模", "Vacuum-cup liner drawing die", "304", "0.5", "±0.05 mm", 60),
    ("progressive", "锁芯拨片级进模", "Lock-cylinder cam progressive die", "H62", "0.8", "±0.01 mm", 600),
    ("single", "防盗门面板压花模", "Security-door panel embossing die", "SPCC", "0.7", "±0.10 mm", 30),
    ("compound", "垫圈复合模", "Washer compound die", "Q235", "1.5", "±0.03 mm", 150),
    ("drawing", "不锈钢锅体拉深模", "Stainless pot drawing die", "430", "0.6", "±0.05 mm", 50),
    (
        "progressive",
        "电动工具开关簧片级进模",
        "Tool-switch spring progressive die",
        "QSn6.5",
        "0.3",
        "±0.008 mm",
        2000,
    ),
    ("single", "铰链弯曲模", "Hinge bending die", "Q235", "2.0", "±0.05 mm", 60),
    ("compound", "链板冲裁复合模", "Chain-plate compound die", "40Mn", "2.5", "±0.03 mm", 100),
    ("progressive", "散热翅片级进模", "Heat-sink fin progressive die", "1060", "0.12", "±0.01 mm", 8000),
    ("drawing", "灯罩反拉深模", "Lampshade reverse drawing die", "1060", "0.8", "±0.08 mm", 40),
    ("single", "锯片落料模", "Saw-blade blanking die", "65Mn", "1.2", "±0.02 mm", 50),
    (
        "progressive",
        "连接器端子级进模",
        "Connector terminal progressive die",
        "C5191",
        "0.2",
        "±0.005 mm",
        15000,
    ),
    ("compound", "法兰盘冲孔翻边复合模", "Flange piercing and flanging die", "SPHC", "2.0", "±0.05 mm", 80),
    ("drawing", "滤芯端盖拉深模", "Filter-cap drawing die", "SPCC", "0.8", "±0.05 mm", 120),
    ("single", "门锁面板冲孔模", "Lock-plate piercing die", "304", "1.5", "±0.02 mm", 80),
    ("progressive", "园林剪刀片级进模", "Garden-shear blade progressive die", "SK5", "2.0", "±0.02 mm", 150),
    ("compound", "轴承保持架复合模", "Bearing-cage compound die", "08Al", "0.8", "±0.02 mm", 300),
    ("drawing", "水槽整体拉深模", "Kitchen-sink drawing die", "304", "0.9", "±0.10 mm", 30),
    ("single", "角码切断弯曲模", "Corner-bracket cutting and bending die", "Q235", "1.8", "±0.05 mm", 90),
    ("progressive", "滑板车卡扣级进模", "Scooter clip progressive die", "SPCC", "1.0", "±0.02 mm", 400),
)


def make_exhibits(exhibition: Exhibition, employers: list[Employer]) -> None:
    Exhibit.objects.bulk_create(
        Exhibit(
            exhibition=exhibition,
            booth=f"{'AB'[n // 11]}{n % 11 + 1:02d}",
            firm=employers[n],
            name=name,
            name_en=english,
            kind=kind,
            material=material,
            thickness=Decimal(thickness),
            accuracy=accuracy,
            life=life,
            makers="本单位模具车间",
            pitch=f"一次装夹，单件节拍 {number(2, 9, name)} 秒，换型不超过 {number(8, 30, name, 'set')} 分钟。",
            pitch_en=(
                f"One clamping, {number(2, 9, name)} s a part, "
                f"changed over in {number(8, 30, name, 'set')} minutes at most."
            ),
        )
        for n, (kind, name, english, material, thickness, accuracy, life) in enumerate(MOULDS)
    )

"""Words of the stories of the demonstration.

Stories of real people say what the newspaper's report prints and no word more; they rest on that report, in words
alone.
Stories of generated people say that they are generated.
"""

from typing import Any

from wagtail.rich_text import RichText


def text(*paragraphs: str) -> tuple[str, RichText]:
    return "text", RichText("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


GENERATED = text("本篇为演示而生成：人物、单位、事迹与图片都不是真实的。")
GENERATED_EN = text(
    "This story was generated for the demonstration: person, firm, deeds and pictures are not real."
)

# Of real people: slug, honours as (title, holder), page.
PRINTED: list[dict[str, Any]] = [
    {
        "slug": "2024-five-workers",
        "honours": (
            ("national-may-day-medal", "王杭花"),
            ("zhejiang-model-worker", "吴海洋"),
            ("zhejiang-model-worker", "陈康"),
            ("zhejiang-model-worker", "马林刚"),
            ("zhejiang-model-worker", "方仙女"),
        ),
        "title": "2024，五个名字",
        "title_en": "2024: five names",
        "intro": "一枚全国五一劳动奖章，四位浙江省劳模。",
        "intro_en": "A National May Day Labour Medal and four model workers of Zhejiang.",
        "roots_heading": "名字",
        "roots_heading_en": "Names",
        "roots": [
            text("2024 年，王杭花获评全国五一劳动奖章，吴海洋、陈康、马林刚、方仙女获评浙江省劳模。"),
            (
                "numbers",
                [
                    {"label": "全国五一劳动奖章", "value": "1", "unit": "名", "period": "2024 年"},
                    {"label": "浙江省劳动模范", "value": "4", "unit": "名", "period": "2024 年"},
                    {"label": "八婺金匠", "value": "31", "unit": "人", "period": "2024 年"},
                ],
            ),
        ],
        "roots_en": [
            text(
                "In 2024 Wang Hanghua was awarded the National May Day Labour Medal; Wu Haiyang, Chen Kang, Ma Lingang "
                "and Fang Xiannü became model workers of Zhejiang."
            )
        ],
        "craft_heading": "土壤",
        "craft_heading_en": "The ground",
        "craft": [
            text(
                "永康素有“五金工匠走四方，府府县县不离康”的美誉。",
                "市总工会通过构建技能竞赛、工匠培育、示范引领的创新体系，营造“尊重工匠”的良好氛围。",
            )
        ],
        "craft_en": [
            text(
                "The city is known for its smiths and hardware makers, who have gone everywhere for generations."
            )
        ],
        "legacy_heading": "榜样",
        "legacy_heading_en": "Examples",
        "legacy": [
            text(
                "榜样的力量无限大。2024 年以来，全市共开展“劳模工匠助企行”活动 12 场次，"
                "发挥劳模的示范、引领和辐射作用。"
            )
        ],
        "legacy_en": [
            text("Since 2024 model workers and craftsmen have gone to firms on twelve occasions to help.")
        ],
    },
    {
        "slug": "chen-rongdong",
        "honours": (("zhejiang-craftsman", "陈荣东"), ("yongkang-model-worker", "陈荣东")),
        "title": "陈荣东：讲自己走过的路",
        "title_en": "Chen Rongdong tells of the way he came",
        "role": "浙江顺虎铝业有限公司工会主席",
        "role_en": "Chair of the trade union of Zhejiang Shunhu Aluminium",
        "intro": "浙江省工匠、永康市劳动模范，以亲身经历诠释劳模精神。",
        "intro_en": "Craftsman of Zhejiang and model worker of Yongkang, he speaks from his own experience.",
        "roots_heading": "讲台",
        "roots_heading_en": "On the platform",
        "roots": [
            text(
                "在永康市劳模工匠精神宣讲暨新就业形态劳动者趣味运动会上，浙江省工匠、永康市劳动模范陈荣东"
                "分享了成长历程、技术攻坚的艰辛以及推动产业升级的宝贵经验。",
                "他以亲身经历诠释劳模精神，鼓励大家以劳模工匠为榜样，勇于突破自我，在平凡的岗位上创造出不平凡的业绩。",
            ),
        ],
        "roots_en": [
            text(
                "At a talk of model workers held with the games of people in new forms of employment, Chen Rongdong "
                "told how he grew into his work, how hard it was to solve technical problems, and what he learnt from "
                "bringing his industry forward."
            )
        ],
        "craft_heading": "宣讲",
        "craft_heading_en": "Talks",
        "craft": [
            text("2024 年，劳模工匠精神宣讲走进机关、校园和企业。"),
            (
                "numbers",
                [
                    {"label": "宣讲活动", "value": "52", "unit": "场次", "period": "2024 年"},
                    {"label": "参与职工", "value": "8700 余", "unit": "人", "period": "2024 年"},
                ],
            ),
        ],
        "craft_en": [
            text("In 2024 there were 52 such talks in offices, schools and firms; 8,700 workers listened.")
        ],
        "legacy_heading": "协商",
        "legacy_heading_en": "Bargaining",
        "legacy": [
            (
                "quote",
                {
                    "text": "以前开展工资集体协商时，都要跑市总工会、市人社局报备材料，"
                    "现在有了‘薪协商一件事’平台，可实现‘零次跑’。",
                    "who": "陈荣东，浙江顺虎铝业有限公司工会主席",
                },
            ),
            text("“薪协商一件事”是永康的工资集体协商平台：企业发起要约，职工代表在线议价，全程留痕可追溯。"),
        ],
        "legacy_en": [
            (
                "quote",
                {
                    "text": "For collective bargaining we used to carry papers to the federation and to the "
                    "labour office. With the platform nobody goes anywhere.",
                    "who": "Chen Rongdong",
                },
            )
        ],
    },
    {
        "slug": "breaching-tactics-team",
        "honours": (("national-worker-pioneer", "防盗门窗破拆突入战术研究组"),),
        "title": "一个战术研究组的“工人先锋号”",
        "title_en": "A Worker Pioneer team that studies how to open doors",
        "intro": "永康市公安局防盗门窗破拆突入战术研究组，2024 年获评全国工人先锋号。",
        "intro_en": "A team of the city's police became a National Worker Pioneer in 2024.",
        "roots_heading": "先锋",
        "roots_heading_en": "Pioneers",
        "roots": [
            text(
                "永康市公安局防盗门窗破拆突入战术研究组获评全国工人先锋号。",
                "这是 2024 年永康获评的唯一一个全国工人先锋号。",
            )
        ],
        "roots_en": [text("It is the one National Worker Pioneer that the city was awarded in 2024.")],
    },
]

# Of generated people: what is said of the person comes from the demonstration's own records.
MASTER: dict[str, Any] = {
    "slug": "demo-master",
    "title": "带徒三茬，手艺没有断",
    "title_en": "Three years of apprentices, and the craft goes on",
    "role": "冲压模具钳工（示例）",
    "role_en": "Toolmaker (example)",
    "intro": "从学徒到师傅，他把修模的手感写成了带徒日志。（演示）",
    "intro_en": "From apprentice to master: how the feel for a die became a log. (Generated)",
}
WINNER: dict[str, Any] = {
    "slug": "demo-winner",
    "title": "四小时，一副模，三道缝",
    "title_en": "Four hours, one die, three gaps",
    "role": "模具工（示例）",
    "role_en": "Mould maker (example)",
    "intro": "赛场上的四个小时，是车间里三千个白天。（演示）",
    "intro_en": "Four hours in the hall, three thousand days in the shop. (Generated)",
}


def bodies(plates: list[Any], result: dict[str, str] | None) -> dict[str, Any]:
    """The three parts of a generated story. plates: four pictures; result: where the person's contest result stands."""
    said, bench, *shown = plates
    return {
        "roots": [
            GENERATED,
            text(
                "进厂第一年，他只做一件事：打扫模架，量缝隙，把数字记在工具箱盖子里面。",
                "师傅说，手要比卡尺先知道。那一年他记了四百多行，后来都成了徒弟的教材。",
            ),
            (
                "picture",
                {"image": bench, "alt": "一副冲模的轴测分解图", "caption": "第一副独立修好的模（示意图）"},
            ),
        ],
        "craft": [
            text(
                "千分之五毫米是看不见的。看得见的是毛刺：翻一张料片，朝灯光斜过去，刃口说的话都在那一条边上。"
            ),
            ("quote", {"text": "缝放大了省事，放对了才是手艺。", "who": "车间里的话（演示）"}),
            *([("result", result)] if result else []),
            (
                "timeline",
                [
                    {"when": "第 1 年", "what": "学徒", "detail": "量缝隙，记数字。"},
                    {"when": "第 4 年", "what": "独立修模", "detail": "试模次数从五次降到两次。"},
                    {"when": "第 9 年", "what": "第一次带徒", "detail": "把记下的数字交给徒弟。"},
                ],
            ),
            (
                "gallery",
                [
                    {"image": one, "alt": f"冲模分解图之{sign}", "caption": f"车间里的图纸之{sign}（示意图）"}
                    for one, sign in zip(shown, "一二三", strict=False)
                ],
            ),
        ],
        "legacy": [
            (
                "numbers",
                [
                    {"label": "带徒", "value": "3", "unit": "名", "period": "演示数据"},
                    {"label": "试模次数", "value": "5 → 2", "unit": "次", "period": "演示数据"},
                ],
            ),
            text("他不让徒弟背参数。先摸，再量，最后才翻表。摸不出来的，量了也不认得。"),
            (
                "picture",
                {"image": said, "alt": "一副级进模的轴测分解图", "caption": "交给徒弟的第一张图（示意图）"},
            ),
        ],
        "roots_en": [
            GENERATED_EN,
            text(
                "In his first year he cleaned die sets, measured gaps, and wrote the figures inside the lid of his box."
            ),
        ],
        "craft_en": [
            text(
                "Five thousandths of a millimetre cannot be seen. What can be seen is the burr along one edge."
            ),
            *([("result", result)] if result else []),
        ],
        "legacy_en": [
            text("He lets nobody learn figures by heart: first the hand, then the gauge, then the table.")
        ],
    }

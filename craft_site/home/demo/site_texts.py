"""News and plain pages of the demonstration, in both languages.

The news tell what the city's federation published about 2024 and April 2025, without a person's name.
"""

from datetime import date
from typing import Any

from wagtail.rich_text import RichText

SOURCE = "依据永康市总工会关于 2024 年工作的公开报道整理。"
SOURCE_EN = "From what the city's federation of trade unions published about its work in 2024."


def text(*paragraphs: str) -> tuple[str, RichText]:
    return "paragraph", RichText("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


NEWS: list[dict[str, Any]] = [
    {
        "slug": "2025-mould-elite",
        "date": date(2025, 4, 8),
        "title": "第四届模具工职业技能精英赛举行",
        "title_en": "The fourth skills contest of mould makers",
        "intro": "80 余名冲压模制造精英同台角逐，20 余家模具制造企业同步展出成品模具。",
        "intro_en": "More than 80 makers of stamping moulds competed; more than 20 firms showed finished moulds.",
        "body": [
            (
                "figures",
                [
                    {"label": "参赛选手", "value": "80 余", "unit": "名", "period": "2025 年 4 月 8 日"},
                    {"label": "参展企业", "value": "20 余", "unit": "家", "period": "2025 年 4 月 8 日"},
                ],
            ),
            text(
                "4 月 8 日，第四届模具工职业技能精英赛举行，80 余名冲压模制造精英展开激烈角逐。",
                "同步进行的成品模具展上，20 余家模具制造企业现场展示优质模具产品，"
                "为产业工人搭建了拼技能、亮绝活、搞创新的舞台。",
                "本演示网站以这一届赛事为蓝本，把时间移到了今天：网站上的选手、企业和成绩均由程序生成。",
            ),
            (
                "quote",
                {"text": "每年一届的模具工职业技能精英赛，是推动产业工人队伍建设改革的举措之一。", "who": ""},
            ),
            text(SOURCE),
        ],
        "body_en": [
            text(
                "On 8 April more than 80 makers of stamping moulds competed in the fourth skills contest of mould "
                "makers. At the exhibition beside it more than 20 firms showed their finished moulds.",
                "This demonstration takes that edition for its model and moves it to today: its contestants, firms "
                "and marks are generated.",
                SOURCE_EN,
            )
        ],
    },
    {
        "slug": "2024-contests",
        "date": date(2025, 5, 1),
        "title": "2024 年：5 场技能竞赛，220 名职工得到能力提升补助",
        "title_en": "2024: five skills contests, and grants for 220 workers",
        "intro": "承办省级职工职业技能竞赛模具工赛项，举办电力系统职工技能运动会等竞赛。",
        "intro_en": "The city hosted the provincial event of mould makers and the games of the power system.",
        "body": [
            (
                "figures",
                [
                    {"label": "技能竞赛", "value": "5", "unit": "场", "period": "2024 年"},
                    {"label": "学历与能力提升补助", "value": "220", "unit": "名", "period": "2024 年"},
                ],
            ),
            text(
                "2024 年，我市承办浙江省省级职工职业技能竞赛模具工赛项，举办市电力系统职工技能运动会、"
                "健康科普技能竞赛等技能竞赛 5 场。",
                "同年，220 名学历与能力得到提升的一线职工领到补助。2025 年的任务是引导基层工会"
                "开展各类技能比武不少于 5 场。",
                SOURCE,
            ),
        ],
        "body_en": [
            text(
                "In 2024 the city hosted the provincial contest's event of mould makers and held five skills "
                "contests, among them the games of the power system. 220 workers received a grant for a degree "
                "or a higher skill level. For 2025 at least five contests are planned.",
                SOURCE_EN,
            )
        ],
    },
    {
        "slug": "power-academy",
        "date": date(2024, 12, 31),
        "title": "电力“工匠学院”：联盟单位的工匠当导师",
        "title_en": "A craftsmen's academy for electric power",
        "intro": "结合五金产业劳模创新工作室，在供电公司成立电力“工匠学院”。",
        "intro_en": "Founded at the power company, with craftsmen of the allied firms as mentors.",
        "body": [
            text(
                "2024 年，根据永康地域产业特色，结合五金产业劳模创新工作室工作，电力“工匠学院”"
                "在国网永康市供电公司成立，聘任联盟成员单位工匠为导师，"
                "旨在培育更多素质优良、能力过硬的“电力工匠”“五金工匠”。",
                SOURCE,
            )
        ],
        "body_en": [
            text(
                "In 2024 a craftsmen's academy for electric power was founded at the city's power company. "
                "Craftsmen of the allied firms teach there as mentors.",
                SOURCE_EN,
            )
        ],
    },
]

PLAIN: list[dict[str, Any]] = [
    {
        "slug": "about",
        "show_in_menus": True,
        "title": "关于本站",
        "title_en": "About this site",
        "intro": "职工职业技能竞赛的报名、抽签、评分与成绩，在一处办理，逐步可查。",
        "intro_en": "Registration, draws, marking and results of skills contests in one place, every step verifiable.",
        "body": [
            ("notice", "这是演示站点：选手、单位、成绩均为生成，不代表任何机构。"),
            ("heading", "本站公开什么"),
            text(
                "每项竞赛的通知、赛程、技术文件及其生效时间、公示名单、抽签过程、成绩版本和校验值。",
                "成绩一经发布不再改动；更正会成为新的版本，写明原因，旧版本仍然可查。",
            ),
            ("heading", "本站不公开什么"),
            text("证件号码、手机号码和证明材料加密保存，不出现在任何页面、图片、附件或网址里。"),
        ],
        "body_en": [
            (
                "notice",
                "A demonstration: contestants, firms and marks are generated and stand for no organisation.",
            ),
            ("heading", "What is public"),
            text(
                "Notices, calendars, technical documents with the time they took force, accepted lists, draws, and "
                "results with their versions and check values. A published result never changes; a correction is a "
                "new version with its reason."
            ),
            ("heading", "What is not"),
            text(
                "Numbers of documents and mobile phones rest sealed and stand on no page, picture, file or address."
            ),
        ],
    },
    {
        "slug": "contact",
        "title": "联系我们",
        "title_en": "Contact",
        "intro": "报名与审核、公示异议、申诉和无障碍问题，各有去处。",
        "intro_en": "Where to turn with entries, objections, appeals and accessibility.",
        "body": [
            ("heading", "报名与审核"),
            text("登录后在“我的”里查看进度；被退回的报名会写明原因与补正期限。"),
            ("heading", "公示异议与申诉"),
            text(
                "对公示名单有异议，请实名向组委会办公室反映；对本人成绩有异议，请在时限内从成绩页面提出申诉。"
            ),
            ("heading", "电话与地址"),
            text("演示站点不设真实电话。正式使用时由主办单位在站点设置中填写，显示在每页页脚。"),
        ],
        "body_en": [
            ("heading", "Entries"),
            text(
                "Sign in to follow your entry. A returned entry says why, and until when it can be corrected."
            ),
            ("heading", "Objections and appeals"),
            text("Signed objections to a list go to the office. Appeals start from your own results."),
            ("heading", "Telephone and address"),
            text(
                "A demonstration has none. The host enters them in the site settings; every page then shows them."
            ),
        ],
    },
    {
        "slug": "accessibility",
        "title": "无障碍声明",
        "title_en": "Accessibility statement",
        "intro": "我们希望每位职工都能独立使用本站。",
        "intro_en": "Every worker should be able to use this site without help.",
        "body": [
            ("heading", "目标"),
            text("以 WCAG 2.2 AA 级和 GB/T 37668 二级为目标建设。"),
            ("heading", "可以怎样使用"),
            text(
                "每页顶部有“大字版”：正文放大，按钮加大，单栏排列，选择会被记住；页脚可以切换深色。",
                "只用键盘即可完成全部操作；表单不依赖脚本；状态不单靠颜色表达，文字与图标同时给出。",
            ),
            ("heading", "尚有不足"),
            text("编辑上传的 PDF 附件未必带有标签结构。需要其他格式时，请与主办单位联系。"),
        ],
        "body_en": [
            ("heading", "Aim"),
            text("The site is built towards WCAG 2.2 AA and level 2 of GB/T 37668."),
            ("heading", "How it can be used"),
            text(
                "“Larger text” on top of every page enlarges text and buttons and sets one column; the choice is "
                "kept. The foot of the page has a dark mode.",
                "The keyboard alone is enough, forms need no script, and no meaning rests on colour alone.",
            ),
            ("heading", "Known gaps"),
            text("PDF files uploaded by editors may lack a tag structure. Ask the host for another format."),
        ],
    },
]

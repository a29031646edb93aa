"""Words of the demonstration: the chapters of a technical document. Figures are examples, not a host's rules."""

DOCUMENT: dict[str, tuple[str, str]] = {
    "overview": (
        "本赛项面向本市企业在职职工，个人赛。理论知识与操作技能均由裁判组统一评定。本文件为演示数据。",
        "Open to employed workers of the city, individual event. Theory and practical work are marked by the "
        "panel of judges. This document is demonstration data.",
    ),
    "purpose": (
        "以赛促学、以赛促训，发现和培养高技能人才。",
        "To learn and train through competition and to find skilled craftsmen.",
    ),
    "content": (
        "理论知识：闭卷机考，满分100分。\n操作技能：按图样完成加工、装配与试模，满分100分，评分点全部公开。",
        "Theory: closed book, on computer, 100 marks.\nPractical: machine, assemble and try out a die to "
        "drawing, 100 marks; every aspect of the marking scheme is public.",
    ),
    "time": (
        "理论60分钟；操作240分钟，另有熟悉设备30分钟、试模20分钟。开赛15分钟后不得入场。",
        "Theory 60 minutes; practical 240 minutes, with 30 minutes to learn the machines and 20 minutes of "
        "try-out. The door closes 15 minutes after the start.",
    ),
    "equipment": (
        "赛场提供机床、量仪与坯料；选手自带刀具与常用量具；手机、智能手表等禁止带入。",
        "Machines, instruments and blanks are provided; contestants bring cutters and common gauges; phones and "
        "smart watches are forbidden.",
    ),
    "marking": (
        "理论占30%，操作占70%，每一步保留两位小数、四舍五入。总分相同先比操作技能。奖项需理论、实操均不低于60分。",
        "Theory counts 30 %, practical 70 %; every step is rounded half up to two decimals. Equal totals are "
        "compared by the practical mark. An award needs at least 60 in both parts.",
    ),
    "safety": (
        "穿戴劳保用品；旋转设备禁止戴手套；出现危险由裁判立即终止操作。",
        "Wear protective equipment; no gloves at rotating machines; a judge stops whatever is dangerous.",
    ),
    "appeal": (
        "对成绩有异议的，自公布起2小时内由领队书面提出。",
        "Appeals against marks are handed in by the team leader in writing within two hours of publication.",
    ),
}

#!/usr/bin/env python3
"""Checks the published result of a contest from its proof, without the server that published it.

    python3 verify_contest.py PROOF.zip [--lang zh|en] [--json]
        [--key NAME+HASH+KEY] [--checkpoint NOTE.txt] [--receipt 1207:A1B2C3]

Exit code 0: everything holds. 1: something does not, and it is named. 2: the file cannot be read.

This file needs Python 3.9 or newer and nothing else. It shares no line with the program that published the result:
it is a second implementation, written from docs/proof.md, and meant to be read. Its parts, in order:

    1  the report            what was checked, what holds, in Chinese and English
    2  the file              zip and JSON, with limits, strict
    3  hashes and signatures SHA-256, Ed25519 (RFC 8032), Merkle tree (RFC 6962), signed notes (C2SP)
    4  the ledger            the chain, its checkpoints, what its lines say
    5  the draws and codes   how a work number leads back to a contestant number
    6  the scheme            numbers, readings, aspects, panels, penalties
    7  the result            sums, components, rounds, ranks, teams, awards
    8  the comparison        the recomputed result against the published one
    9  the recheck           which sheets a supervisor had to check again, what was corrected
   10  the command
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import sys
import zipfile
import zlib
from collections import Counter
from datetime import datetime, timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

FORMAT = "skills-proof/1"
GENESIS = "0" * 64

# ---------------------------------------------------------------------------------------------------------------------
# 1  The report
# ---------------------------------------------------------------------------------------------------------------------

# What is checked, in the order of the table. The code is what --json prints.
CHECKS = {
    "manifest": ("文件清单：各文件的校验值", "Manifest: the check value of every file"),
    "chain": ("台账：每一行接续上一行", "Ledger: every line follows from the one before"),
    "complete": (
        "台账：成绩所依据的各类记录没有遗漏",
        "Ledger: no line that the result rests on is left out",
    ),
    "tree": ("签名点：与台账各行的树根一致", "Checkpoints: their roots are those of the lines"),
    "signatures": ("签名点：数字签名有效", "Checkpoints: their signatures are valid"),
    "anchor": ("与您手中的凭据一致", "What you hold yourself agrees"),
    "scheme": ("评分方案：与台账记录的一致", "Scheme: the one that the ledger names"),
    "draws": ("抽签：种子与顺序可重新算出", "Draws: seed and order can be computed again"),
    "codes": ("编码：与抽签及事先的承诺一致", "Codes: they agree with draws and commitments"),
    "sheets": ("评分表：裁判签名的内容即所采用的读数", "Sheets: what the judges signed is what counts"),
    "readings": ("读数：公布的读数即台账中的读数", "Readings: those published are those of the ledger"),
    "marks": ("各评分点得分：重新计算一致", "Marks of all aspects, computed again"),
    "totals": ("评分项、科目、总分：重新计算一致", "Sums, components and totals, computed again"),
    "ranks": ("名次：重新计算一致", "Ranks, computed again"),
    "awards": ("奖项：重新计算一致", "Awards, computed again"),
    "teams": ("团体成绩：重新计算一致", "Teams, computed again"),
    "release": ("公布的成绩：校验值与台账一致", "Release: its check value is the ledger's"),
    "rows": ("公布的名单：与成绩一致", "Published list: it agrees with the result"),
    "recheck": ("复核：抽样可重新算出", "Recheck: the sample can be drawn again"),
}

# Every sentence that can be printed, by code. {} are filled with what was found.
WORDS = {
    "bad_hash": ("内容与清单中的校验值不符", "the content is not what the manifest says"),
    "missing_member": ("缺少此文件", "this file is missing"),
    "extra_member": ("清单中没有此文件", "the manifest does not know this file"),
    "manifest_form": (
        "清单不是规范写法或缺少内容",
        "the manifest is not in its one spelling, or lacks something",
    ),
    "bad_json": ("无法读取：{why}", "not readable: {why}"),
    "bad_shape": ("缺少或不合规定：{why}", "missing or malformed: {why}"),
    "line_breaks": (
        "此行不接续上一行（已更改、删除或换位）",
        "this line does not follow (changed, removed or moved)",
    ),
    "line_seq": ("行号应为 {wanted}，实为 {found}", "its number is {found}, not {wanted}"),
    "line_chain": ("属于另一台账 {found}", "it belongs to another chain, {found}"),
    "line_text": ("不是一行台账", "this is no ledger line"),
    "no_published": ("台账没有公布此成绩的一行", "no line publishes this release"),
    "kind_count": (
        "{kind}：公布时有 {wanted} 行，此处给出 {found} 行",
        "{kind}: {wanted} lines when published, {found} given here",
    ),
    "counts_missing": ("公布一行没有各类行数", "the publishing line does not count the lines by kind"),
    "no_checkpoint": ("没有经签名的签名点", "there is no signed checkpoint"),
    "note_form": ("第 {number} 个签名点的写法不对", "checkpoint {number} is not a signed note"),
    "note_origin": ("签名点属于 {found}，不属于 {wanted}", "the checkpoint is of {found}, not of {wanted}"),
    "note_root": (
        "{size} 行的树根与签名点不符（台账已更改）",
        "the root over {size} lines is not the checkpoint's (the ledger was changed)",
    ),
    "note_short": (
        "签名点有 {size} 行，台账只有 {found} 行（末尾被删去）",
        "the checkpoint covers {size} lines, the ledger has {found} (its tail is cut)",
    ),
    "note_late": (
        "最后的签名点只到 {size} 行，未覆盖公布的一行",
        "the last checkpoint ends at line {size}, before the result was published",
    ),
    "lines_beyond": (
        "台账有 {found} 行，最后的签名点只到 {size} 行",
        "the ledger has {found} lines, the last checkpoint covers {size}",
    ),
    "note_order": ("签名点没有按行数排列", "the checkpoints are not in order"),
    "bad_signature": (
        "{size} 行的签名点签名无效",
        "the signature of the checkpoint over {size} lines is not valid",
    ),
    "unknown_key": ("签名的密钥 {name} 不在 keys.json 中", "signed by {name}, which keys.json does not have"),
    "key_form": ("密钥不是 32 字节的 Ed25519 公钥", "not an Ed25519 public key of 32 bytes"),
    "bad_inclusion": ("公布一行的包含证明不成立", "the inclusion proof of the publishing line does not hold"),
    "bad_consistency": (
        "从 {old} 行到 {new} 行的一致性证明不成立",
        "the consistency proof from {old} to {new} lines does not hold",
    ),
    "anchor_key": ("密钥不是您给出的：{found}", "signed with another key than yours: {found}"),
    "anchor_note": (
        "您手中的签名点与此台账不一致（{size} 行）",
        "the checkpoint that you hold is not of this ledger ({size} lines)",
    ),
    "anchor_note_form": ("您给出的签名点无法读取", "the checkpoint that you gave is not readable"),
    "anchor_note_newer": (
        "您手中的签名点有 {size} 行，比此证明新，无法比较",
        "your checkpoint covers {size} lines, more than this proof holds",
    ),
    "anchor_receipt": ("回执 #{seq} 应为 {found}", "receipt #{seq} is {found} here"),
    "scheme_hash": (
        "校验值为 {found}，台账为 {wanted}",
        "its check value is {found}, the ledger says {wanted}",
    ),
    "scheme_not_newest": (
        "公布时采用的不是台账中最新的评分方案",
        "it is not the newest scheme of the ledger",
    ),
    "scheme_unread": ("评分方案无法计算：{why}", "the scheme cannot be computed with: {why}"),
    "draw_unknown": ("台账没有这次抽签", "the ledger does not know this draw"),
    "draw_missing": ("台账中的抽签 {uuid} 未给出", "draw {uuid} of the ledger is not given"),
    "draw_list": ("名单与事先公布的校验值不符", "the list is not the one that was committed to"),
    "draw_secret": ("密钥与事先公布的校验值不符", "the secret is not the one that was committed to"),
    "draw_labels": ("号码与事先公布的校验值不符", "the labels are not those that were committed to"),
    "draw_dice": ("掷出的数与台账不符", "the dice are not those of the ledger"),
    "draw_seed": (
        "种子不是由名单、密钥与掷出的数算得",
        "the seed does not follow from list, secret and dice",
    ),
    "draw_state": ("状态与台账不符", "its state is not that of the ledger"),
    "draw_order": ("公布的顺序与种子算出的不同", "the order is not the one that the seed gives"),
    "code_unbound": (
        "编码 {number} 与抽签时的承诺不符",
        "code {number} is not among the commitments of its draw",
    ),
    "late_count": (
        "后到选手应有 {wanted} 个工位，实有 {found} 个",
        "{wanted} places were given to late contestants, {found} are shown",
    ),
    "late_place": ("后到选手的工位 {number} 不应存在", "the place {number} of a late contestant cannot be"),
    "code_lot": ("号码 {number} 不是抽签所得", "number {number} was not drawn"),
    "code_count": (
        "{layer}：抽出 {wanted} 个，此处 {found} 个",
        "{layer}: {wanted} were drawn, {found} are given",
    ),
    "code_twice": ("编码 {number} 出现两次", "code {number} stands twice"),
    "sheet_unknown": ("评分表 {sheet} 没有发放", "sheet {sheet} was never issued"),
    "sheet_aspect": ("{aspect} 不在此评分表上", "{aspect} is not on this sheet"),
    "sheet_revision": (
        "{aspect} 的第 {wanted} 次记录缺失，此处为第 {found} 次",
        "revision {wanted} of {aspect} is missing, this is {found}",
    ),
    "sheet_signed": (
        "评分表 {sheet}：签名的内容与读数不符",
        "sheet {sheet}: what was signed are not these readings",
    ),
    "sheet_unsigned": ("评分表 {sheet} 没有裁判签名", "sheet {sheet} bears no judge's signature"),
    "sheet_not_chief": (
        "评分表 {sheet} 没有裁判长签名",
        "sheet {sheet} bears no signature of the chief judge",
    ),
    "after_lock": ("锁分之后又有改动", "a change after the marks were locked"),
    "code_unknown": ("编码 {code} 不在 codes.json 中", "code {code} is not in codes.json"),
    "inputs_entry": ("选手 {entry} 在公布的成绩中没有", "contestant {entry} is not in the release"),
    "inputs_extra": ("选手 {entry} 在台账中没有", "contestant {entry} is not in the ledger"),
    "input_field": (
        "选手 {entry} 的 {field}：公布为 {found}，台账为 {wanted}",
        "contestant {entry}, {field}: {found} published, {wanted} in the ledger",
    ),
    "value": (
        "{entry} {field}：公布为 {found}，重算为 {wanted}",
        "{entry}, {field}: {found} published, {wanted} computed",
    ),
    "problem": ("无法重新计算：{why}", "cannot be computed: {why}"),
    "open_choice": ("{tier} 的名额未定（{entries}）", "the places of {tier} are not decided ({entries})"),
    "decision": ("奖项裁定与台账不符", "the decisions on awards are not those of the ledger"),
    "release_hash": (
        "校验值为 {found}，台账为 {wanted}",
        "its check value is {found}, the ledger says {wanted}",
    ),
    "release_event": ("属于另一赛项或版本", "it belongs to another event or version"),
    "rows_hash": (
        "名单的校验值为 {found}，台账为 {wanted}",
        "the check value of the list is {found}, the ledger says {wanted}",
    ),
    "row_missing": ("名单没有 {entry}", "{entry} is not on the list"),
    "recheck_plan": (
        "应复核的评分表与规则算出的不同：{found}",
        "the sheets to check are not those that the rule gives: {found}",
    ),
    "recheck_seed": ("抽样种子与台账不符", "the seed of the sample is not the ledger's"),
    "correction": ("更正不完整：{why}", "the correction is not complete: {why}"),
    "not_checked": ("没有检查", "not checked"),
}

# Notes: said, but no fault.
NOTES = {
    "withheld": (
        "{count} 行只给出哈希值（报名与回避等，与成绩的计算无关）：{kinds}",
        "{count} lines are given by their hash only (registration, ties; no result rests on them): {kinds}",
    ),
    "key": (
        "公钥：{found} —— 请与您从别处得到的公钥核对（主办方网站 /ledger/keys/、公告、纸质成绩单）",
        "public key: {found} - compare it with one that you have from elsewhere (/ledger/keys/, notices, paper)",
    ),
    "checkpoint": ("最后的签名点：{size} 行，{time}", "last checkpoint: {size} lines, {time}"),
    "counts": (
        "{lines} 行台账，{entries} 名选手，{marks} 个得分",
        "{lines} ledger lines, {entries} contestants, {marks} marks",
    ),
    "no_recheck": (
        "评分方案没有复核规则，或台账没有复核记录",
        "the scheme has no recheck, or the ledger records none",
    ),
    "corrections": (
        "复核或申诉更正了 {count} 处，见台账第 {lines} 行",
        "{count} corrections after the lock, ledger lines {lines}",
    ),
}


# What a ledger line is about, by the first part of its kind: appeal.admitted is about appeals.
KINDS = {
    "appeal": ("申诉", "appeals"),
    "award": ("奖项设置", "awards"),
    "component": ("分项成绩", "marks of a part"),
    "correction": ("成绩更正", "corrections"),
    "credit": ("补时", "time credits"),
    "document": ("技术文件", "technical documents"),
    "draw": ("抽签", "draws of lots"),
    "entry": ("报名", "entries"),
    "event": ("赛项状态与日程", "states and dates of the event"),
    "list": ("参赛名单", "the list of contestants"),
    "mark": ("评分", "marks"),
    "marks": ("设备补交的成绩", "marks handed in from a device"),
    "methods": ("裁判一致性", "how the judges agree"),
    "objection": ("社会异议", "objections of the public"),
    "panel": ("裁判组", "panels of judges"),
    "paper": ("理论试卷", "theory papers"),
    "penalty": ("违规处理", "penalties"),
    "play": ("操作用时", "working times"),
    "readings": ("仪器读数", "readings of instruments"),
    "recheck": ("复核", "rechecks"),
    "result": ("成绩公布", "results"),
    "roster": ("单位花名册", "rosters of employers"),
    "scheme": ("评分方案", "the marking scheme"),
    "seat": ("执裁人员及席位", "officials and their seats"),
    "sheet": ("评分表", "marking sheets"),
    "sheets": ("评分表分发", "marking sheets given out"),
    "station": ("工位", "benches"),
    "tablet": ("裁判设备", "devices of judges"),
    "team": ("参赛队", "teams"),
    "tie": ("回避关系", "ties that bar a judge"),
    "violation": ("违规", "violations"),
}

# What reading a value of another kind than a genuine proof holds may raise.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError)


class Unreadable(Exception):
    """The file is no proof at all: exit code 2. code: of READ below."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code, self.params = code, params

    @property
    def member(self):
        """The member of the zip that it is about, "" for the file as a whole."""
        if self.code in ("bad_manifest", "no_manifest", "format"):
            return "manifest.json"
        return "" if self.code == "no_file" else self.params.get("name", "")


READ = {
    "no_file": ("打不开文件 {name}", "cannot open {name}"),
    "not_zip": ("不是完好的 zip 文件", "not a sound zip file"),
    "too_big": ("文件过大", "the file is too big"),
    "bad_name": ("文件名 {name} 不允许", "the name {name} is not allowed"),
    "twice": ("{name} 出现两次", "{name} is there twice"),
    "no_manifest": ("没有 manifest.json", "there is no manifest.json"),
    "no_member": ("没有 {name}", "there is no {name}"),
    "bad_manifest": ("manifest.json 无法读取：{why}", "manifest.json is not readable: {why}"),
    "format": ("格式 {found}，本程序只认识 " + FORMAT, "format {found}; this program knows " + FORMAT),
    "directory": (
        "zip 文件末尾的目录损坏或缺失（文件可能没有下载完整）",
        "the directory at the end of the zip file is damaged or missing (is the download complete?)",
    ),
    "unpack": (
        "zip 文件已损坏：其中的 {name} 无法解压",
        "the zip file is damaged: {name} in it cannot be unpacked",
    ),
    "crc": (
        "zip 文件已损坏：其中 {name} 的内容与其校验值（CRC-32）不符",
        "the zip file is damaged: the content of {name} in it is not what its check value (CRC-32) says",
    ),
}


class Report:
    """What was found, check by check."""

    def __init__(self):
        self.faults = {code: [] for code in CHECKS}
        self.notes = []
        self.asked = set()

    def begin(self, check):
        self.asked.add(check)

    def no(self, check, code, member="", line=None, field="", /, **params):
        """Something does not hold. member, line, field: where."""
        self.asked.add(check)
        self.faults[check].append(
            {"code": code, "member": member, "line": line, "field": field, "params": params}
        )

    def note(self, code, /, **params):
        self.notes.append((code, params))

    @property
    def holds(self):
        return not any(self.faults.values())

    def sentence(self, fault, lang):
        params = dict(fault["params"])
        if fault["code"] == "kind_count":
            params["kind"] = kind_in_words(params["kind"], lang)
        words = WORDS[fault["code"]][lang].format(**params)
        where = fault["member"]
        if fault["line"] is not None:
            where += (" 第 {} 行" if lang == 0 else " line {}").format(fault["line"])
        if fault["field"]:
            where += " " + fault["field"]
        return (where + ("：" if lang == 0 else ": ") if where else "") + words

    def notes_in_words(self, lang):
        """(code, sentence) of each note."""
        for code, params in self.notes:
            told = dict(params)
            if "kinds" in told:
                about = (topic(kind, lang) for kind in told["kinds"])
                told["kinds"] = ("、", ", ")[lang].join(dict.fromkeys(about))
            if "time" in told:
                told["time"] = time_in_words(told["time"])
            yield code, NOTES[code][lang].format(**told)

    def as_text(self, lang):
        yes, no, skipped = (("成立", "不成立", "未检查"), ("holds", "DOES NOT HOLD", "not checked"))[lang]
        lines = []
        for code, names in CHECKS.items():
            if code == "anchor" and code not in self.asked:
                continue
            word = skipped if code not in self.asked else no if self.faults[code] else yes
            lines.append("%s  %s" % (word + " " * (14 - width(word)), names[lang]))
            shown = self.faults[code][:12]
            lines += ["                - " + self.sentence(fault, lang) for fault in shown]
            if len(self.faults[code]) > len(shown):
                more = len(self.faults[code]) - len(shown)
                lines.append(
                    ("                - 另有 {} 处" if lang == 0 else "                - {} more").format(
                        more
                    )
                )
        lines.append("")
        lines += [words for _, words in self.notes_in_words(lang)]
        if self.holds:
            lines.append(("全部成立。", "Everything holds.")[lang])
        else:
            count = sum(map(len, self.faults.values()))
            lines.append(("有 {} 处不成立。", "{} things do not hold.")[lang].format(count))
        return "\n".join(lines)

    def as_json(self, lang):
        return {
            "holds": self.holds,
            "checks": [
                {
                    "check": code,
                    "name": names[lang],
                    "holds": None if code not in self.asked else not self.faults[code],
                    "faults": [
                        dict(fault, message=self.sentence(fault, lang)) for fault in self.faults[code]
                    ],
                }
                for code, names in CHECKS.items()
            ],
            "notes": [{"code": code, "message": words} for code, words in self.notes_in_words(lang)],
        }


def topic(kind, lang):
    """What lines of that kind are about; a kind that this program does not know stays as it is written."""
    words = KINDS.get(kind.split(".")[0])
    return words[lang] if words else kind


def kind_in_words(kind, lang):
    """One kind of lines: its topic, and its name in the ledger; "*" stands for all kinds together."""
    if kind == "*":
        return ("各类合计", "all kinds together")[lang]
    words = topic(kind, lang)
    return words if words == kind else ("{}（{}）", "{} ({})")[lang].format(words, kind)


def time_in_words(stamp):
    """A time of the ledger, which is UTC, as the clocks in China showed it, with its zone; anything else as it is."""
    found = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?Z", stamp)
    try:
        at = datetime.strptime(found.group(1), "%Y-%m-%dT%H:%M:%S") + timedelta(hours=8) if found else None
    except (ValueError, OverflowError):
        at = None
    return stamp if at is None else at.isoformat(" ") + " +08:00"


def width(text):
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


# ---------------------------------------------------------------------------------------------------------------------
# 2  The file
# ---------------------------------------------------------------------------------------------------------------------

MEMBERS = (
    "README.txt",
    "manifest.json",
    "scheme.json",
    "release.json",
    "rows.json",
    "ledger.jsonl",
    "checkpoints.json",
    "keys.json",
    "draws.json",
    "codes.json",
)
MOST_FILE, MOST_MEMBER, MOST_UNPACKED, MOST_MEMBERS = 128 << 20, 256 << 20, 320 << 20, 40


def read_zip(content):
    """The members of a zip by name. Raises Unreadable. Nothing is trusted about the sizes that it claims."""
    if len(content) > MOST_FILE:
        raise Unreadable("too_big")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        listed = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError, OverflowError):
        raise Unreadable("directory" if content.startswith(b"PK\x03\x04") else "not_zip") from None
    if len(listed) > MOST_MEMBERS:
        raise Unreadable("too_big")
    found, left = {}, MOST_UNPACKED
    for item in listed:
        name = item.filename
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", name):
            raise Unreadable("bad_name", name=repr(name)[:60])
        if name in found:
            raise Unreadable("twice", name=name)
        most = min(MOST_MEMBER, left)
        try:
            with archive.open(item) as stream:
                body = stream.read(most + 1)
                if len(body) > most:
                    raise Unreadable("too_big")
                if stream.read(1):
                    raise Unreadable("too_big")
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,
            NotImplementedError,
            UnicodeError,
            OverflowError,
        ) as error:
            raise Unreadable("crc" if "CRC" in str(error) else "unpack", name=name) from None
        found[name], left = body, left - len(body)
    return found


def refuse_number(text):
    raise ValueError("a fraction must be written as text: " + text[:20])


def once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def read_json(content):
    """JSON without fractions and without a name twice. Raises ValueError."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        return json.loads(
            text, parse_float=refuse_number, parse_constant=refuse_number, object_pairs_hook=once
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def canonical(value):
    """The one spelling of a value that is hashed: keys sorted by UTF-16 code units, no blanks, UTF-8 (RFC 8785)."""
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    raise ValueError("no canonical spelling")


class Proof:
    """The members of a proof, read and held against the manifest."""

    def __init__(self, members, report):
        self.members, self.report = members, report
        if "manifest.json" not in members:
            raise Unreadable("no_manifest")
        try:
            self.manifest = read_json(members["manifest.json"])
            if not isinstance(self.manifest, dict):
                raise ValueError("not an object")
            listed = self.manifest.get("members")
            if not isinstance(listed, dict):
                raise ValueError("members")
        except ValueError as error:
            raise Unreadable("bad_manifest", why=str(error)[:80]) from None
        if self.manifest.get("format") != FORMAT:
            raise Unreadable("format", found=str(self.manifest.get("format"))[:40])
        for name in MEMBERS:
            if name not in members:
                raise Unreadable("no_member", name=name)
        report.begin("manifest")
        if not self._well_formed():
            report.no("manifest", "manifest_form", "manifest.json")
        for name in sorted(set(members) - {"manifest.json"}):
            if name not in listed:
                report.no("manifest", "extra_member", name)
            elif sha256(members[name]) != listed[name]:
                report.no("manifest", "bad_hash", name)
        for name in sorted(set(listed) - set(members)):
            report.no("manifest", "missing_member", str(name)[:60])

    def _well_formed(self):
        wanted = {"format", "event", "release", "number", "published_seq", "members"}
        try:
            text = canonical(self.manifest).encode()
        except (ValueError, UnicodeError):
            return False
        return set(self.manifest) == wanted and text == self.members["manifest.json"]

    def json(self, name, check, shape):
        """A member as JSON of that type (dict or list); a harmless empty one with a fault when it is not."""
        try:
            found = read_json(self.members[name])
            if not isinstance(found, shape):
                raise ValueError("not a " + shape.__name__)
            return found
        except (ValueError, UnicodeError) as error:
            self.report.no(check, "bad_json", name, why=str(error)[:80])
            return shape()


# ---------------------------------------------------------------------------------------------------------------------
# 3  Hashes and signatures
# ---------------------------------------------------------------------------------------------------------------------


def sha256(content):
    """64 hexadecimal digits; a text is hashed as its UTF-8 bytes."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


# Ed25519, RFC 8032 section 5.1, for verifying only: nothing here is secret, so nothing is constant in time.
P25519 = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D25519 = -121665 * pow(121666, P25519 - 2, P25519) % P25519
ROOT_OF_MINUS_ONE = pow(2, (P25519 - 1) // 4, P25519)


def recover_x(y, sign):
    if y >= P25519:
        return None
    square = (y * y - 1) * pow(D25519 * y * y + 1, P25519 - 2, P25519) % P25519
    if square == 0:
        return None if sign else 0
    x = pow(square, (P25519 + 3) // 8, P25519)
    if (x * x - square) % P25519:
        x = x * ROOT_OF_MINUS_ONE % P25519
    if (x * x - square) % P25519:
        return None
    return P25519 - x if (x & 1) != sign else x


def point_of(encoded):
    """(X, Y, Z, T) of 32 bytes, None when they are no point."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P25519)


def add_points(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P25519
    b = (p[1] + p[0]) * (q[1] + q[0]) % P25519
    c = 2 * p[3] * q[3] * D25519 % P25519
    d = 2 * p[2] * q[2] % P25519
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P25519, g * h % P25519, f * g % P25519, e * h % P25519)


def times_point(scalar, point):
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = add_points(found, point)
        point = add_points(point, point)
        scalar >>= 1
    return found


def same_point(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P25519 == 0 and (p[1] * q[2] - q[1] * p[2]) % P25519 == 0


BASE_Y = 4 * pow(5, P25519 - 2, P25519) % P25519
BASE = point_of(BASE_Y.to_bytes(32, "little"))


def ed25519_holds(public, message, signature):
    """Whether a signature of 64 bytes by a public key of 32 is one over these bytes."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same_point(times_point(s, BASE), add_points(r, times_point(h, a)))


# The Merkle tree of RFC 6962: a leaf is hashed with 00 before it, a node with 01.


def leaf_hash(line_hash):
    return hashlib.sha256(b"\0" + bytes.fromhex(line_hash)).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Roots over the first n leaves for any n, each computed once for whole sub-trees."""

    def __init__(self, leaves):
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def root(self, size):
        """The root over the first `size` leaves: the largest whole sub-trees, joined from the right."""
        if size == 0:
            return hashlib.sha256(b"").digest()
        peaks, start = [], 0
        for level in range(len(self.levels) - 1, -1, -1):
            if size - start >= 1 << level:
                peaks.append(self.levels[level][start >> level])
                start += 1 << level
        found = peaks.pop()
        while peaks:
            found = node_hash(peaks.pop(), found)
        return found


def inclusion_holds(leaf, index, size, path, root):
    """RFC 9162 2.1.3.2: whether the leaf at `index` belongs to the tree of that size and root."""
    if not 0 <= index < size:
        return False
    f, s, found = index, size - 1, leaf
    for step in path:
        if s == 0:
            return False
        if f & 1 or f == s:
            found = node_hash(step, found)
            while f and not f & 1:
                f, s = f >> 1, s >> 1
        else:
            found = node_hash(found, step)
        f, s = f >> 1, s >> 1
    return s == 0 and found == root


def consistency_holds(old_size, new_size, old_root, new_root, path):
    """RFC 9162 2.1.4.2: whether the larger tree begins with the smaller one."""
    if old_size == new_size:
        return not path and old_root == new_root
    if not 0 < old_size < new_size:
        return False
    path = list(path)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    f, s = old_size - 1, new_size - 1
    while f & 1:
        f, s = f >> 1, s >> 1
    old = new = path[0]
    for step in path[1:]:
        if s == 0:
            return False
        if f & 1 or f == s:
            old, new = node_hash(step, old), node_hash(step, new)
            while f and not f & 1:
                f, s = f >> 1, s >> 1
        else:
            new = node_hash(new, step)
        f, s = f >> 1, s >> 1
    return s == 0 and old == old_root and new == new_root


# A checkpoint is a C2SP signed note:  origin, size, root and time on a line each, a blank line, the signatures.
NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/=]{44})\n"
    r"(?P<more>(?:[^\n]+\n)*))\n(?P<signed>(?:\u2014 [^\n]+\n)+)"
)


class Note:
    """One checkpoint: raises ValueError when the text is none."""

    def __init__(self, text):
        match = NOTE.fullmatch(text) if isinstance(text, str) and len(text) < 20_000 else None
        if match is None:
            raise ValueError("not a signed note")
        self.text = match["text"].encode()
        self.origin, self.size = match["origin"], int(match["size"])
        self.root = base64.b64decode(match["root"], validate=True)
        if len(self.root) != 32:
            raise ValueError("root")
        self.more = match["more"].split("\n")[:-1]
        self.signatures = []
        for line in match["signed"].split("\n")[:-1]:
            name, _, blob = line[2:].rpartition(" ")
            signed = base64.b64decode(blob, validate=True)
            if not name or len(signed) <= 4 or base64.b64encode(signed).decode() != blob:
                raise ValueError("signature line")
            self.signatures.append((name, signed[:4], signed[4:]))


def key_id(name, public):
    """The four bytes by which a signature line names its key (C2SP signed-note, type 01 is Ed25519)."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def verifier_key(name, public):
    """The line under which a key is published: name+hash+key, the key with its algorithm's byte before it."""
    return name + "+" + key_id(name, public).hex() + "+" + base64.b64encode(b"\x01" + public).decode()


# ---------------------------------------------------------------------------------------------------------------------
# 4  The ledger
# ---------------------------------------------------------------------------------------------------------------------

# Kinds of lines on which a result rests. The publishing line says how many of each there were: none may be withheld.
NEEDED = (
    "award.chosen",
    "component.corrected",
    "component.entered",
    "correction.amended",
    "correction.approved",
    "correction.requested",
    "credit.decided",
    "credit.proposed",
    "draw.committed",
    "draw.drawn",
    "draw.thrown",
    "draw.voided",
    "entry.absent",
    "entry.checked_in",
    "entry.disqualified",
    "entry.withdrawn",
    "event.moved",
    "mark.corrected",
    "mark.entered",
    "penalty.approved",
    "penalty.lifted",
    "penalty.ordered",
    "penalty.proposed",
    "play.corrected",
    "play.started",
    "play.stopped",
    "recheck.committed",
    "recheck.drawn",
    "result.published",
    "scheme.adopted",
    "scheme.edited",
    "seat.left",
    "sheet.chief_signed",
    "sheet.issued",
    "sheet.reopened",
    "sheet.signed",
    "sheet.witnessed",
    "sheets.issued",
    "station.late",
    "team.dropped",
    "team.members",
)
LINE = re.compile(r"[0-9a-f]{64}")


class Ledger:
    """The lines of a proof: `bodies` by number from 1 (None where withheld), `hashes` likewise."""

    def __init__(self, proof, report):
        self.report, self.bodies, self.hashes = report, [None], [GENESIS]
        self.event = str(proof.manifest.get("event"))
        self.published = None
        self.published_seq = 0
        report.begin("chain")
        text = proof.members["ledger.jsonl"]
        rows = text.split(b"\n")
        if rows and rows[-1] == b"":
            rows.pop()
        else:
            report.no("chain", "line_text", "ledger.jsonl", len(rows))
        broken = False
        for seq, row in enumerate(rows, start=1):
            broken |= not self._take(seq, row, quiet=broken)
        self._find_published(proof)
        self._count(proof)

    @property
    def size(self):
        return len(self.hashes) - 1

    def _take(self, seq, row, quiet):
        """One line: a body whose hash is computed, or the hash of one that is withheld.

        A line says its own number, so that whatever was changed, cut out or moved shows where it happened; the hash
        of a withheld line is compared by the checkpoint's tree alone, and by the body after it, which builds on it.
        """
        try:
            body = read_json(row)
        except (ValueError, UnicodeError):
            body = None
        if isinstance(body, dict) and set(body) == {"withheld"} and LINE.fullmatch(str(body["withheld"])):
            self.bodies.append(None)
            self.hashes.append(body["withheld"])
            return True
        self.hashes.append(sha256(self.hashes[-1].encode() + row))
        shape = {
            "actor": str,
            "at": str,
            "chain": str,
            "facts": dict,
            "kind": str,
            "seq": int,
            "subject": str,
        }
        if (
            not isinstance(body, dict)
            or set(body) != set(shape)
            or not all(type(body[key]) is kind for key, kind in shape.items())
        ):
            self.bodies.append(None)
            if not quiet:
                self.report.no("chain", "line_text", "ledger.jsonl", seq)
            return False
        self.bodies.append(body)
        if body["seq"] != seq:
            if not quiet:
                self.report.no("chain", "line_seq", "ledger.jsonl", seq, "seq", wanted=seq, found=body["seq"])
            return False
        if body["chain"] != "event:" + self.event:
            if not quiet:
                self.report.no("chain", "line_chain", "ledger.jsonl", seq, "chain", found=body["chain"][:60])
            return False
        return True

    def _find_published(self, proof):
        seq = proof.manifest.get("published_seq")
        body = self.bodies[seq] if type(seq) is int and 0 < seq <= self.size else None
        wanted = ("result.published", "release:" + str(proof.manifest.get("release")))
        if body is None or (body["kind"], body["subject"]) != wanted:
            self.report.no("complete", "no_published", "ledger.jsonl", seq if type(seq) is int else None)
            return
        self.published, self.published_seq = body["facts"], seq

    def _count(self, proof):
        """The publishing line has counted the lines before it by kind; none that a result rests on may lack."""
        self.report.begin("complete")
        if self.published is None:
            return
        before = self.bodies[1 : self.published_seq]
        counts = self.published.get("lines")
        if not isinstance(counts, dict) or not all(type(count) is int for count in counts.values()):
            self.report.no("complete", "counts_missing", "ledger.jsonl", self.published_seq, "facts.lines")
            return
        found = Counter(body["kind"] for body in before if body is not None)
        for kind in sorted(set(counts) | set(found)):
            wanted = counts.get(kind, 0)
            if found[kind] != wanted and (kind in NEEDED or found[kind] > wanted):
                self.report.no(
                    "complete",
                    "kind_count",
                    "ledger.jsonl",
                    None,
                    "",
                    kind=kind[:40],
                    wanted=wanted,
                    found=found[kind],
                )
        if sum(counts.values()) != len(before):
            self.report.no(
                "complete",
                "kind_count",
                "ledger.jsonl",
                None,
                "",
                kind="*",
                wanted=sum(counts.values()),
                found=len(before),
            )
        hidden = sorted(kind for kind, wanted in counts.items() if found[kind] < wanted)
        if hidden:
            withheld = sum(1 for body in before if body is None)
            self.report.note("withheld", count=withheld, kinds=hidden)

    def lines(self, kinds=None):
        """(number, body) of every disclosed line up to the publishing one."""
        end = self.published_seq or self.size
        for seq, body in enumerate(self.bodies[: end + 1]):
            if body is not None and (kinds is None or body["kind"] in kinds):
                yield seq, body


def check_checkpoints(proof, ledger, report, anchors):
    """Roots, signatures and proofs of the checkpoints, and what the reader holds from elsewhere."""
    report.begin("tree")
    report.begin("signatures")
    keys = read_keys(proof, report, anchors)
    document = proof.json("checkpoints.json", "tree", dict)
    tree = Tree(leaf_hash(digest) for digest in ledger.hashes[1:])
    notes, found = document.get("notes"), []
    if not isinstance(notes, list) or not notes:
        report.no("signatures", "no_checkpoint", "checkpoints.json")
        notes = []
    for number, text in enumerate(notes, start=1):
        try:
            note = Note(text)
        except ValueError:
            report.no("tree", "note_form", "checkpoints.json", None, "notes[%d]" % number, number=number)
            continue
        found.append(note)
        check_note(note, number, ledger, tree, keys, report)
    if [note.size for note in found] != sorted({note.size for note in found}):
        report.no("tree", "note_order", "checkpoints.json")
    if found:
        last = found[-1]
        report.note("checkpoint", size=last.size, time=last.more[0] if last.more else "?")
        if last.size < ledger.published_seq:
            report.no("tree", "note_late", "checkpoints.json", size=last.size)
        elif last.size < ledger.size:
            report.no("tree", "lines_beyond", "ledger.jsonl", size=last.size, found=ledger.size)
        check_tree_proofs(document, found, ledger, report)
    check_anchors(anchors, ledger, tree, report)


def read_keys(proof, report, anchors):
    keys = {}
    listed = proof.json("keys.json", "signatures", dict).get("keys")
    for number, item in enumerate(listed if isinstance(listed, list) else ()):
        try:
            name, public = item["name"], base64.b64decode(item["public"], validate=True)
            if len(public) != 32 or point_of(public) is None or not isinstance(name, str):
                raise ValueError("key")
        except (ValueError, TypeError, KeyError):
            report.no("signatures", "key_form", "keys.json", None, "keys[%d]" % number)
            continue
        keys[name, key_id(name, public)] = public
        line = verifier_key(name, public)
        report.note("key", found=line)
        held = [given.strip() for given in anchors.get("keys", ())]
        if held:
            report.begin("anchor")
            if line not in held:
                report.no("anchor", "anchor_key", "keys.json", None, "keys[%d]" % number, found=line)
    return keys


def check_note(note, number, ledger, tree, keys, report):
    field = "notes[%d]" % number
    wanted = "/event:" + ledger.event
    if not note.origin.endswith(wanted):
        report.no(
            "tree", "note_origin", "checkpoints.json", None, field, found=note.origin[:80], wanted=wanted[1:]
        )
    if note.size > ledger.size:
        report.no("tree", "note_short", "ledger.jsonl", None, "", size=note.size, found=ledger.size)
    elif tree.root(note.size) != note.root:
        report.no("tree", "note_root", "checkpoints.json", None, field, size=note.size)
    for name, short, signature in note.signatures:
        if (name, short) not in keys:
            report.no("signatures", "unknown_key", "checkpoints.json", None, field, name=name[:80])
        elif not ed25519_holds(keys[name, short], note.text, signature):
            report.no("signatures", "bad_signature", "checkpoints.json", None, field, size=note.size)


def check_tree_proofs(document, notes, ledger, report):
    """The publishing line is in the tree, and each tree begins with the one before."""
    roots = {note.size: note.root for note in notes}
    try:
        given = document["inclusion"]
        path = [bytes.fromhex(step) for step in given["path"]]
        index, size = given["seq"] - 1, given["size"]
        leaf = leaf_hash(ledger.hashes[ledger.published_seq])
        held = given["seq"] == ledger.published_seq and inclusion_holds(leaf, index, size, path, roots[size])
    except (KeyError, TypeError, ValueError, IndexError):
        held = False
    if not held:
        report.no("tree", "bad_inclusion", "checkpoints.json", None, "inclusion")
    steps = document.get("consistency")
    for number, (old, new) in enumerate(zip(notes, notes[1:])):
        try:
            path = [bytes.fromhex(step) for step in steps[number]]
            held = consistency_holds(old.size, new.size, old.root, new.root, path)
        except (KeyError, TypeError, ValueError, IndexError):
            held = False
        if not held:
            report.no(
                "tree",
                "bad_consistency",
                "checkpoints.json",
                None,
                "consistency[%d]" % (number + 1),
                old=old.size,
                new=new.size,
            )
    if (
        not isinstance(steps, list)
        or len(steps) != len(notes) - 1
        or set(document) != {"notes", "inclusion", "consistency"}
    ):
        report.no("tree", "bad_shape", "checkpoints.json", None, "", why="notes, inclusion, consistency")


def check_anchors(anchors, ledger, tree, report):
    for text in anchors.get("notes", ()):
        report.begin("anchor")
        try:
            note = Note(text)
        except ValueError:
            report.no("anchor", "anchor_note_form")
            continue
        if note.size > ledger.size:
            report.no("anchor", "anchor_note_newer", size=note.size)
        elif tree.root(note.size) != note.root:
            report.no("anchor", "anchor_note", "ledger.jsonl", None, "", size=note.size)
    for seq, code in anchors.get("receipts", ()):
        report.begin("anchor")
        found = ledger.hashes[seq][:6].upper() if 0 < seq <= ledger.size else "-"
        if found != code.upper():
            report.no("anchor", "anchor_receipt", "ledger.jsonl", seq, "", seq=seq, found=found)


# ---------------------------------------------------------------------------------------------------------------------
# 5  The draws and codes
# ---------------------------------------------------------------------------------------------------------------------


class Codes:
    """How a code leads back: by its key in the ledger to a number, by its number to the contestant."""

    def __init__(self):
        self.number = {}  # key of a code -> its number
        self.layer = {}  # number -> contestant, station, work
        self.parent = {}  # number -> what was drawn for it: a number of the layer before, an entry's key
        self.entry = {}  # contestant number -> the entry's key in the ledger

    def contestant(self, number):
        """The contestant number behind a number of any layer; None when the trail breaks."""
        for _ in range(4):
            if self.layer.get(number) == "contestant":
                return number
            number = self.parent.get(number)
        return None


def check_draws(proof, ledger, report):
    """Every draw again from list, secret and dice, against what the ledger committed to before. Gives the Codes."""
    report.begin("draws")
    report.begin("codes")
    told, states, late = {}, {}, {}
    for seq, body in ledger.lines():
        if body["kind"] in ("draw.committed", "draw.thrown", "draw.drawn", "draw.voided"):
            told.setdefault(body["subject"][5:], {})[body["kind"]] = (seq, body["facts"])
        elif body["kind"] == "station.late":
            late.setdefault(body["subject"][5:], set()).add(body["facts"].get("commitment"))
    given = proof.json("draws.json", "draws", list)
    codes, lots = Codes(), {}
    for number, draw in enumerate(given, start=1):
        field = "draws[%d]" % number
        try:
            uuid = draw["uuid"]
            if uuid not in told or "draw.committed" not in told[uuid]:
                report.no("draws", "draw_unknown", "draws.json", None, field)
                continue
            states[uuid] = check_draw(draw, told[uuid], field, report)
            if states[uuid] == "drawn":
                lots[draw["purpose"]] = draw
        except MALFORMED as error:
            report.no("draws", "bad_shape", "draws.json", None, field, why=str(error)[:60])
    for uuid in sorted(set(told) - set(states)):
        report.no("draws", "draw_missing", "draws.json", None, "", uuid=uuid[:40])
    for layer, draw in lots.items():
        for label, item in zip(draw["labels"], draw["order"]):
            codes.layer[label], codes.parent[label] = layer, item
            if layer == "contestant":
                codes.entry[label] = item
    bound = {
        draw["uuid"]: set(told[draw["uuid"]]["draw.drawn"][1].get("commitments", ()))
        for draw in lots.values()
    }
    wanted = {layer: len(draw["items"]) for layer, draw in lots.items()}
    for layer, draw in lots.items():
        said = late.get(draw["uuid"], set())
        try:
            admit_late(draw, layer, codes, said, report)
        except MALFORMED as error:
            report.no("draws", "bad_shape", "draws.json", None, "late", why=str(error)[:60])
        bound[draw["uuid"]] |= said
        wanted[layer] += len(said)
    check_codes(proof, codes, lots, bound, wanted, report)
    return codes


def admit_late(draw, layer, codes, said, report):
    """Who came when the stations were drawn: each has a place that nobody drew, one for each line of the ledger."""
    given = draw.get("late", [])
    if len(given) != len(said):
        report.no("draws", "late_count", "draws.json", None, "late", wanted=len(said), found=len(given))
    for label, item in given:
        if label in codes.layer or item in draw["order"] or codes.layer.get(item) != "contestant":
            report.no("draws", "late_place", "draws.json", None, "late", number=str(label)[:20])
            continue
        codes.layer[label], codes.parent[label] = layer, item


def check_draw(draw, told, field, report):
    """One draw: gives its state, drawn or void or committed."""

    def no(code, part):
        report.no("draws", code, "draws.json", None, field + "." + part)

    committed = told["draw.committed"][1]
    items = sorted(draw["items"], key=lambda item: item.encode())
    state = "void" if "draw.voided" in told else "drawn" if "draw.drawn" in told else "committed"
    if draw["state"] != state or (draw["purpose"], draw["round"]) != (
        committed["purpose"],
        committed["round"],
    ):
        no("draw_state", "state")
    if draw["items"] != items or sha256("\n".join(items)) != committed["list_hash"]:
        no("draw_list", "items")
    if sha256("\n".join(draw["labels"])) != committed["labels_hash"]:
        no("draw_labels", "labels")
    if "draw.drawn" not in told:
        return state
    drawn = told["draw.drawn"][1]
    secret, dice = draw["secret"], draw["dice"]
    if sha256(secret) != committed["commitment"]:
        no("draw_secret", "secret")
    if dice != drawn["dice"] or dice != told["draw.thrown"][1]["dice"]:
        no("draw_dice", "dice")
    seed = sha256("\n".join(["draw-v1", committed["list_hash"], secret, dice]))
    if seed != draw["seed"] or sha256(seed) != drawn["seed_hash"]:
        no("draw_seed", "seed")
    order = sorted(items, key=lambda item: (sha256(seed + "\n" + item), item.encode()))
    if order != draw["order"]:
        no("draw_order", "order")
    return state


def check_codes(proof, codes, lots, bound, wanted, report):
    """Each code's key belongs to its number: its salted hash was written down when the lots were drawn, or when
    somebody came late. bound: those hashes by draw; wanted: how many codes each layer has."""
    counts = Counter()
    for number, code in enumerate(proof.json("codes.json", "codes", list), start=1):
        field = "codes[%d]" % number
        try:
            uuid, layer, label = code["uuid"], code["layer"], code["number"]
            draw = lots[layer]
            item = codes.parent[label] if codes.layer.get(label) == layer else None
            if item is None:
                report.no("codes", "code_lot", "codes.json", None, field, number=label[:20])
                continue
            text = "\n".join(["code-v1", draw["secret"], uuid, label, item])
            if sha256(text) not in bound[draw["uuid"]]:
                report.no("codes", "code_unbound", "codes.json", None, field, number=label[:20])
        except MALFORMED as error:
            report.no("codes", "bad_shape", "codes.json", None, field, why=str(error)[:60])
            continue
        if uuid in codes.number or label in codes.number.values():
            report.no("codes", "code_twice", "codes.json", None, field, number=label[:20])
        codes.number[uuid] = label
        counts[layer] += 1
    for layer in sorted(lots):
        if counts[layer] != wanted[layer]:
            report.no(
                "codes",
                "code_count",
                "codes.json",
                None,
                "",
                layer=layer,
                wanted=wanted[layer],
                found=counts[layer],
            )


class Sheet:
    """One score sheet as the ledger tells of it. place: the judge's place on the panel."""

    def __init__(self, code, place, aspects):
        self.code, self.place, self.aspects = code, place, list(aspects)
        self.marks = {}  # aspect -> facts of the mark that counts
        self.signed, self.chief = None, None
        self.corrected = self.by_order = False

    def content(self, uuid):
        """What a signature on a sheet covers: its current marks, each with its revision."""
        marks = [
            [aspect, m["values"], m["not_done"], m["revision"]] for aspect, m in sorted(self.marks.items())
        ]
        return sha256(canonical({"sheet": uuid, "marks": marks}))


class Facts:
    """What the lines of the ledger say about the contest, up to the publishing line."""

    def __init__(self, ledger, codes, scheme, report):
        self.size = ledger.size
        self.report, self.codes, self.scheme = report, codes, scheme
        self.sheets, self.components, self.plays, self.credits, self.penalties = {}, {}, {}, {}, {}
        self.decisions, self.entry_states, self.teams, self.schemes = {}, {}, {}, []
        self.state, self.marks, self.corrections = "", 0, []
        self.was_locked, self.rechecks, self.orders, self.used = False, {}, {}, []
        report.begin("sheets")
        for seq, body in ledger.lines():
            handler = getattr(self, "_" + body["kind"].replace(".", "_"), None)
            if handler is None and body["kind"].startswith("entry."):
                handler = self._entry
            if handler is not None:
                self.seq = seq
                try:
                    handler(body["subject"].partition(":")[2], body["facts"], body)
                except MALFORMED as error:
                    self._no("bad_shape", "facts", why=str(error)[:60] or type(error).__name__)
        self._check_signatures()
        self._check_orders()

    def _no(self, code, field="", /, **params):
        self.report.no("sheets", code, "ledger.jsonl", self.seq, field, **params)

    def _event_moved(self, subject, facts, body):
        self.state = facts["to"]
        self.was_locked = self.state in ("locked", "decoded", "publicity", "final")

    def _scheme_adopted(self, subject, facts, body):
        self.schemes.append((self.seq, facts["content"]))

    _scheme_edited = _scheme_adopted

    # sheets and marks

    def _sheets_issued(self, subject, facts, body):
        for uuid, code, place, listed in facts.get("sheets", ()):
            self._issue(uuid, code, place, facts["lists"][listed])
        for uuid in facts.get("taken", ()):
            self.sheets.pop(uuid, None)

    def _sheet_issued(self, subject, facts, body):
        self._issue(subject, facts["code"], facts["place"], facts["aspects"])

    def _issue(self, uuid, code, place, aspects):
        if uuid in self.sheets:
            self.sheets[uuid].aspects = list(aspects)
        else:
            self.sheets[uuid] = Sheet(code, place, aspects)

    def _seat_left(self, subject, facts, body):
        for uuid in facts.get("taken", ()):
            self.sheets.pop(uuid, None)

    def _mark_entered(self, subject, facts, body):
        if self.was_locked:
            self._no("after_lock", "kind")
        self._mark(subject, facts)

    def _mark_corrected(self, subject, facts, body):
        """A correction: by a notice of the recheck before the lock, after it by an order of two people.

        It voids the judge's signature, and the chief judge signs the sheet anew.
        """
        self.corrections.append(self.seq)
        if self.was_locked:
            self._ordered(facts)
        self._mark(subject, facts)
        if subject in self.sheets:
            self.sheets[subject].corrected, self.sheets[subject].chief = True, None
            self.sheets[subject].by_order = bool(facts.get("order"))

    def _mark(self, subject, facts):
        sheet, aspect, revision = self.sheets.get(subject), facts["aspect"], facts["revision"]
        if sheet is None:
            self._no("sheet_unknown", "subject", sheet=subject[:40])
            return
        if aspect not in sheet.aspects:
            self._no("sheet_aspect", "facts.aspect", aspect=str(aspect)[:40])
        before = sheet.marks.get(aspect)
        wanted = before["revision"] + 1 if before else 1
        if revision != wanted:
            self._no(
                "sheet_revision", "facts.revision", aspect=str(aspect)[:40], wanted=wanted, found=revision
            )
        self.marks += before is None
        sheet.marks[aspect] = facts

    def _sheet_signed(self, subject, facts, body):
        self._signed_as_it_stands(subject, facts)
        self.sheets[subject].signed = facts["content"]

    def _signed_as_it_stands(self, subject, facts):
        if facts["content"] != self.sheets[subject].content(subject):
            self._no("sheet_signed", "facts.content", sheet=subject[:40])

    def _sheet_witnessed(self, subject, facts, body):
        self._signed_as_it_stands(subject, facts)

    def _sheet_chief_signed(self, subject, facts, body):
        self._signed_as_it_stands(subject, facts)
        self.sheets[subject].chief = facts["content"]

    def _sheet_reopened(self, subject, facts, body):
        self.sheets[subject].signed = self.sheets[subject].chief = None
        self.sheets[subject].corrected = False

    # recheck: what it was drawn from is computed from the ledger as it then stood

    def _recheck_committed(self, subject, facts, body):
        self.report.begin("recheck")
        self.rechecks[subject] = facts, check_recheck_list(self, facts)

    def _recheck_drawn(self, subject, facts, body):
        check_recheck_sample(self, self.rechecks[subject], facts)

    def _check_signatures(self):
        """Every sheet was signed by its judge and by the chief judge as it stands."""
        for uuid, sheet in self.sheets.items():
            if not sheet.marks:
                continue
            content = sheet.content(uuid)
            where = ("ledger.jsonl", None, "sheet:" + uuid)
            wanted = [(sheet.signed, "sheet_unsigned"), (sheet.chief, "sheet_not_chief")]
            if sheet.by_order:
                continue  # corrected after the lock: the order of two people stands for the signatures
            for signed, absent in wanted[1:] if sheet.corrected else wanted:
                if signed is None:
                    self.report.no("sheets", absent, *where, sheet=sheet.code)
                elif signed != content:
                    self.report.no("sheets", "sheet_signed", *where, sheet=sheet.code)

    # component marks, time, penalties

    def _correction_requested(self, subject, facts, body):
        self.orders[facts["order"]] = {"payload": facts["payload"], "asked": body["actor"], "approved": None}

    _correction_amended = _correction_requested

    def _correction_approved(self, subject, facts, body):
        order = self.orders[facts["order"]]
        if facts["payload"] != order["payload"] or body["actor"] == order["asked"]:
            self._no("correction", "facts.payload", why="payload, actor")
        order["approved"] = facts["payload"]

    def _ordered(self, facts):
        """After the lock: only by an order that one person asked for; that another approved it is looked at last."""
        if facts.get("order") not in self.orders:
            self._no("after_lock", "facts.order")
        else:
            self.used.append((self.seq, facts["order"], facts.get("payload")))

    def _check_orders(self):
        for seq, label, payload in self.used:
            if self.orders[label]["approved"] != payload:
                self.seq = seq
                self._no("correction", "facts.order", why="approval")

    def _component_corrected(self, subject, facts, body):
        self.corrections.append(self.seq)
        self._ordered(facts)
        self._component(facts, body)

    def _component_entered(self, subject, facts, body):
        if self.was_locked:
            self._no("after_lock", "kind")
        self._component(facts, body)

    def _component(self, facts, body):
        key = (body["subject"], facts["component"])
        before = self.components.get(key)
        wanted = before["revision"] + 1 if before else 1
        if facts["revision"] != wanted:
            self._no(
                "sheet_revision",
                "facts.revision",
                aspect=str(key[1])[:40],
                wanted=wanted,
                found=facts["revision"],
            )
        self.components[key] = facts

    def _play_started(self, subject, facts, body):
        self.plays.setdefault(subject, [None, None])[0] = moment(facts["at"])

    def _play_stopped(self, subject, facts, body):
        self.plays.setdefault(subject, [None, None])[1] = moment(facts["at"])

    def _play_corrected(self, subject, facts, body):
        self.plays[subject] = [moment(facts["started_at"]), moment(facts["ended_at"])]

    def _credit_proposed(self, subject, facts, body):
        self.credits[subject] = [facts["code"], 0]

    def _credit_decided(self, subject, facts, body):
        if facts.get("appeal"):  # granted on appeal: nobody had proposed it in the hall
            self.credits[subject] = [facts["code"], 0]
        if facts["decision"] in ("pause", "add"):
            self.credits[subject][1] = facts["seconds"]

    def _penalty_proposed(self, subject, facts, body):
        self.penalties[subject] = dict(facts, approved=False)

    def _penalty_approved(self, subject, facts, body):
        self.penalties[subject]["approved"] = True

    def _penalty_ordered(self, subject, facts, body):
        self.corrections.append(self.seq)
        self._ordered(facts)
        self.penalties[subject] = dict(facts, approved=True)

    def _penalty_lifted(self, subject, facts, body):
        self.corrections.append(self.seq)
        if not facts.get("appeal"):
            self._ordered(facts)
        self.penalties[subject]["approved"] = False

    def _award_chosen(self, subject, facts, body):
        self.decisions[facts["scope"], facts["tier"]] = facts

    def _entry(self, subject, facts, body):
        if "to" in facts:
            self.entry_states[subject] = facts["to"]

    def _team_members(self, subject, facts, body):
        for entry in [entry for entry, team in self.teams.items() if team == subject]:
            del self.teams[entry]
        self.teams.update(dict.fromkeys(facts["entries"], subject))

    def _team_dropped(self, subject, facts, body):
        for entry in [entry for entry, team in self.teams.items() if team == subject]:
            del self.teams[entry]


MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z")


def moment(text):
    """Microseconds of a ledger time since the year 0 of the calendar; None for none."""
    if text is None:
        return None
    year, month, day, hour, minute, second, micro = map(int, MOMENT.fullmatch(text).groups())
    shifted = year - (month <= 2)
    days = (
        365 * shifted
        + shifted // 4
        - shifted // 100
        + shifted // 400
        + (153 * (month + (9 if month <= 2 else -3)) + 2) // 5
        + day
    )
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + micro


def inputs_of(facts, codes, scheme, report):
    """What the ledger says was read and decided for each contestant: {number: input}. See `score` for the input."""
    found = {}
    for number, entry in sorted(codes.entry.items()):
        state = facts.entry_states.get(entry, "accepted")
        if state == "withdrawn":
            continue
        found[number] = {
            "entry": number,
            "raw": {},
            "components": {},
            "penalties": [],
            "elapsed_seconds": None,
            "started": state != "absent",
            "team": facts.teams.get(entry),
            "disqualified": state == "disqualified",
        }

    def root(key, what):
        number = codes.number.get(key) if what == "key" else key
        number = codes.contestant(number) if number is not None else None
        if number is None:
            report.no("readings", "code_unknown", "ledger.jsonl", code=str(key)[:40])
        return number

    panels = {}
    for sheet in facts.sheets.values():
        number = root(sheet.code, "number")
        if number not in found:
            continue
        raw = found[number]["raw"]
        for code in sheet.aspects:
            aspect, mark = scheme.aspects.get(code), sheet.marks.get(code)
            if aspect is None:
                continue
            if aspect.method == "judged":
                value = None if mark is None else "0" if mark["not_done"] else mark["values"][0]
                panels.setdefault((number, code), {})[sheet.place] = value
            elif mark is not None and aspect.method == "allotment":
                raw[code] = {} if mark["not_done"] else mark["values"]
            elif mark is not None:
                raw[code] = [None] * aspect.points if mark["not_done"] else mark["values"]
    for (number, code), places in panels.items():
        given = [places[place] for place in sorted(places)]
        if None not in given:  # a judge who has the sheet and gave no mark leaves the aspect unmarked
            wanted = scheme.aspects[code].panel.judges
            found[number]["raw"][code] = given + [None] * (wanted - len(given))
    team_marks = {}
    for (subject, component), entered in facts.components.items():
        what, _, key = subject.partition(":")
        if what == "team":
            team_marks.setdefault(key, {})[component] = entered["mark"]
        elif (number := root(key, "key")) in found:
            found[number]["components"][component] = entered["mark"]
    for given in found.values():
        given["components"] = {**team_marks.get(given["team"], {}), **given["components"]}
    for record in facts.penalties.values():
        if record["approved"] and (number := root(record["code"], "key")) in found:
            given = {"code": record["rule"], "times": record["times"], "aspects": record["aspects"]}
            found[number]["penalties"].append(given)
    credited = Counter()
    for key, seconds in facts.credits.values():
        credited[key] += seconds
    for key, (start, end) in facts.plays.items():
        if start is not None and end is not None and (number := root(key, "key")) in found:
            found[number]["elapsed_seconds"] = max(0, (end - start) // 1_000_000 - credited[key])
    return found


# ---------------------------------------------------------------------------------------------------------------------
# 6  The scheme: numbers, readings, aspects, panels, penalties
# ---------------------------------------------------------------------------------------------------------------------

ZERO, ONE = Fraction(0), Fraction(1)
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)


class Wrong(ValueError):
    """Something that keeps a result from being computed; the text says what."""


def number_of(value):
    """The exact number of a whole number or a decimal text. Raises Wrong for anything else."""
    if isinstance(value, bool):
        return Fraction(int(value))
    if isinstance(value, int) and abs(value) < 10**15:
        return Fraction(value)
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return Fraction(value.strip())
    raise Wrong("%r is not a number" % str(value)[:40])


def rounded(value, step):
    """`value` rounded to the step's places by its mode; without a step it stays exact."""
    if step is None:
        return value
    scale, mode = 10 ** int(step["places"]), step["mode"]
    scaled = abs(value) * scale
    whole = floor(scaled)
    rest = scaled - whole
    half = Fraction(1, 2)
    up = {
        "ROUND_HALF_UP": rest >= half,
        "ROUND_HALF_DOWN": rest > half,
        "ROUND_HALF_EVEN": rest > half or (rest == half and whole % 2 == 1),
        "ROUND_UP": rest > 0,
        "ROUND_DOWN": False,
        "ROUND_CEILING": rest > 0 and value > 0,
        "ROUND_FLOOR": rest > 0 and value < 0,
        "ROUND_05UP": rest > 0 and whole % 5 == 0,
    }[mode]
    return Fraction(whole + up if value >= 0 else -(whole + up), scale)


def text_of(value, places):
    """A mark as it is published: at least `places` decimals, more where it needs them to be exact, at most twelve."""
    for decimals in range(places, 13):
        if (value * 10**decimals).denominator == 1:
            break
    else:
        decimals = 12
    scaled = int(rounded(value, {"places": decimals, "mode": "ROUND_HALF_EVEN"}) * 10**decimals)
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    text = digits if decimals == 0 else digits[:-decimals] + "." + digits[-decimals:]
    return "-" + text if scaled < 0 else text


def places_of(*steps):
    return next((int(step["places"]) for step in steps if step is not None), 2)


def optional(document, key):
    return None if document.get(key) is None else number_of(document[key])


class Panel:
    """How one judged aspect gets its mark from its judges."""

    def __init__(self, document):
        self.judges, self.least = int(document["judges"]), int(document["judges_min"])
        scale = document["scale"]
        self.values = [number_of(value) for value in scale] if isinstance(scale, list) else []
        limits = scale if isinstance(scale, dict) else {}
        self.minimum, self.maximum = number_of(limits.get("min", "0")), optional(limits, "max")
        self.step = optional(limits, "step")
        self.result, self.combine = document["result"], document.get("combine", "mean")
        self.drop_high, self.drop_low = int(document.get("drop_high", 0)), int(document.get("drop_low", 0))
        self.max_spread, self.round = optional(document, "max_spread"), document.get("round")
        self.alarm = [(number_of(b["at_least"]), number_of(b["spread"])) for b in document.get("alarm", ())]

    def top(self, full):
        """The highest mark of one judge."""
        return max(self.values) if self.values else full if self.maximum is None else self.maximum

    def check(self, marks, full):
        present = [mark for mark in marks if mark is not None]
        for mark in present:
            good = (
                mark in self.values
                if self.values
                else (
                    self.minimum <= mark <= self.top(full)
                    and (self.step is None or ((mark - self.minimum) / self.step).denominator == 1)
                )
            )
            if not good:
                raise Wrong("%s is not on the scale" % mark)
        if len(marks) != self.judges or len(present) < self.least:
            raise Wrong("%d of %d judges, at least %d" % (len(present), self.judges, self.least))
        if self.max_spread is not None and max(present) - min(present) > self.max_spread:
            raise Wrong("the judges are too far apart")

    def combined(self, marks):
        """Without the highest and lowest that do not count; mean, median or sum of the rest, rounded if it says so."""
        present = sorted(mark for mark in marks if mark is not None)
        counting = present[self.drop_low : len(present) - self.drop_high]
        found = self._combine(counting)
        band = next((spread for at_least, spread in self.alarm if found >= at_least), None)
        if band is not None and counting[-1] - counting[0] > band:
            found = self._combine(present)
        return rounded(found, self.round)

    def _combine(self, marks):
        if self.combine == "median":
            middle = len(marks) // 2
            return marks[middle] if len(marks) % 2 else (marks[middle - 1] + marks[middle]) / 2
        return sum(marks, ZERO) / (1 if self.combine == "sum" else len(marks))

    def mark(self, marks, full, factor, difficulty):
        found = self.combined(marks)
        if self.result == "share_of_max":
            top = self.top(full)
            if self.combine == "sum":
                top *= self.judges - self.drop_high - self.drop_low
            found = found * full / top
        return min(max(found * factor * difficulty, ZERO), full)


class Aspect:
    """The smallest thing that earns marks."""

    def __init__(self, document, panels, default_panel):
        get = document.get
        self.code, self.method, self.stage = document["code"], document["method"], get("stage")
        self.full, self.rule, self.points = (
            number_of(document["max_mark"]),
            get("rule", ""),
            int(get("points", 0)),
        )
        self.derived_from = get("derived_from")
        guard = number_of(get("uncertainty", "0")) if get("decision_rule") == "guard_band" else ZERO
        self.low = self.high = None  # the zone that is fully accepted, the guard band taken off
        if get("nominal") is not None and get("lower") is not None and get("upper") is not None:
            self.low = number_of(get("nominal")) + number_of(get("lower")) + guard
            self.high = number_of(get("nominal")) + number_of(get("upper")) - guard
        elif get("limit") is not None:
            self.high = number_of(get("limit")) - guard
        self.grace = optional(document, "grace")
        self.next_grade = None if get("next_grade") is None else number_of(get("next_grade")) - guard
        self.partial = number_of(get("partial_ratio", "0.5"))
        self.bands = [(number_of(band["max"]), number_of(band["ratio"])) for band in get("bands", ())]
        self.least, self.most = optional(document, "minimum"), optional(document, "maximum")
        if self.least is None and self.rule in ("max", "ra", "bands"):
            self.least = ZERO  # a deviation, a roughness or a count below zero is a slip of the key
        share = optional(document, "mark_per_point")
        self.share = share if share is not None else self.full / self.points if self.points else self.full
        self.factor = number_of(get("factor", "1"))
        self.difficulty = get("difficulty")
        self.units = {event["code"]: number_of(event["unit"]) for event in get("events", ())}
        self.panel = panels[get("panel") or default_panel] if self.method == "judged" else None

    def mark(self, readings):
        """The mark before rounding. Raises Wrong for readings that the scheme does not allow."""
        return getattr(self, "_" + self.method)(readings)

    def _measured(self, readings):
        if not isinstance(readings, list) or len(readings) != self.points:
            raise Wrong("%d readings are needed" % self.points)
        return (
            sum((self._ratio(self._reading(item)) for item in readings if item is not None), ZERO)
            * self.share
        )

    def _reading(self, item):
        value = number_of(item)
        if self.rule in ("gauge", "checklist"):
            if value not in (0, 1):
                raise Wrong("%s is neither 0 nor 1" % value)
        elif (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            raise Wrong("%s is out of bounds" % item)
        return value

    def _ratio(self, value):
        """The share of its point's mark that a reading earns."""
        rule = self.rule
        if rule in ("gauge", "checklist"):
            return ONE if value == 1 else ZERO
        if rule == "bands":
            return next((ratio for most, ratio in self.bands if value <= most), ZERO)
        if rule in ("within", "step"):
            if self.low <= value <= self.high:
                return ONE
            near = rule == "step" and self.low - self.grace <= value <= self.high + self.grace
            return self.partial if near else ZERO
        if rule in ("max", "ra"):
            if value <= self.high:
                return ONE
            return self.partial if rule == "ra" and value <= self.next_grade else ZERO
        raise Wrong("rule %s" % rule)

    def range_mark(self, source, readings):
        """Derived: whether the readings of the source lie within the limit of each other."""
        source.mark(readings)  # the source must be readable
        values = [number_of(item) for item in readings if item is not None]
        good = values and len(values) == len(readings) and max(values) - min(values) <= self.high
        return self.full if good else ZERO

    def _judged(self, readings):
        difficulty = ONE
        if self.difficulty is not None:
            if not isinstance(readings, dict):
                raise Wrong("marks and difficulty are needed")
            difficulty, readings = number_of(readings.get("difficulty")), readings.get("marks")
            if not number_of(self.difficulty["min"]) <= difficulty <= number_of(self.difficulty["max"]):
                raise Wrong("difficulty %s" % difficulty)
        if not isinstance(readings, list):
            raise Wrong("the judges' marks are needed")
        marks = [None if item is None else number_of(item) for item in readings]
        self.panel.check(marks, self.full)
        return self.panel.mark(marks, self.full, self.factor, difficulty)

    def _allotment(self, counts):
        if not isinstance(counts, dict):
            raise Wrong("a count for each deduction is needed")
        lost = ZERO
        for event, item in counts.items():
            count = ZERO - 1 if isinstance(item, bool) else number_of(item)
            if event not in self.units or count.denominator != 1 or not 0 <= count <= 999:
                raise Wrong("%s: %s" % (event, item))
            lost += self.units[event] * count
        return max(self.full - lost, ZERO)


KEY = re.compile(
    r"(?:(?P<component>[A-Za-z0-9_-]+)\.)?(?P<kind>total|elapsed_seconds|criterion|sub_criterion|aspect)"
    r"(?:\[(?P<part>[A-Za-z0-9._-]+)\])?(?:\s+(?P<direction>asc|desc))?",
    re.ASCII,
)


class Key:
    """One comparison between equals: kind, code, and whether more is better."""

    def __init__(self, text):
        text = " ".join(text.split())
        if text == "shared_rank":
            self.kind, self.code, self.descending = "shared_rank", "", False
            return
        match = KEY.fullmatch(text)
        if match is None:
            raise Wrong("tie-break key %s" % text[:40])
        self.kind, self.code = match["kind"], match["part"] or match["component"] or ""
        if self.kind == "total" and match["component"]:
            self.kind = "component"
        usual = "asc" if self.kind == "elapsed_seconds" else "desc"
        self.descending = (match["direction"] or usual) == "desc"


class Scheme:
    """A scheme as it is frozen: its canonical document, where whatever has its usual value is left out."""

    def __init__(self, document):
        self.composition = composition = document["composition"]
        self.components = composition["components"]
        self.rounding = composition.get("rounding", {})
        judged = document.get("methods", {}).get("judged", {})
        panels = {
            code: Panel(item) for code, item in judged.items() if code not in ("default", "rules", "zh")
        }
        self.criteria, self.aspects, self.parts, self.component_of = document.get("criteria", []), {}, {}, {}
        self.sub_criteria = set()
        for criterion in self.criteria:
            for sub in criterion["sub_criteria"]:
                self.sub_criteria.add(sub["code"])
                for item in sub["aspects"]:
                    aspect = Aspect(item, panels, judged.get("default"))
                    self.aspects[aspect.code] = aspect
                    self.component_of[aspect.code] = criterion["component"]
                    for part in (criterion["code"], sub["code"], aspect.code):
                        self.parts.setdefault(part, []).append(aspect.code)
        penalties = document.get("penalties", {})
        self.rules = {rule["code"]: rule for rule in penalties.get("rules", ())}
        self.cap, self.never_negative = (
            optional(penalties, "cap_total_points"),
            penalties.get("never_negative", True),
        )
        self.recheck = document.get("recheck")
        self.keys = [Key(text) for text in composition.get("tie_break", ())]

    def step(self, name):
        return self.rounding.get(name)

    def selected(self, text):
        """The aspects that a penalty zeroes, and whether the judges name them each time."""
        match = re.fullmatch(r"stage\s*=\s*(\w+)", text)
        if match:
            return [code for code, aspect in self.aspects.items() if aspect.stage == match[1]], False
        match = re.fullmatch(r"sub_criterion in \[([^\]]*)\]( that cannot be reached)?", text)
        listed = match[1] if match else text[1:-1]
        found = {}
        for code in listed.split(","):
            found.update(dict.fromkeys(self.parts.get(code.strip(), ())))
        return list(found), bool(match and match[2])

    def penalties(self, given):
        """What all penalties of one contestant do: aspects zeroed, points by component, status, faults."""
        merged, zeroed, points, status, faults = {}, {}, {}, None, []
        for item in given:
            rule = self.rules.get(item["code"])
            if rule is None or item["times"] < 1:
                faults.append("penalty %s" % item["code"])
                continue
            same = merged.setdefault(item["code"], {"times": 0, "aspects": [], "points": None})
            same["times"] += item["times"]
            same["aspects"] += item["aspects"]
            if item.get("points") is not None:
                same["points"] = (same["points"] or ZERO) + number_of(item["points"])
        left = self.cap
        for code, item in merged.items():
            rule, lost = self.rules[code], ZERO
            grave = [rule["effect"]] if rule["effect"] in ("zero_all", "stop", "disqualify") else []
            if rule["effect"] == "total_points":
                lost = number_of(rule["points"]) * (item["times"] if rule.get("each") else 1)
            elif rule["effect"] == "zero_aspects":
                allowed, named = self.selected(rule["aspects"])
                chosen = allowed
                if named:
                    chosen = []
                    for part in item["aspects"]:
                        aspects = self.parts.get(part, [])
                        if not aspects or not set(aspects) <= set(allowed):
                            faults.append("penalty %s cannot zero %s" % (code, part))
                        else:
                            chosen += aspects
                    if not item["aspects"]:
                        faults.append("penalty %s names no aspect" % code)
                zeroed.update(dict.fromkeys(chosen, code))
            if rule.get("second_time") and item["times"] >= 2:
                grave.append(rule["second_time"])
            for consequence in grave:
                if consequence == "zero_all":
                    zeroed.update(dict.fromkeys(self.aspects, code))
                elif consequence == "disqualify":
                    status = "disqualified"
                else:
                    status = status or "stopped"
            if item["points"] is not None and item["points"] != lost:
                faults.append("penalty %s takes %s" % (code, lost))
            if left is not None:
                lost = min(lost, left)
                left -= lost
            if lost:
                points[rule["component"]] = points.get(rule["component"], ZERO) + lost
        return zeroed, points, status, faults


# ---------------------------------------------------------------------------------------------------------------------
# 7  The result: sums, components, rounds, ranks, teams, awards
# ---------------------------------------------------------------------------------------------------------------------


class Entry:
    """One contestant while the result is computed."""

    def __init__(self, given, scheme):
        self.name, self.given, self.team = given["entry"], given, given.get("team")
        self.zeroed, self.deducted, status, self.faults = scheme.penalties(given["penalties"])
        self.status = status or ("ranked" if given["started"] else "not_started")
        if given.get("disqualified"):
            self.status = "disqualified"
        self.marks, self.missing = {}, []  # marks: aspect -> rounded mark
        for aspect in scheme.aspects.values():
            self._mark(aspect, scheme)
        self._sum(scheme)
        self.entered, full = {}, {c["code"]: c for c in scheme.components}
        for code, value in given["components"].items():
            component = full.get(code)
            if component is None or component["source"] == "criteria":
                self.faults.append("component %s" % code)
            elif value is not None:
                mark = number_of(value)
                if not 0 <= mark <= number_of(component["full"]):
                    self.faults.append("component %s: %s" % (code, value))
                self.entered[code] = mark
        elapsed = given.get("elapsed_seconds")
        self.elapsed = None if elapsed is None else number_of(elapsed)
        if self.elapsed is not None and self.elapsed < 0:
            self.faults.append("elapsed_seconds %s" % elapsed)
        self.components, self.barred, self.total, self.rounds = {}, [], ZERO, []

    def _mark(self, aspect, scheme):
        raw, code = self.given["raw"], aspect.code
        readings = raw.get(code)
        if code in self.zeroed:
            self.marks[code] = ZERO
            return
        try:
            if aspect.derived_from is not None:
                if readings:
                    raise Wrong("a derived aspect takes no readings")
                source = raw.get(aspect.derived_from)
                if source is not None:
                    self.marks[code] = rounded(
                        aspect.range_mark(scheme.aspects[aspect.derived_from], source), scheme.step("aspect")
                    )
                elif aspect.derived_from in self.zeroed:
                    self.marks[code] = ZERO
            elif readings is None:
                self.missing.append(code)
            else:
                absent = self.given.get("absent", ())
                if absent and aspect.method == "judged" and isinstance(readings, list):
                    readings = [None if seat in absent else m for seat, m in enumerate(readings, start=1)]
                self.marks[code] = rounded(aspect.mark(readings), scheme.step("aspect"))
        except Wrong as error:
            self.faults.append("%s: %s" % (code, error))

    def _sum(self, scheme):
        self.subs, self.criteria, self.sums = {}, {}, {}
        for criterion in scheme.criteria:
            parts = []
            for sub in criterion["sub_criteria"]:
                earned = sum((self.marks.get(a["code"], ZERO) for a in sub["aspects"]), ZERO)
                self.subs[sub["code"]] = rounded(earned, scheme.step("sub_criterion"))
                parts.append(self.subs[sub["code"]])
            self.criteria[criterion["code"]] = rounded(sum(parts, ZERO), scheme.step("criterion"))
            component = criterion["component"]
            self.sums[component] = self.sums.get(component, ZERO) + self.criteria[criterion["code"]]

    def value(self, key):
        """What a tie-break key compares; None when nobody has entered it."""
        if key.kind == "total":
            return self.total
        if key.kind == "component":
            return self.components.get(key.code, ZERO)
        if key.kind == "elapsed_seconds":
            return self.elapsed
        if key.kind == "aspect":
            return self.marks.get(key.code, ZERO)
        return (self.criteria if key.kind == "criterion" else self.subs).get(key.code)


class Team:
    def __init__(self, name, members, components, total):
        self.name, self.members, self.components, self.total = name, members, components, total

    def value(self, key):
        if key.kind == "total":
            return self.total
        if key.kind == "component":
            return self.components.get(key.code)
        if key.kind == "elapsed_seconds":
            times = [member.elapsed for member in self.members]
            return None if None in times else sum(times, ZERO)
        return None


class Result:
    """A scored contest: entries by name, order (groups of equals, best first), ranks, awards, teams, problems."""

    def __init__(self):
        self.entries, self.groups, self.ranks, self.awards, self.problems = {}, [], {}, {}, []
        self.teams, self.team_groups, self.team_ranks, self.team_awards = {}, [], {}, {}
        self.open, self.decided, self.standard = [], [], {}


def score(scheme, inputs, decisions):
    """inputs: name -> {entry, raw, components, penalties, elapsed_seconds, started, team, absent?, disqualified?}.
    decisions: the chief judge's choices, in the order in which they were made."""
    result = Result()
    for given in share_team_marks(scheme, list(inputs.values()), result.problems):
        entry = Entry(given, scheme)
        result.entries[entry.name] = entry
        result.problems += ["%s: %s" % (entry.name, fault) for fault in entry.faults]
        unknown = sorted(set(given["raw"]) - set(scheme.aspects))
        result.problems += ["%s: no aspect %s" % (entry.name, code) for code in unknown]
    entries = list(result.entries.values())
    play_rounds(scheme, entries, result)
    result.ranks = places(result.groups, scheme.composition.get("rank_style", "standard"))
    standard_scores(scheme, result)
    award_individuals(scheme, entries, decisions, result)
    rank_teams(scheme, entries, decisions, result)
    return result


def share_team_marks(scheme, inputs, problems):
    """What a team earns together stands at one member and counts for all of them."""
    shared = {c["code"] for c in scheme.components if c.get("scope") == "team"}
    if not shared:
        return inputs
    raw, marks = {}, {}
    for given in inputs:
        if given["team"] is None:
            problems.append("%s has no team" % given["entry"])
            continue
        for code, value in given["raw"].items():
            if scheme.component_of.get(code) in shared and value is not None:
                if raw.setdefault(given["team"], {}).setdefault(code, value) != value:
                    problems.append("team %s: %s" % (given["team"], code))
        for code, value in given["components"].items():
            if code in shared and value is not None:
                if marks.setdefault(given["team"], {}).setdefault(code, value) != value:
                    problems.append("team %s: %s" % (given["team"], code))
    return [
        dict(
            given,
            raw={**given["raw"], **raw.get(given["team"], {})},
            components={**given["components"], **marks.get(given["team"], {})},
        )
        for given in inputs
    ]


def compose(scheme, entry, round_code, carried, problems):
    """Components and total of one round (None in a contest without rounds)."""
    teams = scheme.composition.get("teams")
    counted = []
    for index, component in enumerate(scheme.components):
        code = component["code"]
        if component.get("round") != round_code or code in entry.components:
            continue
        missed = any(
            c.get("gate") is not None and entry.components.get(c["code"], ZERO) < number_of(c["gate"])
            for c in scheme.components[:index]
        )
        if entry.barred or missed:
            entry.barred.append(code)
            continue
        if component["source"] == "criteria":
            before = entry.sums.get(code, ZERO)
            lacking = [a for a in entry.missing if scheme.component_of[a] == code]
        else:
            before = entry.entered.get(code, ZERO)
            lacking = [] if code in entry.entered else [code]
        if entry.status == "ranked":
            problems += ["%s: %s has no mark" % (entry.name, part) for part in lacking]
        lost = entry.deducted.get(code, ZERO)
        after = before - lost
        if lost and scheme.never_negative:
            after = max(after, ZERO)
        entry.components[code] = rounded(after, scheme.step("component"))
    for component in scheme.components:
        individual = component.get("scope", "individual") == "individual"
        counts = individual or teams is None or teams.get("counts_for_individuals", True)
        if component.get("round") == round_code and component["code"] in entry.components and counts:
            counted.append(weighted(scheme, component, entry.components[component["code"]]))
    entry.total = rounded(carried + sum(counted, ZERO), scheme.step("total"))


def weighted(scheme, component, mark):
    return rounded(number_of(component["weight"]) * mark, scheme.step("weighted"))


def ordered(contenders, keys, problems):
    """Groups of equals, best first: by total, then by each key in turn."""
    groups = []
    for _, equals in groupby(sorted(contenders, key=lambda c: -c.total), key=lambda c: c.total):
        groups += split(list(equals), keys, problems)
    return groups


def split(level, keys, problems):
    if len(level) == 1 or not keys or keys[0].kind == "shared_rank":
        return [sorted(level, key=lambda c: c.name)]
    key = keys[0]
    problems += [
        "%s: %s decides a tie and is missing" % (c.name, key.kind) for c in level if c.value(key) is None
    ]

    def place(contender):
        value = contender.value(key)
        return (True, ZERO) if value is None else (False, -value if key.descending else value)

    return [
        group
        for _, equals in groupby(sorted(level, key=place), key=place)
        for group in split(list(equals), keys[1:], problems)
    ]


def places(groups, style):
    """Ranks of groups of names: standard leaves out the places that a shared rank has used, dense does not."""
    ranks = {}
    for position, group in enumerate(groups, start=1):
        ranks.update(dict.fromkeys(group, position if style == "dense" else len(ranks) + 1))
    return ranks


def rank_round(scheme, entries, problems):
    contenders = [entry for entry in entries if entry.status == "ranked"]
    reached = {code for entry in contenders for code in entry.components}
    keys = [key for key in scheme.keys if key.kind != "component" or key.code in reached]
    return [[c.name for c in group] for group in ordered(contenders, keys, problems)]


def play_rounds(scheme, entries, result):
    """Round after round: compose, rank, cut. Who goes on stands before all who do not."""
    rounds = scheme.composition.get("rounds", ())
    if not rounds:
        for entry in entries:
            compose(scheme, entry, None, ZERO, result.problems)
        result.groups = rank_round(scheme, entries, result.problems)
        return
    active, behind, ahead = entries, [], []
    for stage in rounds:
        for entry in active:
            compose(
                scheme, entry, stage["code"], entry.total if stage.get("carry") else ZERO, result.problems
            )
        groups = rank_round(scheme, active, result.problems)
        going = set()
        if stage.get("cut") is not None:
            going = advancing(stage["cut"], groups, result.entries)
        behind = [
            kept for kept in ([e for e in group if e not in going] for group in groups) if kept
        ] + behind
        active = [entry for entry in active if entry.name in going]
        ahead = [kept for kept in ([e for e in group if e in going] for group in groups) if kept]
    result.groups = ahead + behind


def advancing(cut, groups, entries):
    started = sum(map(len, groups))
    groups = [kept for kept in ([e for e in group if not entries[e].barred] for group in groups) if kept]
    if cut["by"] == "score":
        return {e for group in groups for e in group if entries[e].total >= number_of(cut["value"])}
    room = int(cut["value"]) if cut["by"] == "count" else max(1, floor(number_of(cut["value"]) * started))
    passed = set()
    for group in groups:
        if len(passed) >= room or (
            cut.get("ties", "include") == "exclude" and len(passed) + len(group) > room
        ):
            break
        passed.update(group)
    return passed


def standard_scores(scheme, result):
    """centre + spread x (mark - middle) / deviation, clamped and rounded; decimal, 50 digits."""
    scale = scheme.composition.get("standard_scale")
    if scale is None or len(result.ranks) < int(scale["minimum_n"]):
        return
    names = list(result.ranks)
    with localcontext(Context(prec=50)):
        marks = {name: Decimal(text_of(result.entries[name].total, 0)) for name in names}
        ordered_marks = sorted(marks.values())
        count, half = len(ordered_marks), len(ordered_marks) // 2

        def median(values):
            return (values[half] + values[-half - 1]) / 2

        if scale["estimator"] == "mad":
            middle = median(ordered_marks)
            deviation = Decimal("1.4826") * median(sorted(abs(mark - middle) for mark in ordered_marks))
        else:
            middle = sum(ordered_marks, Decimal(0)) / count
            squares = sum(((mark - middle) ** 2 for mark in ordered_marks), Decimal(0))
            deviation = (squares / (count - (scale["estimator"] == "sd"))).sqrt()
        for name, mark in marks.items():
            found = Decimal(scale["centre"])
            if deviation:
                found += Decimal(scale["spread"]) * (mark - middle) / deviation
            found = min(max(found, Decimal(scale["low"])), Decimal(scale["high"]))
            step = scale["round"]
            quantum = Decimal(1).scaleb(-int(step["places"]))
            result.standard[name] = Fraction(found.quantize(quantum, rounding=step["mode"]))


def award_individuals(scheme, entries, decisions, result):
    rule = scheme.composition.get("awards")
    if rule is None:
        return
    scores = {entry.name: entry.total for entry in entries}
    if rule.get("on", "total") == "standard":
        if not result.standard:
            return
        scores = result.standard
    started = sum(entry.status != "not_started" for entry in entries)
    passed = {
        entry.name: all(
            entry.components.get(c["code"], Fraction(-1)) >= number_of(c["pass_mark"])
            for c in scheme.components
            if c.get("pass_mark") is not None
        )
        for entry in entries
    }
    base = len(entries) if rule.get("base") == "all" else started
    result.awards = give_awards(
        rule, result.groups, base, scores, passed, result.entries, decisions, "individual", result
    )


def give_awards(rule, groups, base, scores, passed, contenders, decisions, scope, result):
    """Tiers from the top down. A score line takes whoever reaches it and has nothing better."""
    may = {name: passed[name] or not rule.get("needs_pass", False) for group in groups for name in group}
    queue = [list(group) for group in groups]
    if rule.get("passed_over", "next") == "next":
        queue = [kept for kept in ([name for name in group if may[name]] for group in queue) if kept]
    whole, awards, tiers = [list(group) for group in queue], {}, rule["tiers"]

    def give(tier, group):
        awards.update({name: tier["code"] for name in group if may[name]})

    chosen = {}
    for decision in decisions:
        if decision["scope"] == scope:
            chosen[decision["tier"]] = decision
    if rule.get("method", "tiers") == "medals":
        ranked = [(name, scores[name]) for group in queue for name in group if may[name]]
        allowed = {
            t["code"] for t in tiers if t["by"] == "medal" and base >= int(t.get("minimum_entrants", 0))
        }
        medals = medals_by_window(ranked, number_of(rule.get("window", "0")), rule.get("chained", False))
        awards.update({name: medal for name, medal in medals.items() if medal in allowed})
    else:
        for tier in tiers:
            if tier["by"] != "score" and not any(o["scope"] == scope for o in result.open):
                fill_tier(rule, tier, queue, base, chosen, contenders, give, scope, result)
    if not any(o["scope"] == scope for o in result.open):
        for tier in tiers:
            if tier["by"] == "score" and base >= int(tier.get("minimum_entrants", 0)):
                line = number_of(tier["value"])
                give(tier, [n for g in whole for n in g if n not in awards and scores[n] >= line])
    return awards


def tier_room(tier, base, rounding):
    """How many places a tier has."""
    if base < int(tier.get("minimum_entrants", 0)) or tier.get("value") is None:
        return 0
    if tier["by"] == "count":
        return int(tier["value"])
    exact = number_of(tier["value"]) * base
    if rounding == "floor_min_1":
        return max(1, floor(exact)) if base else 0
    return {"floor": floor(exact), "ceil": ceil(exact), "half_up": floor(exact + Fraction(1, 2))}[rounding]


def fill_tier(rule, tier, queue, base, chosen, contenders, give, scope, result):
    """Groups from the head of the queue; equals across the last place follow the rule, or the chief judge's choice."""
    left, was_split = tier_room(tier, base, rule.get("round", "floor_min_1")), False
    while left > 0 and queue:
        group = queue.pop(0)
        if len(group) <= left:
            give(tier, group)
            left -= len(group)
            continue
        decision = chosen.get(tier["code"])
        if decision is not None and decision not in result.decided:
            result.decided.append(decision)
        choice = decision["choice"] if decision is not None else rule.get("edge_tie", "ask")
        if choice == "widen":
            give(tier, group)
            return
        if choice == "narrow":
            queue.insert(0, group)
            return
        parts = []
        if choice == "next_tie_break" and not was_split:
            texts = (
                decision["keys"]
                if decision is not None and decision["keys"]
                else rule.get("next_tie_break", ())
            )
            keys, level = [Key(text) for text in texts], [contenders[name] for name in group]
            if not any(c.value(key) is None for c in level for key in keys if key.kind != "shared_rank"):
                parts = [[c.name for c in part] for part in split(level, keys, [])]
        if len(parts) < 2:
            result.open.append({"scope": scope, "tier": tier["code"], "entries": group})
            return
        was_split = True
        queue[0:0] = parts


def medals_by_window(ranked, window, chained):
    """Gold to all within the window of the best; two golds leave no silver, three leave bronze only to who is near."""

    def level(rest):
        found, anchor = [], rest[0][1] if rest else ZERO
        for name, mark in rest:
            if anchor - mark > window:
                break
            found.append(name)
            anchor = mark if chained else anchor
        return found

    def near(rest, last):
        return [name for name, mark in rest if last - mark <= window]

    golds = level(ranked)
    medals, rest = dict.fromkeys(golds, "gold"), ranked[len(golds) :]
    if len(golds) >= 3:
        return {**medals, **dict.fromkeys(near(rest, ranked[len(golds) - 1][1]), "bronze")}
    if len(golds) == 2:
        return {**medals, **dict.fromkeys(level(rest), "bronze")}
    silvers = level(rest)
    medals.update(dict.fromkeys(silvers, "silver"))
    after = rest[len(silvers) :]
    if len(silvers) >= 2:
        return {**medals, **dict.fromkeys(near(after, rest[len(silvers) - 1][1]), "bronze")}
    return {**medals, **dict.fromkeys(level(after), "bronze")}


def team_part(marks, rule):
    """Mean over the declared size, sum, or sum of the best n; None for a team that is not complete."""
    best, size, marks = rule.get("best"), rule.get("size"), sorted(marks, reverse=True)
    if not marks or (best is not None and len(marks) < int(best)):
        return None
    if rule["combine"] == "best":
        return sum(marks[: int(best)], ZERO)
    return sum(marks, ZERO) if rule["combine"] == "sum" else sum(marks, ZERO) / int(size or len(marks))


def rank_teams(scheme, entries, decisions, result):
    rule = scheme.composition.get("teams")
    if rule is None:
        return
    grouped = {}
    for entry in entries:
        if entry.team is not None:
            members = grouped.setdefault(entry.team, [])
            if entry.status == "ranked":
                members.append(entry)
    for name, members in sorted(grouped.items()):
        individual = [c for c in scheme.components if c.get("scope", "individual") == "individual"]
        own = team_part(
            [
                sum(
                    (
                        weighted(scheme, c, m.components[c["code"]])
                        for c in individual
                        if c["code"] in m.components
                    ),
                    ZERO,
                )
                for m in members
            ],
            rule,
        )
        if own is None:
            result.problems.append("team %s is too small" % name)
            continue
        components, shared = {}, ZERO
        for component in scheme.components:
            marks = [m.components[component["code"]] for m in members if component["code"] in m.components]
            if component.get("scope", "individual") == "individual":
                part = team_part(marks, rule)
                if part is not None:
                    components[component["code"]] = part
            elif marks:
                components[component["code"]] = marks[0]
                shared += weighted(scheme, component, marks[0])
        result.teams[name] = Team(name, members, components, rounded(own + shared, scheme.step("total")))
    keys = [Key(text) for text in rule.get("tie_break", ())]
    groups = ordered(result.teams.values(), keys, result.problems)
    result.team_groups = [[team.name for team in group] for group in groups]
    result.team_ranks = places(result.team_groups, scheme.composition.get("rank_style", "standard"))
    if rule.get("awards") is not None:
        scores = {name: team.total for name, team in result.teams.items()}
        result.team_awards = give_awards(
            rule["awards"],
            result.team_groups,
            len(result.teams),
            scores,
            dict.fromkeys(scores, True),
            result.teams,
            decisions,
            "team",
            result,
        )


def published_form(scheme, result):
    """The result as a release holds it: {"results": [...], "teams": [...]}, every mark as text."""
    step = scheme.step
    criterion = places_of(step("criterion"), step("sub_criterion"), step("aspect"))
    found = []
    for entry in result.entries.values():
        nothing = entry.status in ("not_started", "disqualified")
        found.append(
            {
                "entry": entry.name,
                "status": entry.status,
                "aspects": {
                    code: text_of(entry.marks[code], places_of(step("aspect")))
                    if code in entry.marks
                    else None
                    for code in scheme.aspects
                },
                "criteria": {code: text_of(mark, criterion) for code, mark in entry.criteria.items()},
                "components": {
                    code: text_of(mark, places_of(step("component")))
                    for code, mark in entry.components.items()
                },
                "total": None if nothing else text_of(entry.total, places_of(step("total"))),
                "rank": result.ranks.get(entry.name),
                "award": result.awards.get(entry.name),
            }
        )
    found.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, row["entry"]))
    teams = [
        {
            "team": team.name,
            "members": sorted(member.name for member in team.members),
            "components": {
                code: text_of(rounded(mark, step("component")), places_of(step("component")))
                for code, mark in team.components.items()
            },
            "total": text_of(team.total, places_of(step("total"))),
            "rank": result.team_ranks[team.name],
            "award": result.team_awards.get(team.name),
        }
        for team in result.teams.values()
    ]
    teams.sort(key=lambda row: (row["rank"], row["team"]))
    return {"results": found, "teams": teams}


# ---------------------------------------------------------------------------------------------------------------------
# 8  The comparison: the recomputed result against the published one
# ---------------------------------------------------------------------------------------------------------------------


def check_scheme(proof, ledger, report):
    """The scheme is the one of the ledger's publishing line. Gives the Scheme, None when it is not readable."""
    report.begin("scheme")
    document = proof.json("scheme.json", "scheme", dict)
    found = sha256(proof.members["scheme.json"])
    if ledger.published is not None and found != ledger.published.get("scheme"):
        report.no("scheme", "scheme_hash", "scheme.json", found=found, wanted=ledger.published.get("scheme"))
    adopted = [body["facts"].get("content") for _, body in ledger.lines(("scheme.adopted", "scheme.edited"))]
    if not adopted or adopted[-1] != found:
        report.no("scheme", "scheme_not_newest", "scheme.json")
    try:
        return Scheme(document)
    except MALFORMED as error:
        report.no("scheme", "scheme_unread", "scheme.json", why=(str(error) or type(error).__name__)[:80])
        return None


def check_release(proof, ledger, report):
    """The release is the one whose hash the ledger published."""
    report.begin("release")
    release = proof.json("release.json", "release", dict)
    digest, published = sha256(proof.members["release.json"]), ledger.published
    if published is not None and digest != published.get("hash"):
        report.no("release", "release_hash", "release.json", found=digest, wanted=published.get("hash"))
    named = "%s-v%s" % (ledger.event, proof.manifest.get("number"))
    if release.get("event") != ledger.event or named != proof.manifest.get("release"):
        report.no("release", "release_event", "release.json", None, "event")
    if published is not None:
        earlier = [body["facts"].get("hash") for _, body in ledger.lines(("result.published",))][:-1]
        told = (release.get("amendments") or {}).get("supersedes") or {}
        wanted = earlier[-1] if earlier else None
        if published.get("supersedes") != wanted or told.get("hash") != wanted:
            report.no("release", "release_event", "release.json", None, "amendments.supersedes")
    return release


def listed(release, key):
    found = release.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def compare_inputs(release, inputs, report):
    """What the release says was read, against the ledger."""
    report.begin("readings")
    given = {str(row.get("entry")): row for row in listed(release, "entries")}
    teams = {}
    for name in sorted(set(inputs) | set(given)):
        if name not in given:
            report.no("readings", "inputs_entry", "release.json", None, "entries", entry=name)
            continue
        if name not in inputs:
            report.no("readings", "inputs_extra", "release.json", None, "entries", entry=name[:20])
            continue
        compare_entry(name, given[name], inputs[name], teams, report)


def compare_entry(name, row, wanted, teams, report):
    def no(field, found, ours):
        report.no(
            "readings",
            "input_field",
            "release.json",
            None,
            "entries.%s.%s" % (name, field),
            entry=name,
            field=field,
            found=shown(found),
            wanted=shown(ours),
        )

    raw = row.get("raw") if isinstance(row.get("raw"), dict) else {}
    for code in sorted(set(raw) | set(wanted["raw"])):
        if raw.get(code) != wanted["raw"].get(code):
            no("raw." + code, raw.get(code), wanted["raw"].get(code))
    marks = row.get("components") if isinstance(row.get("components"), dict) else {}
    for code in sorted(set(marks) | set(wanted["components"])):
        if not same_number(marks.get(code), wanted["components"].get(code)):
            no("components." + code, marks.get(code), wanted["components"].get(code))
    for field in ("elapsed_seconds", "started"):
        if row.get(field) != wanted[field] or type(row.get(field)) is not type(wanted[field]):
            no(field, row.get(field), wanted[field])
    if bool(row.get("disqualified")) != wanted["disqualified"]:
        no("disqualified", row.get("disqualified"), wanted["disqualified"])
    found, ours = (sorted(map(canonical_or_not, listed(part, "penalties"))) for part in (row, wanted))
    if found != ours:
        no("penalties", row.get("penalties"), wanted["penalties"])
    else:
        wanted["penalties"] = row["penalties"]  # the same ones, in the order in which they were published
    # The ledger knows a team by a key, the release by its name: each key has one name and each name one key.
    team, key = row.get("team"), wanted["team"]
    if (
        (team is None) != (key is None)
        or (key is not None and teams.setdefault(key, team) != team)
        or (key is not None and sum(1 for other in teams.values() if other == team) != 1)
    ):
        no("team", team, key)
    wanted["team"] = team if team is None or isinstance(team, str) else str(team)


def canonical_or_not(value):
    try:
        return canonical(value)
    except ValueError:
        return repr(value)


def same_number(one, other):
    if one is None or other is None:
        return one is other
    try:
        return number_of(one) == number_of(other)
    except Wrong:
        return False


def shown(value):
    text = canonical_or_not(value)
    return text if len(text) <= 60 else text[:57] + "..."


# In which check a differing field of a result is named.
FIELDS = {
    "aspects": "marks",
    "criteria": "totals",
    "components": "totals",
    "total": "totals",
    "status": "totals",
    "rank": "ranks",
    "award": "awards",
}


def compare_result(release, scheme, inputs, facts, report):
    """Everything computed again from the ledger's readings, field by field."""
    for check in ("marks", "totals", "ranks", "awards", "teams"):
        report.begin(check)
    try:
        result = score(scheme, inputs, list(facts.decisions.values()))
        ours = published_form(scheme, result)
    except MALFORMED as error:
        report.no("totals", "problem", "release.json", why=(str(error) or type(error).__name__)[:80])
        return None
    for why in result.problems:
        report.no("marks", "problem", "ledger.jsonl", why=why[:120])
    for choice in result.open:
        report.no(
            "awards", "open_choice", "release.json", tier=choice["tier"], entries=", ".join(choice["entries"])
        )
    compare_rows("entry", listed(release, "results"), ours["results"], "results", report)
    compare_rows("team", listed(release, "teams"), ours["teams"], "teams", report)
    names = ("scope", "tier", "choice", "keys", "reason")
    decided = [{name: decision.get(name) for name in names} for decision in result.decided]
    if release.get("decisions") != decided:
        report.no("awards", "decision", "release.json", None, "decisions")
    report.note("counts", lines=facts.size, entries=len(inputs), marks=facts.marks)
    return ours


def compare_rows(key, published, ours, part, report):
    by_name = {str(row.get(key)): row for row in published}
    check_of = FIELDS if key == "entry" else dict.fromkeys([*FIELDS, "members"], "teams")
    order = "ranks" if key == "entry" else "teams"
    if [str(row.get(key)) for row in published] != [row[key] for row in ours]:
        report.no(
            order,
            "value",
            "release.json",
            None,
            part,
            entry="*",
            field="order",
            found=shown([row.get(key) for row in published]),
            wanted=shown([row[key] for row in ours]),
        )
    for row in ours:
        found = by_name.get(row[key])
        if found is None:
            continue  # named above
        for field in sorted(set(row) | set(found)):
            if field == key:
                continue
            there, wanted = found.get(field), row.get(field)
            if isinstance(wanted, dict) and isinstance(there, dict):
                for code in sorted(set(wanted) | set(there)):
                    if there.get(code) != wanted.get(code) or (code in there) != (code in wanted):
                        differs(
                            report,
                            check_of.get(field, order),
                            part,
                            row[key],
                            field + "." + code,
                            there.get(code),
                            wanted.get(code),
                        )
            elif there != wanted or type(there) is not type(wanted):
                differs(report, check_of.get(field, order), part, row[key], field, there, wanted)


def differs(report, check, part, name, field, there, wanted):
    report.no(
        check,
        "value",
        "release.json",
        None,
        "%s.%s.%s" % (part, name, field),
        entry=name,
        field=field,
        found=shown(there),
        wanted=shown(wanted),
    )


def check_rows(proof, ledger, release, report):
    """The list as it stood on the public page: its numbers are the result's, its hash is the ledger's."""
    report.begin("rows")
    rows = proof.json("rows.json", "rows", list)
    hashes = [str(row.get("hash")) if isinstance(row, dict) else "" for row in rows]
    digest = sha256("\n".join(hashes))
    if ledger.published is not None and digest != ledger.published.get("rows"):
        report.no("rows", "rows_hash", "rows.json", found=digest, wanted=ledger.published.get("rows"))
    wanted = [("number", row.get("entry"), row) for row in listed(release, "results")]
    wanted += [("team", row.get("team"), row) for row in listed(release, "teams")]
    for index, (key, name, result) in enumerate(wanted):
        row = rows[index] if index < len(rows) and isinstance(rows[index], dict) else {}
        if row.get(key) != name:
            report.no(
                "rows", "row_missing", "rows.json", None, "rows[%d]" % (index + 1), entry=str(name)[:40]
            )
            continue
        status = result.get("status", "ranked")
        ours = {
            "rank": result.get("rank"),
            "status": "" if status == "ranked" else status,
            "components": result.get("components"),
            "total": result.get("total") or "",
            "award": result.get("award") or "",
        }
        for field, value in ours.items():
            if row.get(field) != value:
                report.no(
                    "rows",
                    "value",
                    "rows.json",
                    None,
                    "rows[%d].%s" % (index + 1, field),
                    entry=name,
                    field=field,
                    found=shown(row.get(field)),
                    wanted=shown(value),
                )
        if set(row) != {key, "hash", *ours}:
            report.no(
                "rows", "bad_shape", "rows.json", None, "rows[%d]" % (index + 1), why=", ".join(sorted(row))
            )
    if len(rows) != len(wanted):
        report.no("rows", "row_missing", "rows.json", None, "", entry=str(len(rows)))


# ---------------------------------------------------------------------------------------------------------------------
# 9  The recheck: which sheets a supervisor had to check again
# ---------------------------------------------------------------------------------------------------------------------


def check_recheck_list(facts, told):
    """The urn as it must have been: the best in full, all others by lot. Gives the urn, None when it is unknown."""

    def no(code, field="", /, **params):
        facts.report.no("recheck", code, "ledger.jsonl", facts.seq, field, **params)

    if facts.scheme is None:
        return None
    quiet = Report()  # what is wrong with readings is said elsewhere
    try:
        inputs = inputs_of(facts, facts.codes, facts.scheme, quiet)
        ranks = score(facts.scheme, inputs, list(facts.decisions.values())).ranks
    except MALFORMED as error:
        no("problem", why=str(error)[:80])
        return None
    held = {}
    for uuid, sheet in facts.sheets.items():
        held.setdefault(facts.codes.contestant(sheet.code), []).append(uuid)
    rule, applied = facts.scheme.recheck, told["rule"]
    if rule is None:
        top, size = [uuid for sheets in held.values() for uuid in sheets], 0
    else:
        forms = [form for form in (rule.get("full_check"), rule.get("alternative_full_check")) if form]
        form = next(
            (f for f in forms if f["by"] == applied["by"] and same_number(f["value"], applied["value"])), None
        )
        if (
            form is None
            or not same_number(rule["sample_rest"], applied["sample"])
            or not same_number(rule["error_rate_full_recheck"], applied["limit"])
        ):
            no("recheck_plan", "facts.rule", found=shown(applied))
            return None
        in_order = sorted(ranks[name] for name in held if name in ranks)
        share = number_of(form["value"])
        count = min(int(share) if form["by"] == "rank_count" else ceil(share * len(in_order)), len(in_order))
        last = in_order[count - 1] if count else 0
        top = [uuid for name, sheets in held.items() if ranks.get(name, last + 1) <= last for uuid in sheets]
        size = None
    urn = sorted(set(facts.sheets) - set(top))
    if size is None:
        size = ceil(number_of(rule["sample_rest"]) * len(urn))
    hashes = [sha256("\n".join(sorted(part))) if part else "" for part in (top, urn)]
    counted = {
        "top_hash": hashes[0],
        "list_hash": hashes[1],
        "top": len(top),
        "sample": size,
        "sheets": len(top) + len(urn),
    }
    for field, value in counted.items():
        if told[field] != value:
            no("recheck_plan", "facts." + field, found=shown(told[field]))
    return urn


def check_recheck_sample(facts, committed, drawn):
    told, urn = committed

    def no(code, field):
        facts.report.no("recheck", code, "ledger.jsonl", facts.seq, field, found=shown(drawn.get("drawn")))

    if sha256(drawn["secret"]) != told["commitment"]:
        no("recheck_seed", "facts.secret")
    seed = sha256("\n".join(["draw-v1", told["list_hash"], drawn["secret"], drawn["dice"]]))
    if seed != drawn["seed"]:
        no("recheck_seed", "facts.seed")
    if urn is not None:
        order = sorted(urn, key=lambda item: (sha256(seed + "\n" + item), item))
        if drawn["drawn"] != order[: told["sample"]]:
            no("recheck_plan", "facts.drawn")


# ---------------------------------------------------------------------------------------------------------------------
# 10  The command
# ---------------------------------------------------------------------------------------------------------------------


def verify(content, anchors=None):
    """Everything that there is to check in the bytes of a proof: a Report. Raises Unreadable."""
    return verify_members(read_zip(content), anchors)


def verify_members(members, anchors=None):
    """The same for members that are unpacked already."""
    report = Report()
    proof = Proof(members, report)
    ledger = Ledger(proof, report)

    def step(check, work, *arguments):
        """One part of the checking. What no genuine file holds ends that part with a fault, never the program."""
        try:
            return work(*arguments)
        except MALFORMED as error:
            report.no(check, "bad_shape", why=(str(error) or type(error).__name__)[:80])
            return None

    step("tree", check_checkpoints, proof, ledger, report, anchors or {})
    scheme = step("scheme", check_scheme, proof, ledger, report)
    release = step("release", check_release, proof, ledger, report) or {}
    codes = step("draws", check_draws, proof, ledger, report) or Codes()
    facts = step("sheets", Facts, ledger, codes, scheme, report)
    if scheme is not None and facts is not None:
        inputs = step("readings", inputs_of, facts, codes, scheme, report)
        if inputs is not None:
            step("readings", compare_inputs, release, inputs, report)
            step("totals", compare_result, release, scheme, inputs, facts, report)
    step("rows", check_rows, proof, ledger, release, report)
    if facts is not None and not facts.rechecks:
        report.note("no_recheck")
    if facts is not None and facts.corrections:
        report.note("corrections", count=len(facts.corrections), lines=", ".join(map(str, facts.corrections)))
    return report


def own_anchors(options):
    """What the reader holds: keys as lines name+hash+key, notes as texts, receipts as (number, code)."""
    found = {"keys": list(options.key or ()), "notes": [], "receipts": []}
    for name in options.checkpoint or ():
        with open(name, encoding="utf-8", newline="") as file:
            found["notes"].append(file.read(20_000).replace("\r\n", "\n"))
    for text in options.receipt or ():
        number, _, code = text.lstrip("#").partition(":")
        if not number.isdigit() or not code:
            raise ValueError(text)
        found["receipts"].append((int(number), code.strip()))
    return found


def usual_language():
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.lower().startswith("zh") else "en"


def main(arguments=None):
    parser = argparse.ArgumentParser(description="核对公布的竞赛成绩 / Checks a published contest result.")
    parser.add_argument("proof", metavar="PROOF.zip")
    parser.add_argument("--lang", choices=("zh", "en"), default=usual_language())
    parser.add_argument("--json", action="store_true", help="JSON 输出 / print JSON")
    parser.add_argument(
        "--key", action="append", metavar="NAME+HASH+KEY", help="您持有的公钥 / the public key you hold"
    )
    parser.add_argument(
        "--checkpoint", action="append", metavar="FILE", help="您持有的签名点 / a checkpoint you hold"
    )
    parser.add_argument("--receipt", action="append", metavar="SEQ:CODE", help="裁判回执 / a judge's receipt")
    options = parser.parse_args(arguments)
    lang = 0 if options.lang == "zh" else 1
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        name = options.proof
        try:
            anchors = own_anchors(options)
        except (OSError, ValueError) as error:
            name = getattr(error, "filename", None) or str(error)[:60]
            raise Unreadable("no_file", name=name) from None
        try:
            with open(options.proof, "rb") as file:
                content = file.read(MOST_FILE + 1)
        except OSError:
            raise Unreadable("no_file", name=name) from None
        report = verify(content, anchors)
    except Unreadable as error:
        words = READ[error.code][lang].format(**error.params)
        told = {"holds": None, "unreadable": words, "code": error.code, "member": error.member}
        print(
            json.dumps(told, ensure_ascii=False) if options.json else words,
            file=sys.stdout if options.json else sys.stderr,
        )
        return 2
    if options.json:
        print(json.dumps(report.as_json(lang), ensure_ascii=False, indent=1))
    else:
        print(report.as_text(lang))
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())

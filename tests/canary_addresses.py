"""Which rows of the canary an address speaks of: a guess of another kind's number is a 404 and proves nothing."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from competitions.models import (
    Appeal,
    AppealFile,
    Code,
    Declaration,
    Draw,
    Entry,
    EntryFile,
    ErrorNotice,
    Event,
    KeptMark,
    Objection,
    PaperSheet,
    PenaltyRecord,
    RecheckItem,
    ReleaseRow,
    Seat,
    Sheet,
    Tablet,
    Team,
    TimeCredit,
    Violation,
)
from craft_site.credentials.models import Certificate
from craft_site.credentials.web.files import FORMS
from craft_site.jobs.models import Job
from craft_site.ledger import anchors
from craft_site.ledger.models import Checkpoint, Line, slug_of
from craft_site.ledger.receipts import code_of
from craft_site.people.models import DataExport, DataRequest, PrivateFile, User, Worker
from tests import canary_academy, canary_honours
from tests.routes import Route

MOST = 2  # rows of a kind: a contestant's own and another's

# Beginnings of route names to the rows that their uuid names, the longest first. A route that none fits gets all kinds.
UUIDS: list[tuple[str, str]] = [
    ("me:appeal_new", "entry"),
    ("me:appeal_measure", "violation"),
    ("me:appeal", "appeal"),
    ("me:entry", "entry"),
    ("me:certificate", "certificate"),
    ("me:data_download", "copy"),
    ("me:data_take_back", "request"),
    ("me:file", "file"),
    ("desk:file", "file"),
    ("judge:", "sheet"),
    ("desk:certificate", "certificate"),
    ("desk:data_request", "request"),
    ("desk:sheet", "sheet"),
    ("desk:recheck_item", "item"),
    ("desk:paper", "paper"),
    ("desk:violation", "violation"),
    ("desk:appeal", "appeal"),
    ("desk:objection", "objection"),
    ("desk:entry", "entry"),
    ("desk:check_in", "entry"),
    ("desk:seat_waive", "entry"),
    ("desk:reveal", "worker"),
    ("desk:account", "user"),
    ("desk:roster", "job"),
    ("job", "job"),
    ("contest:draw", "draw"),
]
PKS: list[tuple[str, str]] = [
    ("me:entry_remove_paper", "entry file"),
    ("me:score_sheet", "row"),
    ("judge:penalty", "penalty"),
    ("desk:penalty", "penalty"),
    ("desk:credit", "credit"),
    ("desk:seat", "seat"),
    ("desk:team", "team"),
    ("desk:declaration", "declaration"),
    ("desk:recheck_notice", "notice"),
    ("desk:appeal_file", "appeal file"),
    ("desk:tablet", "tablet"),
    ("desk:kept_mark", "kept mark"),
]


class Rows:
    """The canary's rows by kind, asked once a kind."""

    def __init__(self, event: Event) -> None:
        self._rows: dict[str, QuerySet[Any]] = {
            "entry": Entry.objects.filter(event=event),
            "worker": Worker.objects.filter(entries__event=event),
            "user": User.objects.filter(worker__entries__event=event),
            "code": Code.objects.filter(event=event),
            "sheet": Sheet.objects.filter(event=event).order_by("-code__layer", "pk"),
            "paper": PaperSheet.objects.filter(sheet__event=event),
            "item": RecheckItem.objects.filter(recheck__event=event).order_by("-pk"),
            "violation": Violation.objects.filter(event=event),
            "appeal": Appeal.objects.filter(event=event),
            "objection": Objection.objects.filter(release__event=event),
            "certificate": Certificate.objects.filter(holder__entries__event=event),
            "request": DataRequest.objects.filter(worker__entries__event=event),
            "copy": DataExport.objects.filter(user__worker__entries__event=event),
            "file": PrivateFile.objects.order_by("-pk"),
            "draw": Draw.objects.filter(event=event),
            "job": Job.objects.all(),
            "entry file": EntryFile.objects.filter(entry__event=event),
            "row": ReleaseRow.objects.filter(release__event=event),
            "penalty": PenaltyRecord.objects.filter(code__event=event),
            "credit": TimeCredit.objects.filter(code__event=event),
            "seat": Seat.objects.filter(event=event),
            "team": Team.objects.filter(event=event),
            "declaration": Declaration.objects.all(),
            "notice": ErrorNotice.objects.filter(item__recheck__event=event),
            "appeal file": AppealFile.objects.filter(appeal__event=event),
            "tablet": Tablet.objects.of_event(event),
            "kept mark": KeptMark.objects.filter(sheet__event=event),
        }
        self._asked: dict[tuple[str, str], list[Any]] = {}
        self.event = event

    def of(self, kinds: Sequence[str], column: str) -> list[Any]:
        found: list[Any] = []
        for kind in kinds:
            if (kind, column) not in self._asked:
                rows = self._rows[kind]
                rows = rows if rows.query.order_by else rows.order_by("pk")
                self._asked[kind, column] = list(rows.values_list(column, flat=True)[:MOST])
            found += self._asked[kind, column]
        return found

    def for_route(self, route: Route) -> dict[str, list[Any]]:
        """Values for the parts of one route."""
        if canary_academy.is_of_academy(route):
            return canary_academy.for_route(route)
        if canary_honours.is_of_honours(route):
            return canary_honours.for_route(route)
        named = [kind for start, kind in UUIDS if route.name.startswith(start)][:1]
        by_uuid = named or [
            "entry",
            "worker",
            "code",
            "sheet",
            "file",
            "draw",
            "paper",
            "appeal",
            "violation",
        ]
        by_pk = [kind for start, kind in PKS if route.name.startswith(start)][:1] or ["seat"]
        event = self.event
        issued = Certificate.objects.filter(holder__entries__event=event).order_by("pk")
        numbers = {
            "verify:certificate": [one.shown_number for one in issued[:MOST]],
            "judge:times": ["S-102"],
            "contest:release_row": ["C-001", "C-002"],
        }
        chain = slug_of(event.chain)
        sizes = Checkpoint.objects.filter(chain__name=event.chain).order_by("size")
        return {
            "code": [event.code],
            "uuid": self.of(by_uuid, "uuid") if "uuid" in route.parts else [],
            "pk": self.of(by_pk, "pk") if "pk" in route.parts else [],
            "layer": list(Code.Layer.values),
            "purpose": ["contestant"],
            "round": [1],
            "slug": [f"{event.code}-v1", f"{event.code}-v2"],
            "aspect": ["A1.1"],
            "sub": ["A1"],
            "part": ["A"],
            "kind": ["yaml", "xlsx"],
            "component": ["T"],
            "form": list(FORMS),
            "chain": [chain],
            "name": [anchors.NEWEST, *map(str, sizes.values_list("size", flat=True))]
            if "name" in route.parts
            else [],
            "number": [1] if route.parts.get("number") == "int" else numbers.get(route.name, ["C-001"]),
        }

    def queried(self) -> list[str]:
        """Addresses with a query: exports, receipts and proofs."""
        event = self.event
        lines = list(Line.objects.filter(chain__name=event.chain).order_by("seq"))
        found = [
            f"/desk/events/{event.code}/judge-report/marks/?panel=0&as=xlsx",
            f"/desk/events/{event.code}/judge-report/marks/?panel=1",
            f"/desk/events/{event.code}/progress/?state=entered",
        ]
        for line in lines[:1]:
            receipt = f"event={event.code}&seq={line.seq}&code={code_of(line.hash)}"
            found += [f"/receipts/?{receipt}", f"/receipts/proof/?{receipt}"]
        sizes = list(
            Checkpoint.objects.filter(chain__name=event.chain).order_by("size").values_list("size", flat=True)
        )
        if len(sizes) > 1:
            found.append(f"/ledger/{slug_of(event.chain)}/consistency/?old={sizes[0]}&new={sizes[-1]}")
        return found

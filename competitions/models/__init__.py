from competitions.models.accepted import AcceptedList, AcceptedRow
from competitions.models.appeal import Appeal, AppealDecision, AppealFile
from competitions.models.award import AwardChoice
from competitions.models.code import Code
from competitions.models.correction import CorrectionOrder
from competitions.models.decoding import Decoding, OpenedLayer
from competitions.models.draw import Draw, DrawnSlot
from competitions.models.entry import Entry, EntryFile, EntryStep, Finding, Team
from competitions.models.event import CalendarStep, EligibilityRule, Event, Session, Station
from competitions.models.exhibit import Exhibit, Exhibition
from competitions.models.notice import DocumentChapter, DocumentVersion
from competitions.models.objection import Objection
from competitions.models.panel import Declaration, Seat, Waiver
from competitions.models.paper import PaperCheck, PaperEntry, PaperSheet
from competitions.models.play import PenaltyRecord, PlayRecord, TimeCredit
from competitions.models.recheck import ErrorNotice, Recheck, RecheckItem
from competitions.models.release import Release, ReleaseRow
from competitions.models.scheme import SchemeVersion
from competitions.models.series import Competition, Organiser, Series
from competitions.models.sheet import EnteredMark, Mark, Reopening, Sheet, Signature
from competitions.models.tablet import KeptMark, Tablet
from competitions.models.violation import Violation
from competitions.pages import CompetitionIndexPage, CompetitionPage

__all__ = [
    "AcceptedList",
    "AcceptedRow",
    "Appeal",
    "AppealDecision",
    "AppealFile",
    "AwardChoice",
    "CalendarStep",
    "Code",
    "Competition",
    "CompetitionIndexPage",
    "CompetitionPage",
    "CorrectionOrder",
    "Declaration",
    "Decoding",
    "DocumentChapter",
    "DocumentVersion",
    "Draw",
    "DrawnSlot",
    "EligibilityRule",
    "EnteredMark",
    "Entry",
    "EntryFile",
    "EntryStep",
    "ErrorNotice",
    "Event",
    "Exhibit",
    "Exhibition",
    "Finding",
    "KeptMark",
    "Mark",
    "Objection",
    "OpenedLayer",
    "Organiser",
    "PaperCheck",
    "PaperEntry",
    "PaperSheet",
    "PenaltyRecord",
    "PlayRecord",
    "Recheck",
    "RecheckItem",
    "Release",
    "ReleaseRow",
    "Reopening",
    "SchemeVersion",
    "Seat",
    "Series",
    "Session",
    "Sheet",
    "Signature",
    "Station",
    "Tablet",
    "Team",
    "TimeCredit",
    "Violation",
    "Waiver",
]

from competitions.models.accepted import AcceptedList, AcceptedRow
from competitions.models.award import AwardChoice
from competitions.models.code import Code
from competitions.models.draw import Decoding, Draw, DrawnSlot
from competitions.models.entry import Entry, EntryFile, EntryStep, Finding, Team
from competitions.models.event import CalendarStep, EligibilityRule, Event, Session, Station
from competitions.models.exhibit import Exhibit, Exhibition
from competitions.models.notice import DocumentChapter, DocumentVersion
from competitions.models.panel import Declaration, Seat, Waiver
from competitions.models.play import PenaltyRecord, PlayRecord, TimeCredit
from competitions.models.release import Release, ReleaseRow
from competitions.models.scheme import SchemeVersion
from competitions.models.series import Competition, Organiser, Series
from competitions.models.sheet import EnteredMark, Mark, Sheet, Signature
from competitions.pages import CompetitionIndexPage, CompetitionPage

__all__ = [
    "AcceptedList",
    "AcceptedRow",
    "AwardChoice",
    "CalendarStep",
    "Code",
    "Competition",
    "CompetitionIndexPage",
    "CompetitionPage",
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
    "Event",
    "Exhibit",
    "Exhibition",
    "Finding",
    "Mark",
    "Organiser",
    "PenaltyRecord",
    "PlayRecord",
    "Release",
    "ReleaseRow",
    "SchemeVersion",
    "Seat",
    "Series",
    "Session",
    "Sheet",
    "Signature",
    "Station",
    "Team",
    "TimeCredit",
    "Waiver",
]

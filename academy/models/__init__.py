from academy.models.academy import Academy, Alliance, Membership, Mentor, Studio
from academy.models.account import CostLine, Opinion
from academy.models.calendar import CalendarAddress
from academy.models.claim import CertificateHolder, Claim, ClaimFile, ClaimFinding, ClaimStep, FirmNotice
from academy.models.enrolment import Attendance, Enrolment, ExamMark, Leave
from academy.models.match_round import MatchProposal, MatchRound, Offer, OfferWish, Seeker, SeekerWish
from academy.models.pair import Pair, PairScheme, PairSignature, PairSkill, PairStep
from academy.models.pair_log import PairLog, PairReview
from academy.models.pair_reward import PairReward
from academy.models.payment import BankTemplate, ClaimObjection, Payment, PaymentList, Posting
from academy.models.programme import ProgrammeVersion, Quota, SubsidyDraw, SubsidyProgramme
from academy.models.target import TrainingTarget
from academy.models.timetable import ClassSession
from academy.models.training import Place, Programme, TrainingClass
from academy.pages import AcademyIndexPage, AcademyPage

__all__ = [
    "Academy",
    "AcademyIndexPage",
    "AcademyPage",
    "Alliance",
    "Attendance",
    "BankTemplate",
    "CalendarAddress",
    "CertificateHolder",
    "Claim",
    "ClaimFile",
    "ClaimFinding",
    "ClaimObjection",
    "ClaimStep",
    "ClassSession",
    "CostLine",
    "Enrolment",
    "ExamMark",
    "FirmNotice",
    "Leave",
    "MatchProposal",
    "MatchRound",
    "Membership",
    "Mentor",
    "Offer",
    "OfferWish",
    "Opinion",
    "Pair",
    "PairLog",
    "PairReview",
    "PairReward",
    "PairScheme",
    "PairSignature",
    "PairSkill",
    "PairStep",
    "Payment",
    "PaymentList",
    "Place",
    "Posting",
    "Programme",
    "ProgrammeVersion",
    "Quota",
    "Seeker",
    "SeekerWish",
    "Studio",
    "SubsidyDraw",
    "SubsidyProgramme",
    "TrainingClass",
    "TrainingTarget",
]

from honours.models.benefit import Benefit, HomeVisit
from honours.models.campaign import Campaign, city_of
from honours.models.consent import StoryConsent
from honours.models.holder import Holder, holder_of
from honours.models.honour import REGISTER, Honour, HonourMember, HonourTally
from honours.models.nomination import Clearance, Nomination, NominationEvidence, NominationStep
from honours.models.nominee import NomineeRemark
from honours.models.notice import Conferral, HonourNotice, HonourObjection
from honours.models.revocation import Revocation
from honours.models.story import StoryCard, StorySubject, StoryVideo
from honours.models.talk import OutreachPicture, Speaker, SpeakerGroup, Talk
from honours.models.title import HonourTitle, Kind, Level
from honours.models.visit import OUTREACH, Visit, VisitCraftsman, VisitProblem, VisitStep

__all__ = [
    "OUTREACH",
    "REGISTER",
    "Benefit",
    "Campaign",
    "Clearance",
    "Conferral",
    "Holder",
    "HomeVisit",
    "Honour",
    "HonourMember",
    "HonourNotice",
    "HonourObjection",
    "HonourTally",
    "HonourTitle",
    "Kind",
    "Level",
    "Nomination",
    "NominationEvidence",
    "NominationStep",
    "NomineeRemark",
    "OutreachPicture",
    "Revocation",
    "Speaker",
    "SpeakerGroup",
    "StoryCard",
    "StoryConsent",
    "StorySubject",
    "StoryVideo",
    "Talk",
    "Visit",
    "VisitCraftsman",
    "VisitProblem",
    "VisitStep",
    "city_of",
    "holder_of",
]

from craft_site.people.models.employer import Employer, Union
from craft_site.people.models.files import PrivateFile
from craft_site.people.models.growth import GrowthEntry
from craft_site.people.models.reveal import Reveal
from craft_site.people.models.tie import Tie
from craft_site.people.models.trade import Qualification, Trade, TradeLevel
from craft_site.people.models.user import User
from craft_site.people.models.worker import Employment, Worker

__all__ = [
    "Employer",
    "Employment",
    "GrowthEntry",
    "PrivateFile",
    "Qualification",
    "Reveal",
    "Tie",
    "Trade",
    "TradeLevel",
    "Union",
    "User",
    "Worker",
]

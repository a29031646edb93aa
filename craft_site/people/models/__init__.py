from craft_site.people.models.account_act import AccountAct
from craft_site.people.models.data_key import DataKey
from craft_site.people.models.data_request import DataExport, DataRequest, Erasure
from craft_site.people.models.employer import Employer, Union
from craft_site.people.models.files import PrivateFile
from craft_site.people.models.growth import GrowthEntry
from craft_site.people.models.record_act import RecordAct
from craft_site.people.models.reveal import Reveal
from craft_site.people.models.session import Session
from craft_site.people.models.tie import Tie
from craft_site.people.models.trade import Qualification, Trade, TradeLevel
from craft_site.people.models.user import User
from craft_site.people.models.worker import Employment, Worker

__all__ = [
    "AccountAct",
    "DataExport",
    "DataKey",
    "DataRequest",
    "Employer",
    "Employment",
    "Erasure",
    "GrowthEntry",
    "PrivateFile",
    "Qualification",
    "RecordAct",
    "Reveal",
    "Session",
    "Tie",
    "Trade",
    "TradeLevel",
    "Union",
    "User",
    "Worker",
]

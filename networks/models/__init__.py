"""The rows of buyers together, cut by feature: networks that last, groups that buy one thing, their letters, what they share."""

from networks.models.finding import Approach, ApproachMessage, Plan, quarter_of
from networks.models.groups import BuyerGroup, Participant, ParticipantChange
from networks.models.letters import MOST_ITEMS, MOST_VOLUME, CostKey, GroupItem, Letter, LetterVolume
from networks.models.networks import Network, NetworkMember, NetworkPost
from networks.models.rooms import GroupTask, Meeting, SharedFile

__all__ = [
    "MOST_ITEMS",
    "MOST_VOLUME",
    "Approach",
    "ApproachMessage",
    "BuyerGroup",
    "CostKey",
    "GroupItem",
    "GroupTask",
    "Letter",
    "LetterVolume",
    "Meeting",
    "Network",
    "NetworkMember",
    "NetworkPost",
    "Participant",
    "ParticipantChange",
    "Plan",
    "SharedFile",
    "quarter_of",
]

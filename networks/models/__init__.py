"""The rows of buyers together, cut by feature: networks that last, groups that buy one thing, their letters of intent."""

from networks.models.groups import BuyerGroup, Participant, ParticipantChange
from networks.models.letters import MOST_ITEMS, MOST_VOLUME, CostKey, GroupItem, Letter, LetterVolume
from networks.models.networks import Network, NetworkMember, NetworkPost

__all__ = [
    "MOST_ITEMS",
    "MOST_VOLUME",
    "BuyerGroup",
    "CostKey",
    "GroupItem",
    "Letter",
    "LetterVolume",
    "Network",
    "NetworkMember",
    "NetworkPost",
    "Participant",
    "ParticipantChange",
]

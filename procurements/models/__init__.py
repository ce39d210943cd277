"""The rows of a procurement, cut by feature: the chain itself, what a notice has many of, drafting, questions, outcomes,
what imported notices say beside their columns, and what the search knows."""

from procurements.grants import TeamRole
from procurements.models.chain import (
    KINDS_THAT_ASK,
    KINDS_TO_INFLUENCE,
    PHASE_OF_KIND,
    Closing,
    Interest,
    InterestQuerySet,
    Kind,
    Notice,
    NoticeLink,
    NoticeQuerySet,
    NoticeSearch,
    NoticeVersion,
    Phase,
    Procurement,
    ProcurementQuerySet,
    TeamMember,
    VersionBuyer,
    Wording,
    new_code,
)
from procurements.models.drafting import Comment, PreviewLink, Review, Schedule, Unsaved
from procurements.models.imported import (
    ContractWinner,
    Lot,
    LotResult,
    SettledContract,
    VersionText,
    Winner,
)
from procurements.models.joint import (
    Approval,
    ApprovalRound,
    CallOff,
    CallOffVolume,
    Requirement,
    RequirementStand,
    SupplierMessage,
    VersionVolume,
)
from procurements.models.outcomes import (
    Feedback,
    News,
    Outcome,
    OutcomeWinner,
    ProcedureAdvice,
    Release,
    SecrecyDecision,
)
from procurements.models.parts import (
    Asset,
    AssetOrigin,
    Document,
    Rights,
    Stage,
    VersionAsset,
    VersionDocument,
    VersionStage,
)
from procurements.models.questions import Answer, Question
from procurements.models.searched import ChangeEpoch, KeyCount, SearchWord

__all__ = [
    "KINDS_THAT_ASK", "KINDS_TO_INFLUENCE", "PHASE_OF_KIND", "Answer", "Approval", "ApprovalRound", "Asset",
    "AssetOrigin", "CallOff", "CallOffVolume", "ChangeEpoch", "Closing", "Comment", "ContractWinner", "Document",
    "Feedback", "Interest", "InterestQuerySet", "KeyCount", "Kind", "Lot", "LotResult", "News", "Notice",
    "NoticeLink", "NoticeQuerySet", "NoticeSearch", "NoticeVersion", "Outcome", "OutcomeWinner", "Phase",
    "PreviewLink", "ProcedureAdvice", "Procurement", "ProcurementQuerySet", "Question", "Release", "Requirement",
    "RequirementStand", "Review", "Rights", "Schedule", "SearchWord", "SecrecyDecision", "SettledContract", "Stage",
    "SupplierMessage", "TeamMember", "TeamRole", "Unsaved", "VersionAsset", "VersionBuyer", "VersionDocument",
    "VersionStage", "VersionText", "VersionVolume", "Winner", "Wording", "new_code",
]  # fmt: skip

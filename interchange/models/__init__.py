"""The rows of what comes in and goes out, cut by feature: arrivals, keys of the API, webhooks, daily dumps."""

from interchange.models.arrivals import (
    IMPORT,
    LARGEST_UPLOAD,
    ChangeOf,
    ImportedFile,
    Outcome,
    Seen,
    Source,
    UnknownCode,
    Upload,
)
from interchange.models.dumps import Dump
from interchange.models.keys import ApiKey, Scope
from interchange.models.webhooks import Delivery, Happening, Webhook

__all__ = [
    "IMPORT", "LARGEST_UPLOAD", "ApiKey", "ChangeOf", "Delivery", "Dump", "Happening", "ImportedFile", "Outcome", "Scope",
    "Seen", "Source", "UnknownCode", "Upload", "Webhook",
]  # fmt: skip

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from files import limits


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes what arrives to a temporary file, and no more of it than is accepted (ASVS 5.2.1).

    The rest is counted, not kept: the form then says that the file is too large, and what else was typed stays. Django's
    own way to stop early would cut the connection. How much may arrive at all is the reverse proxy's limit.
    A view whose page takes larger files says so: `takes_bytes = 200_000_000` on the function.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        match = self.request.resolver_match if self.request else None
        self.room = getattr(match.func, "takes_bytes", 0) if match else 0
        self.room = self.room or limits.most_bytes()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if kept := raw_data[: self.room]:
            self.file.write(kept)
            self.room -= len(kept)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self.file.seek(0)
        self.file.size = file_size  # what was sent, not what was kept
        return self.file

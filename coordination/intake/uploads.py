"""Uploaded files stay in memory, never in a temporary file on a disk, and never beyond what one sending may hold (security.md 2.4 row 32)."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from coordination.intake.limits import MOST_BYTES

MOST_AT_ONCE = 5


class InMemory(FileUploadHandler):
    """Keeps at most ten megabytes a file and fifty a request; what is beyond is counted and dropped, so that the sender can be told."""

    kept_in_all = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin one file."""
        super().new_file(*args, **kwargs)
        self.held, self.arrived = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it while it fits."""
        self.arrived += len(raw_data)
        if self.arrived <= MOST_BYTES and self.kept_in_all + len(raw_data) <= MOST_BYTES * MOST_AT_ONCE:
            self.kept_in_all += len(raw_data)
            self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file; its size is what arrived, also where less was kept."""
        self.held.seek(0)
        return InMemoryUploadedFile(self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

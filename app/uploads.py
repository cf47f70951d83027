"""Uploaded files between the request that brings them and the job that reads them."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app.services.errors import InvalidInput, LimitExceeded, NotFound


@dataclass(frozen=True, slots=True)
class Uploads:
    """A folder that the server processes and the worker share."""

    folder: Path

    def keep(self, content_base64: str, most_bytes: int) -> str:
        """Store a file and name it. Raises InvalidInput, LimitExceeded."""
        if len(content_base64) * 3 // 4 > most_bytes:
            raise LimitExceeded("content", len(content_base64) * 3 // 4, most_bytes, "BEATPLAN_MAX_UPLOAD_BYTES")
        try:
            data = base64.b64decode(content_base64, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidInput("content_base64 is not base64", field="content_base64") from None
        self.folder.mkdir(parents=True, exist_ok=True)
        name = uuid4().hex
        (self.folder / name).write_bytes(data)
        return name

    def read(self, name: str) -> bytes:
        """The file again. Raises NotFound where it has gone."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise NotFound("the uploaded file is gone; upload it again") from None

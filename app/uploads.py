"""Uploaded files between the request that brings them and the job that reads them."""

import base64
import binascii
import shutil
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import uuid4

from app.services.errors import InvalidInput, LimitExceeded, NotFound

_SETTING = "BEATPLAN_MAX_UPLOAD_BYTES"


@dataclass(frozen=True, slots=True)
class Uploads:
    """A folder that the server processes and the worker share. A file stays until its job has read it."""

    folder: Path
    most_bytes: int

    def keep(self, content: IO[bytes]) -> str:
        """Store a file and name it. Raises LimitExceeded."""
        size = content.seek(0, 2)
        content.seek(0)
        if size > self.most_bytes:
            raise LimitExceeded("file", size, self.most_bytes, _SETTING, "bytes of the file")
        self.folder.mkdir(parents=True, exist_ok=True)
        name = uuid4().hex
        with (self.folder / name).open("xb") as file:
            shutil.copyfileobj(content, file)
        return name

    def keep_base64(self, content_base64: str) -> str:
        """Store a file that came as text and name it. Raises InvalidInput, LimitExceeded."""
        if len(content_base64) * 3 // 4 - 2 > self.most_bytes:
            raise LimitExceeded("file", len(content_base64) * 3 // 4, self.most_bytes, _SETTING, "bytes of the file")
        try:
            data = base64.b64decode(content_base64, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidInput("content_base64 is not base64", field="content_base64") from None
        return self.keep(BytesIO(data))

    def read(self, name: str) -> bytes:
        """The file again. Raises NotFound where it has gone."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise NotFound("the uploaded file is gone; upload it again") from None

    def forget(self, name: str) -> None:
        """Delete a file; one that is not there is fine."""
        (self.folder / name).unlink(missing_ok=True)

    def forget_older_than(self, age_s: float) -> int:
        """Delete files whose job never came to read them; how many."""
        if not self.folder.is_dir():
            return 0
        before = time.time() - age_s
        old = [file for file in self.folder.iterdir() if file.stat().st_mtime < before]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

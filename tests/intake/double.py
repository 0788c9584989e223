"""A stand-in for clamd that speaks its INSTREAM as clamd does: chunks with their lengths, one answer, errors where clamd has them."""

import os
import socket
import struct
import threading
from typing import Any, Self

from tests.intake.corpus import EICAR


class ScannerDouble:
    """Listens on a socket file until the block ends; `says` overrides its answer, `silent` makes it hang up."""

    def __init__(self, path: str) -> None:
        self.path, self.says, self.silent, self.most = path, b"", False, 25_000_000
        self.line = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        self.line.bind(self.path)
        self.line.listen(5)
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *failure: Any) -> None:
        self.line.close()
        os.unlink(self.path)

    def serve(self) -> None:
        """One caller after the other."""
        while True:
            try:
                caller, _address = self.line.accept()
            except OSError:
                return
            with caller:
                caller.sendall(self.answer(caller)) if not self.silent else None

    def answer(self, caller: socket.socket) -> bytes:
        """What clamd would say."""
        data = b""
        with caller.makefile("rb") as stream:
            if stream.read(10) != b"zINSTREAM\0":
                return b"UNKNOWN COMMAND\0"
            while length := struct.unpack(">I", stream.read(4))[0]:
                data += stream.read(length)
                if len(data) > self.most:
                    return b"INSTREAM size limit exceeded. ERROR\0"
        return self.says or (b"stream: Eicar-Test FOUND\0" if EICAR in data else b"stream: OK\0")

"""What a file is by its first bytes, never by its name; and of what is not taken, what it is, so that the sender can be told."""

from coordination.intake.limits import NotTaken

TAKEN = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"), (b"PK\x03\x04", "office"))
REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),  # .doc, .xls, and every office file with a password
    (b"GIF8", "other_image"),
    (b"BM", "other_image"),
    (b"II*\0", "other_image"),
    (b"MM\0*", "other_image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"PK\x07\x08", "archive"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"ID3", "video"),
    (b"OggS", "video"),
)
PHONE_IMAGES = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}


def kind_of(data: bytes) -> str:
    """jpg, png, webp, pdf, or office (docx or xlsx: their parts say which). Raises NotTaken with what it is instead."""
    if not data:
        raise NotTaken("empty")
    for head, kind in TAKEN:
        if data.startswith(head):
            return kind
    if data[:4] == b"RIFF":
        if data[8:12] == b"WEBP":
            return "webp"
        raise NotTaken("video")
    if data[4:8] == b"ftyp":
        raise NotTaken("phone_image" if data[8:12] in PHONE_IMAGES else "video")
    raise NotTaken(next((reason for head, reason in REFUSED if data.startswith(head)), "kind"))

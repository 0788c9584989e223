"""Three hundred names that mean harm: kept as data, one line, no path, no more than 120 letters, ending as the content is."""

import re
import unicodedata
from urllib.parse import unquote

from django.utils.http import content_disposition_header

from coordination.intake.names import DEVICES, LONGEST, clean_name, one_line

STEMS = [
    "../../etc/passwd", "..\\..\\windows\\system32\\cmd.exe", "/etc/shadow", "C:\\boot.ini", "\\\\server\\share\\a", "....//....//a", "%2e%2e%2fetc%2fpasswd", "%252e%252e/a", "a%00.jpg", "a\x00.php", "a\r\nSet-Cookie: x=1", "a\nb",
    "\u202egpj.exe", "\u2066a\u2069", "a\u200bb", "\ufeffa", "a\x07b", "a\x1b[31m", "CON", "con.txt", "NUL", "AUX.", "COM1", "lpt9.pdf", "clock$", ".", "..", "...", " ", "", "~", "-rf", "--help", "| rm -rf /", "$(id)", "`id`", "; ls", "a;b", "a\"b", "a'b",
    "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%s%n", "a" * 4_000, "ă" * 4_000, "😀" * 200, "a." * 300, ".htaccess", ".bashrc", "a.php.jpg", "a.jpg.exe", "a.pdf.scr", "a.tar.gz", "Trần Văn A.docx", "Bie\u0302n ba\u0309n", "ﬁle", "ａ.ｊｐｇ", "\ud800a", "a\ue000b", "a:b:c", "a::$DATA", "a*b?c", "autorun.inf",
]  # fmt: skip
ENDINGS = ("", ".jpg", ".PHP", ".svg", " .", "/", "\\")
NAMES = [stem + ending for stem in STEMS for ending in ENDINGS][:400]


def test_three_hundred_names_are_only_data() -> None:
    assert len(NAMES) >= 300
    for given in NAMES:
        name = clean_name(given, "jpg")
        assert name.endswith(".jpg") and 5 <= len(name) <= LONGEST, (given, name)
        assert name == unicodedata.normalize("NFC", name) and not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} for letter in name), (given, name)
        assert not re.search(r"""[/\\:*?"<>|%;`$']|\.\.""", name) and not name.startswith((".", "-", " ", "~")), (given, name)
        assert name.partition(".")[0].strip().casefold() not in DEVICES, (given, name)


def test_three_hundred_names_make_one_header_that_says_download() -> None:
    for given in NAMES:
        header = content_disposition_header(True, clean_name(given, "pdf"))
        assert header.startswith("attachment; filename") and "\n" not in header and "\r" not in header
        assert unquote(header).count("filename") == 1


def test_a_name_keeps_what_people_wrote_and_mends_its_ending() -> None:
    assert clean_name("Biên bản 5.11.JPEG", "jpg") == "Biên bản 5.11.jpg"
    assert clean_name("ảnh sân trường.png", "jpg") == "ảnh sân trường.jpg"
    assert clean_name("hoa-don.pdf.exe", "pdf") == "hoa-don.pdf"
    assert clean_name("Bie\u0302n ba\u0309n.docx", "docx") == "Biên bản.docx"
    assert clean_name("???", "png") == "tep.png"
    assert one_line("..\\a\u202eb\n.png") == "ab.png"

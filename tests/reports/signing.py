"""Papers as a signing tool gives them back: the bytes of the paper, and behind them a signature that covers all of it. No key signs here: only the form is ours to check."""

import re


def signed_copy(paper: bytes, *, behind: bytes = b"") -> bytes:
    """The paper with a signature over every byte but its own value; `behind`: what somebody added later."""
    start = re.findall(rb"startxref\s+(\d+)", paper)[-1]
    value = b"<" + b"3082" + b"00" * 60 + b">"
    end = b">>\nendobj\nstartxref\n" + start + b"\n%%EOF\n"
    head = paper + b"\n99999 0 obj\n<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange "
    length = len(head) + len(b"[0 %010d %010d %010d] /Contents " % (0, 0, 0))
    return head + b"[0 %010d %010d %010d] /Contents " % (length, length + len(value), len(end)) + value + end + behind


def small_paper(words: str) -> bytes:
    """One line on one page, whose letters say what they mean."""
    letters = sorted(set(words))
    codes = {letter: 33 + place for place, letter in enumerate(letters)}
    line = "".join(f"{codes[letter]:02X}" for letter in words)
    meant = "\n".join(f"<{codes[letter]:02X}> <{ord(letter):04X}>" for letter in letters)
    cmap = f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange {len(letters)} beginbfchar\n{meant}\nendbfchar endcmap end end".encode()
    text = f"BT /F1 12 Tf 50 700 Td <{line}> Tj ET".encode()
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 %d\n%strailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, len(made))

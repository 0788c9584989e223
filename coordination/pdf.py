"""Turns a template into the bytes of a PDF, offline: fonts from our files, nothing else from anywhere."""

import hashlib
import logging
import re
import unicodedata
import warnings
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

logger = logging.getLogger(__name__)

DEBIAN_FONTS = "/usr/share/fonts/truetype/croscore"  # package fonts-croscore
FONT_ADDRESSES = ("font:regular", "font:bold", "font:italic", "font:bolditalic")
FONT_SETS = {
    "Tinos": ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf", "Tinos-BoldItalic.ttf"),
    "Times New Roman": ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf"),  # licensed by the deployer
}

MAX_HTML = 2_000_000
MAX_TEXT = 20_000
MAX_ROWS = 2_000
MAX_PAGES = 200

# PDF/UA-1 is not part of PDF/A-3, so its mark must bring the description of its own schema (ISO 19005-3, 6.6.2.3).
ACCESSIBLE_MARK = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


class PdfFailed(Exception):
    """No PDF was made; the message says why, in words for people and without data from the paper."""


class OurFontsOnly(URLFetcher):
    """Serves the four fonts from memory; any other address, file or network, stops the rendering."""

    def __init__(self, fonts: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._fonts = fonts

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._fonts:
            raise FatalURLFetchingError(f"refused: {url.partition(':')[0]}")
        return URLFetcherResponse(url, self._fonts[url], {"Content-Type": "font/ttf"})


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Print `template` with a finished context; the same context gives the same bytes.

    The context holds `made_at`, an aware instant: the only time the file knows.
    The paper is Vietnamese whoever asks for it (Nghị định 30/2020/NĐ-CP governs Vietnamese documents).
    """
    font_name, fonts = _fonts()
    with translation.override("vi"):
        html = unicodedata.normalize("NFC", render_to_string(template, {**context, "font_name": font_name}))
    _check_size(html)
    try:
        return _write(html, fonts, context["made_at"])
    except FatalURLFetchingError as refusal:  # a BaseException: it would end the worker instead of the job
        logger.error("pdf %s asked for an outside file: %s", template, refusal)
        raise PdfFailed(_("Mẫu in gọi tới tệp hoặc địa chỉ bên ngoài nên không được in.")) from None


def _write(html: str, fonts: dict[str, bytes], made_at: datetime) -> bytes:
    """Lay out and paint; identifier and dates come from the content and from `made_at`."""
    document = HTML(string=html, url_fetcher=OurFontsOnly(fonts)).render(font_config=FontConfiguration())
    _check_pages(document)
    document.metadata.created = document.metadata.modified = made_at.isoformat(timespec="seconds")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves closing its colour profile to the collector
        return document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
            xmp_metadata=[BytesIO(ACCESSIBLE_MARK)],
        )


def _fonts() -> tuple[str, dict[str, bytes]]:
    """The first complete font set in the font folder: its name and its four styles."""
    folder = Path(getattr(settings, "PDF_FONT_DIR", "") or DEBIAN_FONTS)
    for font, files in FONT_SETS.items():
        if all((folder / file).is_file() for file in files):
            return font, {address: (folder / file).read_bytes() for address, file in zip(FONT_ADDRESSES, files, strict=True)}
    raise PdfFailed(_("Thiếu phông chữ của văn bản trong thư mục %(folder)s. Cài gói fonts-croscore hoặc đặt PDF_FONT_DIR.") % {"folder": folder})


def _check_size(html: str) -> None:
    """Plain long text is enough to hang a renderer, so length is refused before layout begins."""
    if len(html) > MAX_HTML or html.count("<tr") > MAX_ROWS:
        raise PdfFailed(_("Văn bản quá dài để in: tối đa %(rows)s dòng bảng.") % {"rows": MAX_ROWS})
    if any(len(text) > MAX_TEXT for text in re.split(r"<[^>]*>", re.sub(r"(?s)<style.*?</style>", "", html))):
        raise PdfFailed(_("Có một đoạn văn quá dài để in: tối đa %(length)s ký tự.") % {"length": MAX_TEXT})


def _check_pages(document: Document) -> None:
    if len(document.pages) > MAX_PAGES:
        raise PdfFailed(_("Văn bản quá dài để in: tối đa %(pages)s trang.") % {"pages": MAX_PAGES})

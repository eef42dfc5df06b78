"""What a scanner, a camera or a person gave us, before anybody looks at its meaning.

A code arrives with or without the symbology identifier (`]C1`, `]d2`, `]Q3`), with GS as 0x1D or as the printable that
a wedge scanner was set to, in full-width letters when a Chinese input method was on, or as the address in a QR code.
Meaning (GTIN, SSCC, batch) is `labels.gs1`'s matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from maskqms.i18n import Text, _
from maskqms.settings import settings

GS = "\x1d"
GS_STAND_INS = ("␝", "<GS>", "{GS}", "^]")
"""How scanners and people write the separator where the character itself does not get through."""

GS1_IDENTIFIERS = frozenset({"]C1", "]d2", "]Q3", "]e0"})
_IDENTIFIER = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")
_OUR_ADDRESS = re.compile(r"\A/c/(?P<code>.+)\Z")
_OWN_FORM = re.compile(r"\A[A-Z]{1,3}-?\d[\w-]*\Z")
_BRACKETED = re.compile(r"\A\(\d{2,4}\)")


@dataclass(frozen=True, slots=True)
class ScannedCode:
    """`text` is the code or the element string; `symbology` the identifier the scanner sent, if it did."""

    raw: str
    text: str
    symbology: str | None = None

    @property
    def is_gs1(self) -> bool:
        """The scanner said so, or the text cannot be anything else."""
        return self.symbology in GS1_IDENTIFIERS or GS in self.text or bool(_BRACKETED.match(self.text))

    @property
    def elements(self) -> str:
        """The element string as a parser wants it, identifier in front when there was one."""
        return f"{self.symbology or ''}{self.text}"

    def __str__(self) -> str:
        return self.text


def looks_like(text: str) -> Text:
    """What an unknown code seems to be, so that the person sees whether the right label was scanned."""
    if text.startswith(("http://", "https://")):
        return _("It looks like the web address of another system.")
    if GS in text or _BRACKETED.match(text):
        return _("It looks like a GS1 code of another company or of goods not recorded here.")
    if text.isdigit() and len(text) in {18, 20}:
        return _("It looks like the number of a carton or pallet (SSCC).")
    if text.isdigit() and len(text) in {8, 12, 13, 14}:
        return _("It looks like an article number (GTIN); it names a product, not a piece.")
    if _OWN_FORM.match(text):
        return _("It is written like one of our own codes, but no such record exists.")
    return _("It has {n} characters and is not written like one of our codes.", n=len(text))


def read_scan(raw: str) -> ScannedCode:
    """Undo what keyboards, input methods and scanner settings did to a code; its case stays as it was."""
    text = raw.strip(" \t\r\n　")
    for stand_in in GS_STAND_INS:
        text = text.replace(stand_in, GS)
    text = "".join(unicodedata.normalize("NFKC", sign) for sign in text)
    symbology = None
    if found := _IDENTIFIER.match(text):
        symbology, text = found.group(), text[found.end() :]
    if symbology in GS1_IDENTIFIERS:
        text = text.replace("|", GS)
    text = text.strip(GS + " ")
    if text.startswith(("http://", "https://")):
        text = _from_address(text)
    return ScannedCode(raw=raw, text=text, symbology=symbology)


def _from_address(address: str) -> str:
    """`https://factory/c/MB-1` is the code MB-1 when the address is ours; a Digital Link stays what it is."""
    ours = {urlsplit(base).netloc for base in (settings().base_url, settings().public_url) if base}
    parts = urlsplit(address)
    if parts.netloc in ours and (found := _OUR_ADDRESS.match(parts.path)):
        return unquote(found["code"])
    return address

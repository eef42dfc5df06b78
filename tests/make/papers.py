"""Small files that are what their first bytes say."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def pdf(words: str = "maskqms") -> bytes:
    """A PDF of one empty page; `words` make its bytes another file."""
    parts = [
        b"%PDF-1.4\n%" + words.encode() + b"\n",
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n",
    ]
    places = [sum(len(part) for part in parts[:n]) for n in range(1, len(parts))]
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    start = sum(len(part) for part in parts)
    end = b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return b"".join(parts) + table + end


def picture(kind: str = "JPEG", size: int = 64) -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").resize((size, size)).save(out, kind)
    return out.getvalue()


PAPER = pdf()

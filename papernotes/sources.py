"""What people hand over as text: bytes of a file or a pipe → what a reader would see of them.

UTF-16 is known by its byte order mark. A mail (RFC 5322) is read part by part, since its lines
may be folded, encoded or both; what is no mail is taken as it is.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}\r?\n")
_ENCODED = re.compile(
    rb"^content-transfer-encoding:\s*(?:quoted-printable|base64)", re.IGNORECASE | re.MULTILINE
)


def readable(data: bytes) -> str:
    """Return the text of ``data``; bytes that are no text become U+FFFD."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    is_mail = _HEADER.match(data) is not None and _ENCODED.search(data) is not None
    return _mail_text(data) if is_mail else data.decode("utf-8", "replace")


def _mail_text(data: bytes) -> str:
    from email import message_from_bytes  # noqa: PLC0415 - few sources are mails
    from email.policy import default  # noqa: PLC0415 - same

    message: Any = message_from_bytes(data, policy=default)
    texts = [str(message.get("subject", ""))]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            body = payload if isinstance(payload, bytes) else b""
            texts.append(_decoded(body, part.get_content_charset("utf-8")))
    return "\n\n".join(texts)


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except (LookupError, ValueError):  # no such charset, or one that is no name or takes no errors
        return body.decode("utf-8", "replace")

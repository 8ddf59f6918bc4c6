"""Files that are uploaded to a statement or an invoice. Of each its name, kind and size are kept."""

from __future__ import annotations

from typing import Any

from simulator.systems.base import Answer, Request
from simulator.systems.fennoa.wire.envelope import Violation, object_to, succeed
from simulator.systems.fennoa.wire.forms import FormError, read_form

PART = "file"
ATTACHMENTS_MAX = 100
SIGNATURES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def keep_attachment(request: Request, details: dict[str, Any], kinds: tuple[str, ...]) -> Answer:
    """Note the uploaded file among *details*, or say why it is not taken."""
    try:
        uploaded = read_form(request).files.get(PART)
    except FormError as error:
        return object_to([Violation("", str(error), is_general=True)])
    if uploaded is None:
        return object_to([Violation(PART, "There is no file")])
    kind = next((kind for sign, kind in SIGNATURES.items() if uploaded.content.startswith(sign)), "")
    if kind not in kinds:
        return object_to([Violation(PART, f"The file is none of {', '.join(kinds)}")])
    kept = details.setdefault("attachments", [])
    if len(kept) == ATTACHMENTS_MAX:
        return object_to([Violation(PART, f"The simulator keeps {ATTACHMENTS_MAX} files at most")])
    kept.append({"name": uploaded.name[:200], "type": kind, "size": len(uploaded.content)})
    return succeed(id=len(kept))

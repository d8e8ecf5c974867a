"""What a shop types into its application for a terminal; every number is made up and checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from daozhang.desk.workspace import Workspace
from daozhang.remedies.accounts import bank_code_check, credit_code_check

CLOCK = datetime(2026, 11, 25, 10, 0)
CREDIT_CODE = "92440300MA5FAKE01" + credit_code_check("92440300MA5FAKE01")
BANK_CODE = "10210009999" + bank_code_check("10210009999")
BUSINESS = {
    "acquirer": "unionpay", "licence_name": "街角小馆", "credit_code": CREDIT_CODE, "legal_person": "王小明", "contact_name": "王小明",
    "contact_phone": "13800138000",
}  # fmt: skip
ACCOUNT = {
    "account_kind": "corporate", "account_holder": "街角小馆", "account_number": "1000123409001234567", "bank_name": "中国工商银行",
    "bank_code": BANK_CODE,
}  # fmt: skip
SHOP = {"store_name": "总店", "address": "深圳市南山区科技路 1 号", "terminals": "1"}
PAGES = {"business": BUSINESS, "account": ACCOUNT, "shop": SHOP}
PDF = b"%PDF-1.4\n1 0 obj << /Length 20 >> stream\nBT (licence) Tj ET\nendstream endobj\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 64
SERIAL = "PAX90210X1"
TERMINAL = "33010012"


def standing(workspace: Any) -> Workspace:
    """Return the workspace with its clock at the story's moment."""
    return Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": CLOCK}))


def at(workspace: Workspace, moment: datetime) -> Workspace:
    """Return the workspace at another moment."""
    return Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": moment}))


def filled_in(workspace: Workspace, by: str = "li") -> str:
    """Fill in a whole application for a new merchant, documents and all, and return its number."""
    from daozhang.desk import applications as desk
    from daozhang.services.processes import process_named

    one = desk.start(workspace, "open_merchant", by=by)
    for page, given in PAGES.items():
        one = desk.save(workspace, one.number, page, given, by=by, version=one.version)
    for document in process_named("open_merchant").documents:
        desk.add_paper(workspace, one.number, document, f"{document}.pdf", PDF, by=by)
    return str(one.number)

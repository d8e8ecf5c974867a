"""The register of inquiries: a retrieval with three days, its reminders, its pack with slip and order, its answer, what is refused."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from processes_story import JPEG, PDF, at, standing

from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError

sys.path.insert(0, str(Path(__file__).parent.parent))
from desk_making import put_rows

SALE = {
    "acquirer": "unionpay", "merchant_no": "898000000000001", "terminal_no": "33010012", "trace_no": "000123", "rrn": "112000000123",
    "occurred_at": datetime(2026, 11, 20, 9, 30), "kind": "sale", "amount_minor": 231_840, "status": "approved", "channel": "card",
    "card_tail": "4821", "order_no": "HZ20261120001", "auth_code": "A1B2C3",
}  # fmt: skip
ORDER = {
    "order_no": "HZ20261120001", "merchant_no": "898000000000001", "amount_minor": 231_840, "placed_at": datetime(2026, 11, 20, 9, 28),
    "terminal_no": "33010012", "paid_by": "card",
}  # fmt: skip
WEDNESDAY = datetime(2026, 11, 25, 9, 0)
RETRIEVAL = {"kind": "retrieval", "sender": "acquirer", "reference": "DD-881", "payment": "112000000123", "workdays": 3,
             "merchant_no": "898000000000001"}  # fmt: skip


@pytest.fixture
def here(workspace: Any) -> Workspace:
    made = at(standing(workspace), WEDNESDAY)
    put_rows(made, "im_0000000007", "transactions_2026-11-20.csv", "transactions", [SALE])
    put_rows(made, "im_0000000008", "orders_2026-11-20.csv", "orders", [ORDER])
    return made


def _enter(here: Workspace, **more: Any) -> Any:
    from daozhang.desk.inquiries import Asked, enter

    return enter(here, Asked(**(RETRIEVAL | more)), by="li")


def test_a_retrieval_of_three_days_reminds_at_half_at_four_fifths_and_at_its_end(here: Workspace) -> None:
    from daozhang.desk import inquiries as desk
    from daozhang.desk.models import Notice
    from daozhang.desk.timers import keep_clocks

    one = _enter(here)
    assert one.due_at == datetime(2026, 11, 27, 18, 0)
    said = []
    for moment in (
        datetime(2026, 11, 26, 13, 29), datetime(2026, 11, 26, 13, 30), datetime(2026, 11, 26, 13, 31),
        datetime(2026, 11, 27, 12, 35), datetime(2026, 11, 27, 12, 36), datetime(2026, 11, 27, 18, 0), datetime(2026, 11, 30, 9, 0),
    ):  # fmt: skip
        keep_clocks(at(here, moment))
        said.append(desk.inquiry_named(one.number).reminded_pct)
    assert said == [0, 50, 50, 50, 80, 100, 100]
    letters = Notice.objects.filter(key__startswith=f"{one.number}/").order_by("id")
    assert [letter.key.rpartition("/")[2] for letter in letters] == ["50", "80", "100"]
    assert all("DD-881" in letter.body for letter in letters)
    assert [event.step for event in desk.history(one)] == ["entered", "reminded", "reminded", "reminded"]
    late = at(here, datetime(2026, 11, 30, 9, 0))
    assert desk.used_pct(late, desk.inquiry_named(one.number)) == 100


def test_one_that_is_answered_is_reminded_of_no_more(here: Workspace) -> None:
    from daozhang.desk import house_audit
    from daozhang.desk import inquiries as desk

    one = _enter(here)
    with pytest.raises(RefusedError, match="error-inquiry-note"):
        desk.decide(here, one.number, "answered", by="li")
    done = desk.decide(
        at(here, datetime(2026, 11, 26, 10, 0)), one.number, "answered", by="wang", note="已邮寄签购单，回执 881-2"
    )
    assert (done.state, done.answered_by, done.answer) == ("answered", "wang", "已邮寄签购单，回执 881-2")
    assert desk.tick(here, datetime(2026, 12, 30, 9, 0)) == 0
    assert desk.used_pct(at(here, datetime(2026, 12, 30, 9, 0)), done) == 37
    with pytest.raises(RefusedError, match="error-inquiry-step"):
        desk.decide(here, one.number, "answered", by="wang", note="again")
    assert desk.decide(here, one.number, "accepted", by="wang", note="对方认可").state == "accepted"
    assert house_audit.broken_at() is None


def test_the_pack_holds_slip_and_order_with_their_lines_and_the_documents(here: Workspace) -> None:
    from daozhang.desk import inquiries as desk
    from daozhang.desk import inquiries_pack

    one = _enter(here)
    desk.add_paper(here, one.number, "signed_slip", "slip.jpg", JPEG, by="li")
    desk.add_paper(here, one.number, "delivery_proof", "sent.pdf", PDF, by="li")
    made = inquiries_pack.make(here, one.number, "zh", by="li")
    assert inquiries_pack.make(here, one.number, "zh", by="li").sha256 == made.sha256
    assert desk.inquiry_named(one.number).pack_sha256 == made.sha256
    with zipfile.ZipFile(io.BytesIO(made.body)) as pack:
        assert sorted(pack.namelist()) == [
            "01-signed_slip.jpg",
            "02-delivery_proof.pdf",
            "README.txt",
            "order.csv",
            "slip.csv",
        ]
        slip, order = pack.read("slip.csv").decode("utf-8-sig"), pack.read("order.csv").decode("utf-8-sig")
        assert pack.read("01-signed_slip.jpg") == JPEG
        index = pack.read("README.txt").decode()
    for value in ("112000000123", "33010012", "A1B2C3", "4821", "231840", "transactions_2026-11-20.csv,2"):
        assert value in slip
    assert "HZ20261120001" in order
    assert "orders_2026-11-20.csv,2" in order
    assert "2026-11-27 18:00" in index


def test_a_pack_without_its_slip_is_none(here: Workspace) -> None:
    from daozhang.desk import inquiries_pack

    one = _enter(here, payment="999999999999")
    with pytest.raises(RefusedError, match="error-inquiry-no-payment"):
        inquiries_pack.make(here, one.number, "zh", by="li")
    of_nobody = _enter(here, payment="000123", merchant_no="")
    with pytest.raises(RefusedError, match="error-inquiry-no-payment"):
        inquiries_pack.make(here, of_nobody.number, "zh", by="li")


@pytest.mark.parametrize(
    ("more", "key"),
    [({"kind": "wish"}, "error-inquiry-word"), ({"sender": "nobody"}, "error-inquiry-word"), ({"workdays": 99}, "error-inquiry-days"),
     ({"case": "DZ-2026-999999"}, "error-no-case")],
)  # fmt: skip
def test_what_is_no_inquiry_is_refused_with_its_reason(here: Workspace, more: dict[str, Any], key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        _enter(here, **more)


def test_without_a_time_the_usual_one_of_its_kind_holds(here: Workspace) -> None:
    assert _enter(here, kind="risk", workdays=0).due_at == datetime(2026, 11, 26, 18, 0)

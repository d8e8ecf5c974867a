"""Applications: the whole way to a trained shop, every reason for a refusal, what is wrong and where, two devices, one device one merchant."""

from __future__ import annotations

import sys
import zlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from processes_story import ACCOUNT, BUSINESS, CLOCK, JPEG, PDF, SERIAL, SHOP, TERMINAL, at, filled_in, standing

from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.services.applications import FINAL, Reason
from daozhang.services.processes import processes

sys.path.insert(0, str(Path(__file__).parent.parent))
from desk_making import put_rows

SALE = {
    "acquirer": "unionpay", "merchant_no": "898000000000009", "terminal_no": TERMINAL, "trace_no": "000001", "rrn": "112600000001",
    "occurred_at": datetime(2026, 11, 26, 9, 0), "kind": "sale", "amount_minor": 1_00, "status": "approved", "channel": "card",
}  # fmt: skip
SHIPPED = {"carrier": "顺丰", "tracking_no": "SF100200300"}
BOUND = {"serial": SERIAL, "terminal_no": TERMINAL}
BOOKED = {"trainer": "赵工", "on": "2026-11-27", "people": "3"}


@pytest.fixture
def here(workspace: Any) -> Workspace:
    return standing(workspace)


@pytest.fixture
def there(sqlite_workspace: Any) -> Workspace:
    return standing(sqlite_workspace)


def _do(here: Workspace, number: str, act: str, by: str, **facts: str) -> Any:
    from daozhang.desk.applications_stages import decide

    return decide(here, number, act, facts, by=by)


def test_from_the_first_page_to_the_trained_shop(here: Workspace) -> None:
    from daozhang.desk import applications as desk
    from daozhang.desk import house_audit

    number = filled_in(here)
    assert _do(here, number, "submitted", "li").state == "review"
    with pytest.raises(RefusedError, match="error-application-same-person"):
        _do(here, number, "accepted", "Li ")
    accepted = _do(here, number, "accepted", "wang")
    assert (accepted.state, accepted.due_on) == ("ship", date(2026, 11, 30))
    with pytest.raises(RefusedError) as missing:
        _do(here, number, "shipped", "wang", carrier="顺丰")
    assert missing.value.facts["missing"] == "tracking_no"
    assert _do(here, number, "shipped", "wang", **SHIPPED).state == "bind"
    assert _do(here, number, "bound", "li", serial="pax 90210x1", terminal_no=TERMINAL).serial == SERIAL
    with pytest.raises(RefusedError, match="error-application-no-test"):
        _do(here, number, "tested", "li")
    put_rows(here, "im_0000000009", "transactions_2026-11-26.csv", "transactions", [SALE])
    tested = _do(at(here, datetime(2026, 11, 26, 12, 0)), number, "tested", "li")
    assert tested.state == "train"
    assert (tested.test["file"], tested.test["line_no"], tested.test["amount_minor"]) == (
        "transactions_2026-11-26.csv",
        2,
        100,
    )
    assert _do(here, number, "booked", "li", **BOOKED).state == "train"
    done = _do(here, number, "trained", "li", people="3")
    assert (done.state, done.training["trainer"], done.closed_at) == ("done", "赵工", CLOCK)
    steps = [event.step for event in desk.history(done)]
    assert (
        steps[-8:] == ["submitted", "accepted", "shipped", "bound", "tested", "booked", "trained"][-8:]
        or steps[-7] == "submitted"
    )
    assert {event.by for event in desk.history(done)} == {"li", "wang"}
    assert house_audit.broken_at() is None


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_says_what_to_change_or_that_it_ends_here(there: Workspace, reason: Reason) -> None:
    from daozhang.desk import applications as desk
    from daozhang.services.applications import page_to_fix

    number = filled_in(there)
    _do(there, number, "submitted", "li")
    back = _do(there, number, "sent_back", "wang", reason=reason.value, note="第二页看不清")
    assert (back.reason, back.reason_note) == (reason.value, "第二页看不清")
    if reason in FINAL:
        assert back.state == "refused"
        with pytest.raises(RefusedError, match="error-application-step"):
            _do(there, number, "submitted", "li")
        return
    assert back.state == "returned"
    assert page_to_fix(reason, processes()["open_merchant"]) in {"business", "account", "shop", "documents"}
    again = desk.save(
        there, number, "shop", SHOP | {"address": "深圳市南山区科技路 2 号"}, by="li", version=back.version
    )
    assert again.values["licence_name"] == BUSINESS["licence_name"]
    assert _do(there, number, "submitted", "li").state == "review"
    assert _do(there, number, "declined", "wang", reason=reason.value, note="不再受理").state == "refused"


@pytest.mark.parametrize(
    ("page", "field", "value", "key"),
    [
        ("business", "contact_phone", "1380013800", "application-fault-phone"),
        ("business", "credit_code", BUSINESS["credit_code"][:-1] + "0", "account-fault-credit-check"),
        ("business", "licence_name", "", "application-fault-empty"),
        ("account", "account_holder", "街角小馆(总店)", "account-fault-name-extra"),
        ("account", "bank_code", "102100099990", "account-fault-bank-code-check"),
        ("account", "account_number", "6222021234567890123", "account-fault-card-for-corporate"),
        ("account", "account_number", "10001234O9001234567", "account-fault-not-a-digit"),
        ("shop", "terminals", "0", "application-fault-count"),
    ],
)  # fmt: skip
def test_wrong_input_is_kept_and_says_where_and_why(
    there: Workspace, page: str, field: str, value: str, key: str
) -> None:
    from daozhang.desk import applications as desk

    given = {"business": BUSINESS, "account": ACCOUNT, "shop": SHOP}
    if field == "account_number" and value.startswith("62"):
        value = value[:-1] + _check_digit(value[:-1])
    one = desk.start(there, "open_merchant", by="li")
    for name, usual in given.items():
        typed = usual | ({field: value} if name == page else {})
        one = desk.save(there, one.number, name, typed, by="li", version=one.version)
    found = {view.name: [(fault.where, fault.key) for fault in view.faults] for view in desk.pages(one)}
    assert (field, key) in found.pop(page)
    assert all(not faults for faults in found.values())
    with pytest.raises(RefusedError, match="error-application-unfinished"):
        desk.submit(there, one.number, by="li")


def _check_digit(digits: str) -> str:
    from daozhang.remedies.accounts import luhn

    return next(str(one) for one in range(10) if luhn(digits + str(one)))


def test_two_devices_do_not_write_over_each_other(there: Workspace) -> None:
    from daozhang.desk import applications as desk

    first = desk.start(there, "open_merchant", by="li")
    elsewhere = desk.named(first.code.lower())
    assert elsewhere.number == first.number
    desk.save(there, first.number, "business", BUSINESS, by="li", version=first.version)
    with pytest.raises(RefusedError, match="error-application-newer"):
        desk.save(
            there,
            first.number,
            "business",
            BUSINESS | {"licence_name": "别的名字"},
            by="wang",
            version=elsewhere.version,
        )
    assert desk.named(first.number).values["licence_name"] == "街角小馆"


def test_no_card_number_is_at_rest(there: Workspace) -> None:
    from daozhang.desk import applications as desk
    from daozhang.desk.processes_models import Application

    card = "622202123456789012" + _check_digit("622202123456789012")
    one = desk.start(there, "open_merchant", by="li")
    typed = ACCOUNT | {"account_kind": "personal", "account_number": card, "bank_name": f"工行 {card}"}
    one = desk.save(there, one.number, "account", typed, by="li", version=one.version)
    assert (one.account_tail, bytes(one.sealed)) == (card[-4:], b"")
    desk.add_paper(there, one.number, "licence", f"{card}.pdf", PDF, by="li")
    for path in there.root.rglob("*"):
        if path.is_file():
            assert card.encode() not in path.read_bytes(), path.name
    assert card not in str(list(Application.objects.values()))


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.exe", b"MZ" + b"\0" * 100, "error-paper-kind"),
        ("a.pdf", b"", "error-paper-empty"),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "error-paper-size"),
        (
            "a.pdf",
            b"%PDF-1.4\nstream\n" + zlib.compress(b"BT (6222021234567890128) Tj ET") + b"\nendstream",
            "error-paper-card",
        ),
    ],
)
def test_a_document_that_cannot_be_taken_says_why_and_is_not_kept(
    there: Workspace, name: str, data: bytes, key: str
) -> None:
    from daozhang.desk import applications as desk

    one = desk.start(there, "open_merchant", by="li")
    with pytest.raises(RefusedError, match=key):
        desk.add_paper(there, one.number, "licence", name, data, by="li")
    assert not list(there.originals.rglob("pp_*"))
    desk.add_paper(there, one.number, "shop_photo", "shop.jpg", JPEG, by="li")
    (kept,) = there.originals.rglob("pp_*")
    assert JPEG not in kept.read_bytes()
    with pytest.raises(RefusedError, match="error-paper-document"):
        desk.add_paper(there, one.number, "passport_of_the_cat", "cat.jpg", JPEG, by="li")


def test_one_device_belongs_to_one_merchant(here: Workspace) -> None:
    from daozhang.desk.processes_models import Application

    first, second = (_bindable(here) for _ in range(2))
    _do(here, first, "bound", "li", **BOUND)
    with pytest.raises(RefusedError, match="error-application-bound"):
        _do(here, second, "bound", "li", serial=SERIAL, terminal_no="33010013")
    assert Application.objects.get(number=second).state == "bind"
    _do(here, first, "withdrawn", "li", note="店不开了")
    assert _do(here, second, "bound", "li", serial=SERIAL, terminal_no="33010013").is_bound


def test_a_device_of_the_imported_list_stays_where_it_is(there: Workspace) -> None:
    from daozhang.desk.imports import import_bytes

    body = f"acquirer,merchant_no,store_no,terminal_no,model,serial_no\nunionpay,898000000000777,,{TERMINAL},A90,{SERIAL}\n"
    import_bytes(there, "terminals.csv", body.encode())
    number = _bindable(there)
    with pytest.raises(RefusedError, match="error-application-bound") as refused:
        _do(there, number, "bound", "li", serial=SERIAL, terminal_no="33010099")
    assert refused.value.facts["merchant"] == "898000000000777"
    with pytest.raises(RefusedError, match="error-application-terminal-bound"):
        _do(there, number, "bound", "li", serial="OTHER12345", terminal_no=TERMINAL)


MERCHANT = "898000000000009"


def _registered(merchant_no: str, serial: str, terminal: str) -> int:
    from daozhang.desk.fleet_models import TerminalRegistration

    rows = TerminalRegistration.objects.filter(ended_at__isnull=True)
    return int(rows.filter(merchant_no=merchant_no, serial_no=serial, terminal_no=terminal).count())


def test_a_bound_device_stands_in_the_register_until_the_application_is_withdrawn(here: Workspace) -> None:
    number = _bindable(here, MERCHANT)
    _do(here, number, "bound", "li", **BOUND)
    assert _registered(MERCHANT, SERIAL, TERMINAL) == 1
    again = _bindable(here, MERCHANT)
    _do(here, again, "bound", "li", serial="NEWER12345", terminal_no=TERMINAL)
    assert (_registered(MERCHANT, SERIAL, TERMINAL), _registered(MERCHANT, "NEWER12345", TERMINAL)) == (0, 1)
    _do(here, again, "withdrawn", "li", note="店不开了")
    assert _registered(MERCHANT, "NEWER12345", TERMINAL) == 0


def test_a_device_of_the_register_is_bound_to_no_other_merchant(here: Workspace) -> None:
    from daozhang.desk import fleet
    from daozhang.desk.processes_models import Application

    fleet.register(
        here, acquirer="unionpay", merchant_no="898000000000777", terminal_no="33010077", serial_no=SERIAL, account_tail="4567",
        location="深圳", by="li",
    )  # fmt: skip
    number = _bindable(here, MERCHANT)
    for facts in (BOUND, {"serial": "OTHER12345", "terminal_no": "33010077"}):
        with pytest.raises(RefusedError, match="error-fleet-taken") as refused:
            _do(here, number, "bound", "li", **facts)
        assert refused.value.facts["merchant"] == "898000000000777"
    assert Application.objects.get(number=number).state == "bind"
    assert _registered(MERCHANT, SERIAL, TERMINAL) == 0
    fleet.end_registration(here, "unionpay", "33010077", reason="退机", by="li")
    fleet.register(
        here, acquirer="unionpay", merchant_no=MERCHANT, terminal_no=TERMINAL, serial_no=SERIAL, account_tail="4567",
        location="深圳", by="li",
    )  # fmt: skip
    assert _do(here, number, "bound", "li", **BOUND).is_bound
    assert _registered(MERCHANT, SERIAL, TERMINAL) == 1


def _bindable(here: Workspace, merchant_no: str = "") -> str:
    from daozhang.desk.processes_models import Application

    number = filled_in(here)
    if merchant_no:
        Application.objects.filter(number=number).update(merchant_no=merchant_no)
    _do(here, number, "submitted", "li")
    _do(here, number, "accepted", "wang")
    _do(here, number, "shipped", "wang", **SHIPPED)
    return number


def test_what_has_a_page_of_its_own_is_no_application(there: Workspace) -> None:
    from daozhang.desk import applications as desk

    with pytest.raises(RefusedError, match="error-application-other-page"):
        desk.start(there, "change_account", by="li")

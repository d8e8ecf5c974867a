"""A terminal in packed digits through sale, void, reversal, an unbalanced close, the upload and the balanced close."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_peer import (
    MERCHANT,
    TILL,
    close_of,
    host_in,
    journal_of,
    payments_of,
    peer_of,
    reversal_of,
    sale_of,
    upload_end_of,
    upload_of,
)
from iso8583_made import sale, terminal

CARD = "6222021234567890123"


def test_a_day_of_a_terminal_ends_balanced(tmp_path: Path) -> None:
    """The terminal lost one approved sale, so the totals differ; after the upload both sides say the same."""
    with host_in(tmp_path) as host, peer_of(host) as peer:
        signed = peer.ask(terminal("0800", {11: "000001", 41: TILL, 42: MERCHANT, 60: "00000000001"}))
        sold = [peer.ask(sale_of(f"00000{at}", 100 * at))["39"] for at in (2, 3, 4)]
        voided = peer.ask(terminal("0200", {**sale("000005", 200, f60="23000001000601"), 61: "000001000002"}))
        undone = peer.ask(reversal_of("000003", 300))["39"]
        differs = peer.ask(close_of("000010", 200, 1, 200, 1))
        again = peer.ask(close_of("000010", 200, 1, 200, 1))
        told = peer.ask(upload_of("000011", {"000002": 200, "000005": 200}))["39"]
        ended = peer.ask(upload_end_of("000012", 2))["39"]
        agrees = peer.ask(close_of("000013", 200, 1, 200, 1))
        late = peer.ask(sale_of("000020", 100))["39"]
        fresh = peer.ask(sale_of("000021", 100, batch="000002"))["39"]

    assert (signed["39"], signed["60"]) == ("00", "00000001001")
    assert sold == ["00", "00", "00"]
    assert (voided["39"], undone) == ("00", "00")
    assert (differs["t"], differs["39"], differs["48"][:31]) == ("0510", "77", "0000000006000020000000002000012")
    assert again == differs
    assert (told, ended) == ("00", "00")
    assert (agrees["39"], agrees["48"][:31]) == ("00", "0000000002000010000000002000011")
    assert (late, fresh) == ("77", "00")
    assert [one["result"] for one in journal_of(tmp_path).values("batches")] == ["unbalanced", "balanced"]


def test_the_journal_tells_the_payments_and_no_card(tmp_path: Path) -> None:
    with host_in(tmp_path) as host, peer_of(host) as peer:
        peer.ask(sale_of("000001", 12_800))
        peer.ask(reversal_of("000001", 12_800))
        peer.ask(upload_of("000002", {"000001": 12_800}))

    sold, undone = payments_of(tmp_path)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode()
    assert (sold["amount_minor"], sold["status"], sold["card_tail"], sold["batch_no"]) == (
        12_800,
        "reversed",
        "0123",
        "000001",
    )
    assert (undone["kind"], undone["amount_minor"], undone["status"]) == ("reversal", -12_800, "approved")
    assert CARD[:-4] not in written
    assert CARD[:6] not in written
    assert "2912" not in written
    assert [path.name[-4:] for path in tmp_path.glob("host-*")] == [".log"]


@pytest.mark.parametrize(("again", "code"), [(12_800, "00"), (12_900, "94")])
def test_a_trace_number_that_comes_again(tmp_path: Path, again: int, code: str) -> None:
    """The same payment gets the same answer; another payment under its number is refused, and counted once."""
    with host_in(tmp_path) as host, peer_of(host) as peer:
        first = peer.ask(sale_of("000001", 12_800))
        second = peer.ask(sale_of("000001", again))
        closed = peer.ask(close_of("000002", 12_800, 1))

    assert second["39"] == code
    assert (second == first) == (code == "00")
    assert closed["39"] == "00"


def test_a_payment_that_comes_after_its_reversal_is_refused(tmp_path: Path) -> None:
    with host_in(tmp_path) as host, peer_of(host) as peer:
        undone = [peer.ask(reversal_of("000009", 500)) for _ in range(2)]
        late = peer.ask(sale_of("000009", 500))
        closed = peer.ask(close_of("000010", 0, 0))

    assert [one["39"] for one in undone] == ["00", "00"]
    assert undone[0] == undone[1]
    assert late["39"] == "22"
    assert closed["39"] == "00"


@pytest.mark.parametrize(("message", "code"), [
    (terminal("0200", sale("000001", 0, f60="22000001000601")), "30"),
    (terminal("0200", sale("000001", 100, f60="77000001000601")), "40"),
    (terminal("0200", {**sale("000001", 100, f60="23000001000601"), 61: "000001000099"}), "25"),
    (reversal_of("000001", 100), "00"),
])  # fmt: skip
def test_what_cannot_be_done_is_answered_with_its_code(tmp_path: Path, message: bytes, code: str) -> None:
    with host_in(tmp_path) as host, peer_of(host) as peer:
        assert peer.ask(message)["39"] == code


def test_bytes_that_are_no_message_end_the_connection_and_nothing_else(tmp_path: Path) -> None:
    with host_in(tmp_path) as host, peer_of(host) as good:
        with peer_of(host) as bad:
            bad.send(b"\x16" * 40, CARD.encode() + b"\0" * 20, b"\x99" * 30)
            assert bad.receive() == b""
        with peer_of(host) as short:
            short.socket.sendall(b"\xff\xff")
            assert short.receive() == b""
        answer = good.ask(sale_of("000001", 100))

    written = b"".join(path.read_bytes() for path in tmp_path.glob("host-*")).decode()
    assert answer["39"] == "00"
    assert written.count("unreadable") == 3
    assert "a length of 65535" in written
    assert CARD not in written

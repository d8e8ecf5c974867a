"""What a source may be set to, where its secrets may stand, and where connections may lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from daozhang.desk.configuration import load
from daozhang.desk.ways_in.attachments import Attachment, attachments, decoded, structure
from daozhang.desk.ways_in.configured import Source
from daozhang.desk.ways_in.found import is_wanted, secret
from daozhang.desk.ways_in.outgoing import checked, may_connect
from daozhang.errors import InputError, OutsideError, WorkspaceError

IMAP = {"kind": "imap", "name": "m", "host": "h", "user": "u", "password": "env:P", "senders": ["@x.example"]}
SFTP = {"kind": "sftp", "name": "m", "host": "h", "user": "u", "password": "env:P"}
READ: TypeAdapter[Any] = TypeAdapter(Source)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "folder", "name": "x", "path": "relative"},
        {"kind": "folder", "name": "X y", "path": "/a"},
        {"kind": "folder", "name": "x", "path": "/a", "pathh": "/b"},
        {"kind": "ftp", "name": "x"},
        IMAP | {"password": "sesame"},
        IMAP | {"senders": []},
        IMAP | {"senders": ["bank"]},
        IMAP | {"afterwards": "move"},
        IMAP | {"done": "Done"},
        IMAP | {"host": "user@host/path"},
        SFTP | {"key": "file:/k"},
        {one: value for one, value in SFTP.items() if one != "password"},
        SFTP | {"host_key": "ssh-rsa AAAA"},
        {"kind": "store", "name": "x", "url": "https://bucket"},
        {"kind": "store", "name": "x", "url": "s3://b", "endpoint": "http://h/path"},
        {"kind": "store", "name": "x", "url": "s3://b", "access_key": "AKIA"},
    ],
)
def test_what_a_source_may_not_say(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(wrong)


def test_two_sources_of_one_name_and_a_secret_in_the_file_are_refused_without_showing_it(tmp_path: Path) -> None:
    one = '[[sources]]\nname = "a"\nkind = "folder"\npath = "/x"\n'
    (tmp_path / "daozhang.toml").write_text(one)
    assert load(tmp_path, {}).sources[0].name == "a"
    (tmp_path / "daozhang.toml").write_text(one + one)
    with pytest.raises(WorkspaceError, match="the same name"):
        load(tmp_path, {})
    (tmp_path / "daozhang.toml").write_text(one.replace("folder", "imap") + 'password = "sesame"\n')
    with pytest.raises(WorkspaceError) as refused:
        load(tmp_path, {})
    assert "sesame" not in str(refused.value)


def test_secrets_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "s").write_text("sesame\n")
    monkeypatch.setenv("P", "open")
    assert (secret(f"file:{tmp_path}/s"), secret("env:P")) == ("sesame", "open")
    for nothing in (f"file:{tmp_path}/t", "env:Q"):
        with pytest.raises(OutsideError, match="source-secret-missing"):
            secret(nothing)


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("8.8.8.8", True, True), ("2606:4700::1111", True, True),
        ("127.0.0.1", False, True), ("10.1.2.3", False, True), ("192.168.0.1", False, True), ("172.16.0.1", False, True),
        ("100.64.0.1", False, True), ("::1", False, True), ("fd00::1", False, True), ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True), ("2002:0a00:0001::", False, True),
        ("169.254.169.254", False, False), ("fe80::1", False, False), ("fe80::1%eth0", False, False),
        ("::ffff:169.254.169.254", False, False), ("64:ff9b::a9fe:a9fe", False, False), ("2002:a9fe:a9fe::", False, False),
        ("0.0.0.0", False, False), ("::", False, False), ("224.0.0.1", False, False), ("ff02::1", False, False),  # noqa: S104
        ("255.255.255.255", False, False), ("240.0.0.1", False, False), ("0.1.2.3", False, False),
    ],
)  # fmt: skip
def test_where_a_connection_may_lead(address: str, outside: bool, inside: bool) -> None:  # noqa: FBT001
    assert may_connect(address, may_be_private=False) is outside
    assert may_connect(address, may_be_private=True) is inside


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_no_spelling_of_this_machine_leads_here_unless_allowed(host: str) -> None:
    with pytest.raises(OutsideError) as refused:
        checked(host, 22, may_be_private=False)
    assert refused.value.key in {"source-address-inside", "source-no-such-host"}


def test_names_that_are_taken() -> None:
    assert is_wanted("A.CSV", ("*.csv",))
    for no in ("a.csv.part", ".a.csv", "a.csv.tmp", "a.txt", "a.csv.crdownload", ""):
        assert not is_wanted(no, ("*.csv", "*.part", "*.tmp", "*.crdownload"))


def test_the_parts_of_a_message() -> None:
    said = (
        b'1 (UID 7 BODYSTRUCTURE ((("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 1)("TEXT" "HTML" NIL NIL NIL "7BIT" 12 1) '
        b'"ALTERNATIVE")("APPLICATION" "OCTET-STREAM" ("NAME" "=?utf-8?B?5riF566XLmNzdg==?=") NIL NIL "BASE64" 900 NIL '
        b'("ATTACHMENT" NIL))("TEXT" "CSV" NIL NIL NIL "QUOTED-PRINTABLE" 80 2 NIL ("attachment" ("FILENAME*0*" '
        b'"utf-8\'\'%E6%97%A5" "FILENAME*1*" "%2F.csv")))'
        b'("MESSAGE" "RFC822" ("NAME" "fwd.eml") NIL NIL "7BIT" 5 NIL ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1) 1) "MIXED"))'
    )
    assert list(attachments(structure(said))) == [
        Attachment("2", "清算.csv", "BASE64", 900), Attachment("3", ".csv", "QUOTED-PRINTABLE", 80),
    ]  # fmt: skip
    assert list(attachments(structure(b"BODYSTRUCTURE " + b"(" * 100_000))) == []
    assert list(attachments(structure(b"nothing"))) == []


def test_transfer_encodings_in_pieces_of_any_size() -> None:
    import base64
    import quopri

    body = bytes(range(256)) * 40 + b"\r\nline = 1\r\n"
    packed = base64.encodebytes(body)
    for size in (1, 3, 77, 1000):
        pieces = (packed[start : start + size] for start in range(0, len(packed), size))
        assert b"".join(decoded("BASE64", pieces)) == body
    text = "金额 = 12.50\r\n".encode() * 50
    quoted = quopri.encodestring(text)
    pieces = (quoted[start : start + 7] for start in range(0, len(quoted), 7))
    assert b"".join(decoded("QUOTED-PRINTABLE", pieces)).replace(b"\r", b"") == text.replace(b"\r", b"")
    with pytest.raises(InputError, match="source-attachment-damaged"):
        list(decoded("BASE64", iter([b"abcde"])))

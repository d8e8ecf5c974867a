"""What a bank answers, from its file to the finding and the way of the payout, through the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from daozhang.cli.main import app

PAYOUTS = """acquirer,merchant_no,payout_no,settled_on,planned_minor,paid_minor,state,account_tail,created_at,finished_at
demo,898000000000001,PO-20261123-1,2026-11-23,9940,9940,claimed,6688,2026-11-24T09:00:00,2026-11-24T09:00:00
demo,898000000000001,PO-20261123-2,2026-11-23,5000,5000,claimed,6688,2026-11-24T09:00:00,2026-11-24T09:00:00
"""
RETURN = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"><PmtRtr>
<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-25T10:00:00</CreDtTm></GrpHdr>
<TxInf><OrgnlEndToEndId>PO-20261123-1</OrgnlEndToEndId>
<RtrdIntrBkSttlmAmt Ccy="CNY">99.40</RtrdIntrBkSttlmAmt><RtrRsnInf><Rsn><Cd>AC16</Cd></Rsn></RtrRsnInf></TxInf>
<TxInf><OrgnlEndToEndId>NOBODY-KNOWS-1</OrgnlEndToEndId><RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf>
</PmtRtr></Document>
"""
NOTICE = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><Ntfctn><Id>N1</Id>
<Acct><Id><Othr><Id>6222000000006688</Id></Othr></Id></Acct>
<Ntry><Amt Ccy="CNY">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>PO-20261123-2</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
"""


def run(workspace: Any, *arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, [arguments[0], "--workspace", str(workspace.root), *arguments[1:], "--json"])
    assert done.exit_code in {0, 1}, done.stderr
    said = json.loads(done.stdout)
    assert isinstance(said, dict)
    return said


def test_a_return_changes_its_payout_and_a_notice_proves_another(sqlite_workspace: Any, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, text in (("payouts.csv", PAYOUTS), ("return.xml", RETURN), ("notice.xml", NOTICE)):
        (inbox / name).write_text(text, encoding="utf-8")
    files = run(sqlite_workspace, "import", str(inbox))["files"]
    assert {file["file"].rpartition("/")[2]: (file["format"], file["tables"]) for file in files} == {
        "payouts.csv": ("interchange_csv", {"payouts": 2}),
        "return.xml": ("pacs_004", {"payout_answers": 2}),
        "notice.xml": ("camt_054", {"bank_notices": 1}),
    }
    run(sqlite_workspace, "run", "--as-of", "2026-11-26T12:00:00")

    findings = run(sqlite_workspace, "findings")["findings"]
    (returned,) = [one for one in findings if one["break_type"] == "payout_returned"]
    assert (returned["payout_no"], returned["gap_minor"], returned["cause_code"]) == ("PO-20261123-1", -9940, "D036")
    assert "return.xml:3" in returned["evidence"]
    assert not [
        one for one in findings if one["payout_no"] == "PO-20261123-2" and one["break_type"] == "credit_missing"
    ]

    ways = {
        number: [
            (leg["kind"], leg["state"], leg["line_no"])
            for leg in run(sqlite_workspace, "where", number)["ways"][0]["legs"]
        ]
        for number in ("PO-20261123-1", "PO-20261123-2", "NOBODY-KNOWS-1")
    }
    assert ("answer", "returned", 3) in ways["PO-20261123-1"]
    assert ("bank_notice", "", 3) in ways["PO-20261123-2"]
    assert ways["NOBODY-KNOWS-1"] == [("answer", "returned", 5)]


def test_a_statement_of_another_time_zone_is_converted_once(sqlite_workspace: Any, tmp_path: Path) -> None:
    """Berlin's 10:00 is 17:00 in Shanghai (winter), not midnight; a bare booking day stays that day."""
    from daozhang.desk import imports
    from daozhang.desk.readings import facts
    from daozhang.formats.base import Given

    timed = NOTICE.replace(
        "<BookgDt><Dt>2026-11-24</Dt></BookgDt>", "<BookgDt><DtTm>2026-11-24T10:00:00</DtTm></BookgDt>"
    )
    for name, text in (("timed.xml", timed), ("day.xml", NOTICE.replace("<Id>N1</Id>", "<Id>N2</Id>"))):
        (result,) = imports.import_upload(sqlite_workspace, name, text.encode(), given=Given(timezone="Europe/Berlin"))
        assert result.accepted == 1
    with facts(sqlite_workspace) as con:
        booked = con.execute("SELECT booked_at FROM bank_notices ORDER BY booked_at").fetchall()
    assert [at.isoformat() for (at,) in booked] == ["2026-11-24T00:00:00", "2026-11-24T17:00:00"]

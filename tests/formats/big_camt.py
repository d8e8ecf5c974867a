"""Large statements for measuring: one batch entry of many details, or many entries; written piece by piece.

``python tests/formats/big_camt.py batch 100 big.xml`` writes about 100 MB. The sums are right, so nothing is warned.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>BIG</MsgId><CreDtTm>2026-06-16T01:00:00</CreDtTm></GrpHdr>
    <Stmt>
      <Id>BIG-1</Id>
      <ElctrncSeqNb>1</ElctrncSeqNb>
      <FrToDt><FrDtTm>2026-06-15T00:00:00</FrDtTm><ToDtTm>2026-06-15T23:59:59</ToDtTm></FrToDt>
      <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>CNY</Ccy></Acct>
      <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-15</Dt></Dt></Bal>
      <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{total}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-15</Dt></Dt></Bal>
"""
ENTRY = """      <Ntry>
        <NtryRef>N{n}</NtryRef>
        <Amt Ccy="CNY">{amount}</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-06-15</Dt></BookgDt>
        <ValDt><Dt>2026-06-15</Dt></ValDt>
        <AcctSvcrRef>A{n:09d}</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls>
"""
DETAIL = """          <TxDtls>
            <Refs><EndToEndId>PO-20260615-{n:08d}</EndToEndId></Refs>
            <Amt Ccy="CNY">{amount}</Amt>
            <CdtDbtInd>CRDT</CdtDbtInd>
            <RltdPties><Dbtr><Pty><Nm>Payer number {n}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000{n:06d}</IBAN></Id></DbtrAcct></RltdPties>
            <RmtInf><Ustrd>Settlement of 2026-06-14, order {n:08d}</Ustrd></RmtInf>
          </TxDtls>
"""
END = "        </NtryDtls>\n      </Ntry>\n"
TAIL = "    </Stmt>\n  </BkToCstmrStmt>\n</Document>\n"


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def minor_of(n: int) -> int:
    return 100 + n * 7919 % 99_900


def batch(details: int) -> Iterator[str]:
    """Yield a statement of one entry with that many details."""
    total = sum(minor_of(n) for n in range(details))
    yield HEAD.format(total=yuan(total))
    yield ENTRY.format(n=1, amount=yuan(total))
    for n in range(details):
        yield DETAIL.format(n=n, amount=yuan(minor_of(n)))
    yield END + TAIL


def entries(count: int) -> Iterator[str]:
    """Yield a statement of that many entries with one detail each."""
    yield HEAD.format(total=yuan(sum(minor_of(n) for n in range(count))))
    for n in range(count):
        amount = yuan(minor_of(n))
        yield ENTRY.format(n=n, amount=amount) + DETAIL.format(n=n, amount=amount) + END
    yield TAIL


def write(kind: str, megabytes: int, path: Path) -> int:
    """Write about that many MB of ``batch`` or ``entries``; return how many details it has."""
    one = len(DETAIL.format(n=10_000, amount="100.00"))
    one += len(ENTRY.format(n=10_000, amount="100.00") + END) if kind == "entries" else 0
    count = megabytes * 1_000_000 // one
    with path.open("w", encoding="utf-8") as out:
        out.writelines({"batch": batch, "entries": entries}[kind](count))
    return count


if __name__ == "__main__":
    print(write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))  # noqa: T201 - a tool for the terminal

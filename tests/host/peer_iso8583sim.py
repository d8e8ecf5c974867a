"""An independent terminal: iso8583sim, in a process of its own. Prints one JSON line per step with what the host answered."""

from __future__ import annotations

import asyncio
import json
import sys

from iso8583sim.core.types import ISO8583Message
from iso8583sim.net.client import ISO8583Client
from iso8583sim.net.framing import Framing
from iso8583sim.wire import WireFormat

PLACE = {41: "SIM00001", 42: "SIMMERCHANT0001"}
CARD = {2: "4111111111111111", 14: "2912", 22: "051", 25: "00"}
STEPS: list[tuple[str, str, dict[int, str]]] = [
    ("sign-on", "0800", {7: "0615100000", 11: "000001", 70: "001", **PLACE}),
    ("sale", "0200", {**CARD, 3: "000000", 4: "000000012800", 7: "0615100100", 11: "000002", 49: "156", **PLACE}),
    ("lost-sale", "0200", {**CARD, 3: "000000", 4: "000000000700", 7: "0615100200", 11: "000003", 49: "156", **PLACE}),
    ("reversal", "0400", {**CARD, 3: "000000", 4: "000000000700", 7: "0615100300", 11: "000004", 49: "156",
                          90: "0200" + "000003" + "0615100200" + "0" * 22, **PLACE}),
    ("unbalanced", "0500", {7: "0615220000", 11: "000005", 50: "156", 74: "0", 75: "0", 76: "2", 77: "0",
                            86: "0", 87: "0", 88: "13300", 89: "0", **PLACE}),
    ("upload", "0320", {3: "000000", 4: "000000012800", 7: "0615220100", 11: "000002", 49: "156", **PLACE}),
    ("upload-offline", "0320", {3: "000000", 4: "000000000500", 7: "0615220200", 11: "000006", 49: "156", **PLACE}),
    ("balanced", "0500", {7: "0615220300", 11: "000007", 50: "156", 74: "0", 75: "0", 76: "2", 77: "0",
                          86: "0", 87: "0", 88: "13300", 89: "0", **PLACE}),
]  # fmt: skip
SAID = (39, 66, 76, 88)


async def main(port: int, *, has_tpdu: bool) -> None:
    framing = Framing(tpdu=bytes.fromhex("6000010000") if has_tpdu else None)
    wire = WireFormat.ascii_hex() if has_tpdu else WireFormat.ascii_binary()
    async with ISO8583Client("127.0.0.1", port, wire_format=wire, framing=framing, timeout=5) as client:
        for name, mti, fields in STEPS:
            answer = await client.send(ISO8583Message(mti=mti, fields={0: mti, **fields}))
            said = json.dumps([name, answer.mti, *(answer.fields.get(no) for no in SAID)])
            sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), has_tpdu=sys.argv[2] == "tpdu"))

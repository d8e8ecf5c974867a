"""A terminal that pours sales into a host: ``PORT MESSAGES``; prints messages, seconds and its own CPU seconds."""

from __future__ import annotations

import socket
import sys
import threading
import time

from iso8583_made import sale, terminal

LINES, WINDOW = 16, 16


def pour(port: int, line: int, messages: int) -> None:
    """Keep ``WINDOW`` messages under way on one connection until all are answered."""
    frames = [
        terminal("0200", {**sale(f"{no:06d}", no, f60="22000001000601"), 41: f"TILL{line:04d}"})
        for no in range(1, messages + 1)
    ]
    with socket.create_connection(("127.0.0.1", port)) as peer, peer.makefile("rb") as file:
        for start in range(0, messages, WINDOW):
            window = frames[start : start + WINDOW]
            peer.sendall(b"".join(len(one).to_bytes(2, "big") + one for one in window))
            for _ in window:
                file.read(int.from_bytes(file.read(2), "big"))


def main(port: int, messages: int) -> None:
    began = time.perf_counter()
    lines = [threading.Thread(target=pour, args=(port, no, messages // LINES)) for no in range(LINES)]
    for one in lines:
        one.start()
    for one in lines:
        one.join()
    sys.stdout.write(f"{messages} {time.perf_counter() - began:.3f} {time.process_time():.3f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

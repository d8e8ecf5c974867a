"""How ``--help`` is laid out: the daily path first, what stands behind it in sections after it."""

from __future__ import annotations

from typing import Any, Final

from typer.core import TyperGroup

SECTIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Daily path 日常", ("init", "import", "run", "findings", "money", "mine", "where", "agenda", "cases", "case", "report", "up")),
    ("Files 文件", ("imports", "undo", "map", "quarantine", "correct", "expect-files", "sources", "fetch")),
    (
        "Work on a case 处理工单",
        (
            "step", "step-many", "script", "reply", "reply-step", "party", "prove", "ways-to-solve", "help-sought", "outside", "merge",
            "part-case", "pack", "write-off", "verify",
        ),
    ),
    ("Money and accounts 重出款、变更账户", ("requests", "change-account")),
    ("Explain 说明", ("why", "rows", "due", "reason", "replay", "calendar")),
    ("Business handling 业务办理", ("processes", "inquiries", "fees", "trust")),
    ("Learning 学习与手册", ("operators", "learn", "manuals")),
    ("Plans and drills 预案与演练", ("plans", "drills")),
    ("Operations 运营", ("measures", "cash", "operations")),
    ("Terminals 终端", ("fleet", "probe")),
    ("House 工作区", ("contacts", "webhook", "token", "tenant", "backup", "backups", "backup-keys", "rehearse", "restore")),
    ("Try and measure 演示与度量", ("demo", "world", "score", "simulate", "bench", "host")),
)  # fmt: skip
"""Title → commands in their order; a command that stands nowhere is listed at the end."""


class Panels(TyperGroup):
    """A group whose help shows its commands in sections."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of the click that typer carries inside
        """Write the sections."""
        left = {
            name: found
            for name in self.list_commands(ctx)
            if (found := self.get_command(ctx, name)) and not found.hidden
        }
        width = max(map(len, left), default=0)
        for title, names in (*SECTIONS, ("More 其他", tuple(left))):
            rows = [(name, left.pop(name)) for name in names if name in left]
            if rows:
                with formatter.section(title):
                    limit = formatter.width - 6 - width
                    formatter.write_dl([(name.ljust(width), one.get_short_help_str(limit)) for name, one in rows])

"""One look at one source: what is new goes through the import like every file, is remembered, and only then put away.

A look that is killed at any moment loses and doubles nothing: a file that was in but not remembered is brought in again
and answers that nothing changed; one that was remembered but not put away is put away by the next look.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from daozhang.desk.audit import plain
from daozhang.desk.clock import now
from daozhang.desk.door_models import SourceItem, SourceRun
from daozhang.desk.imports import importing
from daozhang.desk.notices import real_now
from daozhang.desk.ways_in import folder, mailbox, sftp, store
from daozhang.desk.ways_in.configured import FolderSource, ImapSource, SftpSource, Source, StoreSource
from daozhang.desk.ways_in.found import Found, Opened
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError, RefusedError
from daozhang.flows.import_files import FileResult
from daozhang.formats.base import Given
from daozhang.intake import keyring
from daozhang.intake.arrivals import Delivery, readable_name
from daozhang.intake.cards import CardGuard

ORDER: Final = ("refused", "unclaimed", "accepted", "unchanged")
"""Of a zip, the state that needs a person most is the state of the whole."""
REMEMBERED_ONLY: Final = "message"
Take = Callable[[Delivery, Iterable[bytes]], list[FileResult]]


def source_named(workspace: Workspace, name: str) -> Source:
    """Return a source of the settings; RefusedError says which there are."""
    for one in workspace.settings.sources:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in workspace.settings.sources)
    raise RefusedError("error-no-such-source", name=name, possible=names or "—")


def fetch(workspace: Workspace, source: Source) -> SourceRun:
    """Look at a source, bring in what is new, and return what the look brought; what went wrong is written there too.

    RefusedError when somebody else is looking at this source just now.
    """
    with _alone(workspace, source):
        run = SourceRun.objects.create(source=source.name, started_at=real_now())
        try:
            with ExitStack() as stack:
                _Look(workspace, source, run, stack).through(stack.enter_context(_opened(source)))
        except DaozhangError as error:
            run.error = {"key": error.key, "facts": plain(dict(error.facts))}
        run.finished_at = real_now()
        run.save()
    return run


@dataclass(slots=True)
class _Look:
    """The work of one look."""

    workspace: Workspace
    source: Source
    run: SourceRun
    stack: ExitStack
    take: Take | None = None

    def through(self, opened: Opened) -> None:
        """Go through everything that is there."""
        for found in opened.files(lambda one: self._known(one) is not None):
            known = self._known(found)
            if found.counts:
                self.run.seen += 1
            if known is not None:
                self.run.unchanged += found.counts
                found.put_away(known.state in {"refused", "unclaimed"})
            elif not found.is_settled:
                self.run.waiting += 1
            else:
                found.put_away(self._bring_in(found))

    def _bring_in(self, found: Found) -> bool:
        """Bring one file in, remember it, and return whether it needs a person."""
        if not found.counts:
            self._remember(found, REMEMBERED_ONLY, [])
            return False
        limit = self.source.largest_mb * 1024 * 1024
        if found.size > limit:
            self.run.refused += 1
            self._remember(
                found, "refused", [], {"key": "source-too-large", "facts": {"limit": self.source.largest_mb}}
            )
            return True
        if self.take is None:
            self.take = self.stack.enter_context(importing(self.workspace))
        results = self.take(self._delivery(found), found.take())
        state = min((one.state for one in results), key=ORDER.index, default="refused")
        self._count(state)
        self._remember(found, state, [one.import_id for one in results if one.import_id], _first_said(results))
        return state in {"refused", "unclaimed"}

    def _count(self, state: str) -> None:
        self.run.taken += state == "accepted"
        self.run.unchanged += state == "unchanged"
        self.run.refused += state in {"refused", "unclaimed"}
        self.run.save()

    def _delivery(self, found: Found) -> Delivery:
        given = Given(
            acquirer=self.source.acquirer, merchant_no=self.source.merchant_no, account_tail=self.source.account_tail
        )
        return Delivery(Path(found.name), readable_name(found.name), given, self.source.format, self._arrived_at(found))

    def _arrived_at(self, found: Found) -> datetime:
        """Return when the file came: as the source states it, unless that is in the future or before the last look saw it missing."""
        moment = now(self.workspace)
        if found.stated_at is None or found.stated_at > moment:
            return moment
        looks = SourceRun.objects.filter(source=self.source.name, finished_at__isnull=False, error={}).exclude(
            pk=self.run.pk
        )
        before = looks.values_list("started_at", flat=True).first()
        # a mailbox and a folder of this machine note the arrival themselves; elsewhere a sender may carry its own time over
        if before is None or isinstance(self.source, ImapSource | FolderSource):
            return found.stated_at
        return max(found.stated_at, before)

    def _known(self, found: Found) -> SourceItem | None:
        return SourceItem.objects.filter(source=self.source.name, key=found.digest).first()

    def _remember(self, found: Found, state: str, import_ids: list[str], said: dict[str, Any] | None = None) -> None:
        guard = CardGuard(keyring.load(self.workspace.keys).key("token"))
        SourceItem.objects.update_or_create(
            source=self.source.name, key=found.digest,
            defaults={
                "name": guard.cut(readable_name(found.name))[:512], "size_bytes": found.size, "arrived_at": found.stated_at,
                "taken_at": now(self.workspace), "state": state, "import_ids": import_ids, "said": said or {},
            },
        )  # fmt: skip


def _first_said(results: list[FileResult]) -> dict[str, Any]:
    for one in sorted(results, key=lambda one: ORDER.index(one.state)):
        if one.state in {"refused", "unclaimed"} and one.warnings:
            return {"key": one.warnings[0].key, "facts": plain(dict(one.warnings[0].facts))}
    return {}


def _opened(source: Source) -> AbstractContextManager[Opened]:
    openers: dict[type, Callable[[Any], AbstractContextManager[Opened]]] = {
        FolderSource: folder.opened, ImapSource: mailbox.opened, SftpSource: sftp.opened, StoreSource: store.opened,
    }  # fmt: skip
    return partial(openers[type(source)], source)()


@contextmanager
def _alone(workspace: Workspace, source: Source) -> Iterator[None]:
    """Hold the source for this look; it is free again when the process ends, however it ends."""
    place = workspace.root / "sources"
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / f"{source.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError("source-busy", name=source.name) from None
        yield

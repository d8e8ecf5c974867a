"""Where files of a run are that both the cluster and we must reach: a folder, or an object store by URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import pyarrow.fs as pafs

from daozhang.errors import OutsideError

if TYPE_CHECKING:
    import pyarrow.dataset as ds

SCHEMES: Final = ("s3", "file", "")


class Place:
    """A folder or a prefix of an object store: ``/srv/lake``, ``file:///srv/lake``, ``s3://bucket/prefix?endpoint_override=…``.

    Keys of a store come from its own usual environment (AWS_ACCESS_KEY_ID and so on), never from a setting.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url) if "://" in url else None
        scheme = parts.scheme if parts else ""
        if scheme not in SCHEMES:
            raise OutsideError("error-engine-store-scheme", url=url.split("?", maxsplit=1)[0], schemes="file, s3")
        self._s3 = parts is not None and scheme == "s3"
        if parts is not None and self._s3:
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.fs: pafs.FileSystem = pafs.S3FileSystem(**given)
            self.root = f"{parts.netloc}{parts.path}".rstrip("/")
        else:
            self.fs = pafs.LocalFileSystem()
            self.root = str(Path(parts.path if parts else url).absolute())

    @property
    def is_local(self) -> bool:
        """Return whether the place is a folder that our own engine reads by path."""
        return not self._s3

    def path(self, name: str) -> str:
        """Return the path of ``name`` in the file system of the place."""
        return f"{self.root}/{name}"

    def url(self, name: str, *, scheme: str) -> str:
        """Return how a cluster names it; ``scheme`` is its word for an object store (s3, s3a)."""
        return f"{scheme}://{self.path(name)}" if self._s3 else f"file://{self.path(name)}"

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, None when there is none."""
        info = self.fs.get_file_info(self.path(name))
        return int(info.size) if info.type == pafs.FileType.File else None

    def read(self, name: str) -> bytes:
        """Return what is in a small file."""
        with self.fs.open_input_stream(self.path(name)) as stream:
            return bytes(stream.read())

    def write(self, name: str, body: bytes) -> None:
        """Write a small file as a whole: whoever looks sees all of it or nothing."""
        target = self.path(name)
        if self._s3:
            with self.fs.open_output_stream(target) as stream:
                stream.write(body)
            return
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        beside = Path(f"{target}.part")
        beside.write_bytes(body)
        beside.chmod(0o600)
        beside.replace(target)

    def folders(self) -> list[str]:
        """Return the names of the folders directly in the place."""
        found = self.fs.get_file_info(pafs.FileSelector(self.root, allow_not_found=True))
        return sorted(info.base_name for info in found if info.type == pafs.FileType.Directory)

    def touched_ns(self, name: str) -> int:
        """Return when the newest file of a folder was written, in nanoseconds; 0 when there is none."""
        found = self.fs.get_file_info(pafs.FileSelector(self.path(name), recursive=True, allow_not_found=True))
        return max((info.mtime_ns or 0 for info in found if info.type == pafs.FileType.File), default=0)

    def remove(self, name: str) -> None:
        """Remove a folder with all that is in it; one that is not there is no matter."""
        if self.fs.get_file_info(self.path(name)).type == pafs.FileType.Directory:
            self.fs.delete_dir(self.path(name))

    def make(self, name: str) -> None:
        """Make a folder where a place has folders."""
        if not self._s3:
            Path(self.path(name)).mkdir(parents=True, exist_ok=True)

    def copy_in(self, source: Path, name: str) -> None:
        """Bring a file of this machine, unless a file of that name and size is there: parts of a lake never change."""
        if self.size(name) != source.stat().st_size:
            self.make(name.rsplit("/", 1)[0])
            pafs.copy_files(str(source), self.path(name), destination_filesystem=self.fs)

    def has_rows(self, name: str) -> bool:
        """Return whether a folder holds any Parquet file."""
        found = self.fs.get_file_info(pafs.FileSelector(self.path(name), allow_not_found=True))
        return any(info.base_name.endswith(".parquet") for info in found)

    def rows(self, name: str) -> ds.Dataset:
        """Return the Parquet files of a folder as one data set."""
        import pyarrow.dataset as ds  # noqa: PLC0415 - brings pandas along where that is installed: a second for nothing

        return ds.dataset(self.path(name), filesystem=self.fs, format="parquet", exclude_invalid_files=True)

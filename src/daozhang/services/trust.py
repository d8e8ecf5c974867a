"""Whether an offer, a link or a number can be trusted: checked against licensed institutions, verified contacts, known ways of fraud.

The guard never says that something is safe because it sounds so. A link or number is *verified* only when it belongs to an
institution of the imported list or to a contact a person verified; what promotes itself without that is an *unverified promotion*;
a known way of losing money is a *warning*, whoever it comes from.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

LONGEST: Final = 20_000
"""Characters of a text that are looked at; more is no offer."""

SHORT_LINKS: Final = frozenset(
    {"t.cn", "url.cn", "dwz.cn", "suo.im", "suo.nz", "u.nu", "bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "mrw.so", "985.so"}
)  # fmt: skip
"""Hosts that hide where a link leads."""

GOVERNMENT: Final = ".gov.cn"
"""Under this only public bodies of China are registered."""

SCHEMES: Final = "https?://"
_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。；、）)】》]+|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|vip|cc|shop|club|site|info|biz|me|io)"
    r"(?:\.cn)?(?![\w.-]*@)(?:/[^\s<>\"'，。；、）)】》]*)?",
    re.IGNORECASE,
)
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_SERVICE_NO: Final = re.compile(
    r"(?<!\d)(?:400[- ]?\d{3}[- ]?\d{4}|400[- ]?\d{4}[- ]?\d{3}|800[- ]?\d{3}[- ]?\d{4}|9[56]\d{3,4})(?!\d)"
)
_LICENCE_NO: Final = re.compile(r"Z\d{13}")
_DENIAL: Final = re.compile(
    r"(不要|请勿|切勿|勿|不得|不会|绝不|从不|禁止|谨防|警惕|防范|拒绝|严禁|never|do not|don't|does not|beware of)[^。！!；;.]*$",
    re.IGNORECASE,
)
_LIKE: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "5": "s", "_": None})


class Verdict(StrEnum):
    """What is said of a text, from the best to the worst."""

    VERIFIED = "verified"
    NOTHING_AGAINST = "nothing_against"
    UNVERIFIED = "unverified"
    UNVERIFIED_PROMOTION = "unverified_promotion"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """One licensed institution of the imported list. ``valid_to`` None: the list does not say. ``domains`` in lower case."""

    name: str
    licence_no: str = ""
    valid_to: date | None = None
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()

    def is_valid(self, today: date) -> bool:
        """Return whether its licence is in force on ``today`` as far as the list says."""
        return self.valid_to is None or self.valid_to >= today


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What is known for sure: the imported list, the largest banks, and the links and numbers of contacts a person verified."""

    institutions: tuple[Institution, ...] = ()
    verified_links: tuple[str, ...] = ()
    verified_numbers: tuple[str, ...] = ()

    @property
    def has_list(self) -> bool:
        """Return whether a list of licensed institutions has been imported."""
        return bool(self.institutions)

    @property
    def all_institutions(self) -> tuple[Institution, ...]:
        """Return the imported list, then the largest banks."""
        return (*self.institutions, *known_banks())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing that was noticed: text key ``trust-reason-<key>``, ``level`` warns | promotes | claims | unverified | verified."""

    key: str
    level: str
    found: str = ""
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict, every sign that led to it, and whether there was a list to check against."""

    verdict: Verdict
    signs: tuple[Sign, ...]
    has_list: bool

    @property
    def needs_a_person(self) -> bool:
        """Return whether nothing should be paid, sent or opened before somebody has checked."""
        return self.verdict in {Verdict.WARNING, Verdict.UNVERIFIED_PROMOTION, Verdict.UNVERIFIED}


def judge(text: str, book: Book, today: date) -> Judgement:
    """Return what is to be said of an offer text, a message, a link or a number; the same input gives the same answer."""
    text = text[:LONGEST]
    signs = [*_links(text, book, today), *_numbers(text, book), *_licences(text, book, today), *_patterns(text)]
    return Judgement(verdict=_verdict(signs), signs=tuple(signs), has_list=book.has_list)


def _verdict(signs: Sequence[Sign]) -> Verdict:
    levels = {sign.level for sign in signs}
    if "warns" in levels:
        return Verdict.WARNING
    if "unverified" in levels:
        return Verdict.UNVERIFIED_PROMOTION if levels & {"promotes", "claims"} else Verdict.UNVERIFIED
    if "verified" in levels:
        return Verdict.VERIFIED
    return Verdict.UNVERIFIED_PROMOTION if "promotes" in levels else Verdict.NOTHING_AGAINST


# -- links


def _links(text: str, book: Book, today: date) -> Iterable[Sign]:
    seen: set[str] = set()
    for match in _LINK.finditer(text):
        link = match[0].rstrip(".,;:!?")
        host, trouble = host_of(link)
        if host in seen:
            continue
        seen.add(host)
        if trouble:
            yield Sign(key=trouble, level="warns", found=link)
        else:
            yield _host(host, link, book, today)


def host_of(link: str) -> tuple[str, str]:
    """Return the host of a link in lower case, and the key of what is wrong with its form (empty when nothing is)."""
    plain = link if re.match(SCHEMES, link, re.IGNORECASE) else f"https://{link}"
    try:
        parts = urlsplit(plain)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return link, "link_broken"
    if parts.username is not None:
        return host, "link_hides_host"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return host, "link_is_address"
    if host.startswith("xn--") or ".xn--" in host or not host.isascii():
        return host, "link_odd_letters"
    return host, "link_is_short" if host in SHORT_LINKS else ""


def _host(host: str, link: str, book: Book, today: date) -> Sign:
    if host.endswith(GOVERNMENT):
        return Sign(key="link_of_government", level="verified", found=link)
    for one in book.all_institutions:
        if any(_under(host, domain) for domain in one.domains):
            if one.is_valid(today):
                return Sign(key="link_of_institution", level="verified", found=link, facts={"name": one.name})
            return Sign(key="licence_over", level="warns", found=link, facts={"name": one.name})
    if any(_under(host, domain) for domain in book.verified_links):
        return Sign(key="link_of_contact", level="verified", found=link)
    for one in book.all_institutions:
        if any(_looks_like(host, domain) for domain in one.domains):
            return Sign(key="link_looks_like", level="warns", found=link, facts={"name": one.name})
    return Sign(key="link_unknown", level="unverified", found=link)


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _looks_like(host: str, domain: str) -> bool:
    """Return whether ``host`` borrows the name of ``domain``: its label elsewhere, or one letter away from it."""
    brand = domain.split(".", maxsplit=1)[0]
    if len(brand) < 4:
        return False
    for label in host.split("."):
        if _folded(brand) in _folded(label):
            return True
        if abs(len(label) - len(brand)) <= 1 and len(brand) >= 5 and _one_apart(label, brand):
            return True
    return False


def _folded(label: str) -> str:
    """Return a label with letters that look alike made one."""
    return label.translate(_LIKE).replace("rn", "m").replace("vv", "w")


def _one_apart(left: str, right: str) -> bool:
    """Return whether two labels differ by one letter changed, added, left out or by two neighbours swapped."""
    if len(left) > len(right):
        left, right = right, left
    if len(left) == len(right):
        differing = [place for place, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1]]
        if len(differing) == 1:
            return True
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and left[differing[0]] == right[differing[1]]
            and left[differing[1]] == right[differing[0]]
        )
    return any(right[:place] + right[place + 1 :] == left for place in range(len(right)))


# -- numbers, licences, words


def _numbers(text: str, book: Book) -> Iterable[Sign]:
    known = {_digits(one) for one in book.verified_numbers}
    listed = {_digits(phone): one.name for one in book.all_institutions for phone in one.phones}
    for match in (*_SERVICE_NO.finditer(text), *_MOBILE.finditer(text)):
        number = _digits(match[0])
        if number in listed:
            yield Sign(key="number_of_institution", level="verified", found=match[0], facts={"name": listed[number]})
        elif number in known:
            yield Sign(key="number_of_contact", level="verified", found=match[0])
        else:
            is_mobile = len(number) == 11 and number.startswith("1")
            yield Sign(key="number_is_mobile" if is_mobile else "number_unknown", level="unverified", found=match[0])


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _licences(text: str, book: Book, today: date) -> Iterable[Sign]:
    by_number = {one.licence_no.upper(): one for one in book.all_institutions if one.licence_no}
    for number in dict.fromkeys(_LICENCE_NO.findall(text.upper())):
        one = by_number.get(number)
        if one is not None and one.is_valid(today):
            yield Sign(key="licence_listed", level="claims", found=number, facts={"name": one.name})
        elif one is not None:
            yield Sign(key="licence_over", level="warns", found=number, facts={"name": one.name})
        elif book.has_list:
            yield Sign(key="licence_not_listed", level="warns", found=number)
        else:
            yield Sign(key="licence_unchecked", level="unverified", found=number)


def _patterns(text: str) -> Iterable[Sign]:
    plain = re.sub(r"[ \t　]+", " ", text)
    tight = re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", plain)
    for key, level, patterns in _known():
        match = next((found for one in patterns for found in one.finditer(tight) if not _is_denied(tight, found)), None)
        if match:
            yield Sign(key=key, level=level, found=match[0].strip())


def _is_denied(text: str, match: re.Match[str]) -> bool:
    """Return whether the words before a match turn it round: a bank's page warns of exactly what a swindler asks for."""
    before = text[max(0, match.start() - 24) : match.start()]
    return bool(_DENIAL.search(before))


@cache
def known_banks() -> tuple[Institution, ...]:
    """Return the largest banks and the card network, whose own pages and numbers are public."""
    path = resources.files("daozhang.services") / "known_banks.toml"
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["bank"]
    return tuple(
        Institution(name=row["name"], domains=tuple(row["domains"]), phones=tuple(row["phones"])) for row in rows
    )


@cache
def _known() -> tuple[tuple[str, str, tuple[re.Pattern[str], ...]], ...]:
    path = resources.files("daozhang.services") / "trust_patterns.toml"
    rows: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        (key, row["level"], tuple(re.compile(one, re.IGNORECASE) for one in row["any"])) for key, row in rows.items()
    )


def pattern_keys() -> tuple[str, ...]:
    """Return the keys of the known patterns, for the documentation and the test of the texts."""
    return tuple(key for key, _, _ in _known())


SIGN_KEYS: Final = (
    "link_of_institution", "link_of_contact", "link_of_government", "link_unknown", "link_looks_like", "link_broken", "link_hides_host", "link_is_address",
    "link_odd_letters", "link_is_short", "number_of_institution", "number_of_contact", "number_is_mobile", "number_unknown",
    "licence_listed", "licence_over", "licence_not_listed", "licence_unchecked",
)  # fmt: skip
"""Keys of the signs that come from links, numbers and licences."""

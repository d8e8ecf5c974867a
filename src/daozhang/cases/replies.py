"""An official answer as steps: who does what, by when, and what proves it. A rule reads, a person decides.

Only what a rule recognises becomes an action. A sentence that says something else stays ``unclear``: it is shown as it is and
never guessed at. Greetings and thanks are neither.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from daozhang.cases.parties import Party
from daozhang.cases.reply_times import by_when


class Action(StrEnum):
    """What an answer can ask for; the closed list of the word table and ``unclear``."""

    DO_NOT = "do_not"
    PROVIDE_DOCUMENTS = "provide_documents"
    CORRECT_ACCOUNT = "correct_account"
    REISSUE = "reissue"
    RESUBMIT_BATCH = "resubmit_batch"
    SIGN_IN = "sign_in"
    ADJUST = "adjust"
    RELEASE = "release"
    RESEND_FILE = "resend_file"
    ASK_BANK = "ask_bank"
    CHECK_STATEMENT = "check_statement"
    CONFIRM = "confirm"
    WAIT = "wait"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One step of an answer. ``who`` is a party, empty when unclear; ``by_at`` is None when the answer names no time."""

    action: Action
    who: str
    what: str
    by_at: datetime | None
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was read of one answer: its steps in order, our case numbers in it, and their reference numbers."""

    steps: tuple[Instruction, ...]
    case_numbers: tuple[str, ...]
    external_nos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    who: str
    proof: str
    patterns: tuple[re.Pattern[str], ...]


CASE_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])DZ-\d{4}-\d{6}(?!\d)")
EXTERNAL_NO: Final = re.compile(
    r"(?:受理编号|受理号|工单号|工单编号|报障单号|服务单号|流水编号|编号|单号|ticket|case|reference|ref|request)"
    r"\s*(?:no\.?|number|id)?\s*(?:为|是|is)?\s*[:：#]?\s*([A-Z0-9][A-Z0-9_-]{3,40})(?![A-Z0-9])",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^。！!；;\n？?]+?(?:[。！!；;？?\n]|(?<!\bno)(?<!\bNo)\.(?=\s|$)|$)")
_CLAUSE: Final = re.compile(r"[，,]\s*")
_POLITE: Final = re.compile(
    r"^(尊敬的.{0,20}|您好|你好|.{0,12}您好|感谢.{0,40}|谢谢.{0,10}|祝.{0,16}|此致|敬礼|顺颂商祺|如有(疑问|其他问题).{0,30}"
    r"|给您带来(的)?不便.{0,20}|.{0,8}(敬请谅解|深表歉意|非常抱歉).{0,12}|.{0,20}(客服|清算|风控)(部|中心|团队)"
    r"|(dear|hello|hi|good (morning|afternoon))\b.{0,40}|(thank|thanks|regards|best|kind regards|yours|sincerely)\b.{0,60}"
    r"|we apologi[sz]e.{0,60}|.{0,40}\b(team|desk|support|department)|sent from.*|(发件人|收件人|主题|日期|from|to|subject|date)[:：].*)$",
    re.IGNORECASE,
)
_RECEIVED: Final = re.compile(
    r"^(?:您好[，,]?)?(?:关于)?(?:您|你|贵司)?的?(?:(?:反馈|提交|报告)的?)?(?:问题|工单|请求|报障|来件)?(?:已(?:经)?(?:受理|收到|登记))?[\s,，:：#]*"
    r"(?:your (?:request|report|message) (?:has been|was) (?:registered|received|logged))?[\s,，:：#]*$",
    re.IGNORECASE,
)
"""What is left of a sentence that gives a number and says that the report has come."""
_SENDER: Final = re.compile(r"我(司|行|方|们|部)|本(行|公司|机构)|\bwe\b|\bour\b|\bus\b", re.IGNORECASE)
_MERCHANT: Final = re.compile(
    r"请(您|贵|商户|你|配合|及时|尽快|务必|于|在|先|提供|补|上传|更|修|联系|核|重|确|勿|耐)|贵(司|店|公司|商户)|商户(需|应|须)|您(需|可|应)"
    r"|\b(please|kindly|you|your)\b",
    re.IGNORECASE,
)
_BANK: Final = re.compile(
    r"(?<!被)(?<!请联系)(开户行|开户银行|收款行|收款银行|付款行|银行)(将|会|正在|预计)|\b(the )?(receiving |beneficiary )?bank (will|is going to)\b",
    re.IGNORECASE,
)


@cache
def words() -> Mapping[Action, _Words]:
    """Return the word table, in the order in which it is asked."""
    text = (resources.files("daozhang.cases") / "reply_words.toml").read_text(encoding="utf-8")
    return {
        Action(name): _Words(row["who"], row["proof"], tuple(re.compile(one, re.IGNORECASE) for one in row["words"]))
        for name, row in tomllib.loads(text).items()
    }


def read_reply(
    text: str, came_at: datetime, sender: Party, workdays_after: Callable[[datetime, int], datetime | None]
) -> Reply:
    """Return what an answer says. ``workdays_after`` counts working days on the calendar that applies, to the end of the day.

    Every sentence becomes a step or ``unclear``, except greetings and those that only give a number. An answer of which
    nothing is left is one unclear step, so that no answer passes unseen.
    """
    said = (sentence for sentence in sentences(text) if not _says_nothing(sentence))
    steps = tuple(one for sentence in said for one in _instructions(sentence, came_at, sender, workdays_after))
    whole = " ".join(text.split())[:400]
    return Reply(
        steps=steps or (Instruction(action=Action.UNCLEAR, who="", what=whole, by_at=None, proof="nothing"),),
        case_numbers=tuple(dict.fromkeys(CASE_NUMBER.findall(text))),
        external_nos=tuple(
            dict.fromkeys(
                one
                for one in EXTERNAL_NO.findall(text)
                if any(sign.isdigit() for sign in one) and not one.startswith("DZ-")
            )
        ),
    )


def sentences(text: str) -> Iterator[str]:
    """Give the sentences of an answer without marks of lists and quotes. Lines of an older mail below it (``>``) are left out."""
    for line in text.replace("\r", "\n").split("\n"):
        if line.lstrip().startswith(">"):
            continue
        for found in _SENTENCE.findall(line):
            cut = re.sub(r"^\s*(?:[-*•·]|[（(]?\d{1,2}[）).、]|[①-⑩])\s*", "", found).strip(" \t。.;；,，")
            if cut:
                yield cut


def _instructions(
    sentence: str, came_at: datetime, sender: Party, workdays_after: Callable[[datetime, int], datetime | None]
) -> list[Instruction]:
    """Return the steps of one sentence: one for each clause that asks for something else, else one for the whole sentence."""
    made = []
    for what, action in _askings(sentence):
        by_at = by_when(what, came_at, workdays_after)
        if action is None:
            made.append(Instruction(action=Action.UNCLEAR, who="", what=what, by_at=by_at, proof="nothing"))
            continue
        known = words()[action]
        made.append(
            Instruction(action=action, who=_who(what, known.who, sender), what=what, by_at=by_at, proof=known.proof)
        )
    return made


def _askings(sentence: str) -> list[tuple[str, Action | None]]:
    """Return what a sentence asks for, each with its part of it. A clause that asks nothing stays with the one before, so none is lost."""
    parts: list[tuple[str, Action | None]] = []
    for clause in _CLAUSE.split(sentence):
        action, mark = _action(clause), "，" if "，" in sentence else ", "
        if parts and (action is None or parts[-1][1] in {None, action}):
            what, before = parts.pop()
            parts.append((what + mark + clause, before or action))
        else:
            parts.append((clause, action))
    return parts if len(parts) > 1 else [(sentence, _action(sentence))]


def _action(text: str) -> Action | None:
    """Return the first action of the table whose words a text has."""
    return next((action for action, known in words().items() if any(one.search(text) for one in known.patterns)), None)


def _who(sentence: str, usual: str, sender: Party) -> str:
    """Return the party that is to act: the one the sentence names, else the one that usually does this."""
    if _BANK.search(sentence):
        return Party.BANK.value
    if usual == "sender":
        return sender.value
    asked, own = _MERCHANT.search(sentence), _SENDER.search(sentence)
    return sender.value if own and not (asked and asked.start() < own.start()) else usual


def _says_nothing(sentence: str) -> bool:
    if _POLITE.match(sentence):
        return True
    return bool(_RECEIVED.match(EXTERNAL_NO.sub("", CASE_NUMBER.sub("", sentence))))

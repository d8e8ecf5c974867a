"""By when an answer says that something happens: dates, working days, hours, days of the week, Chinese and English.

What names a day without a time of day means the end of that day (18:00), "in the morning" 12:00. Nothing is guessed: without a
time in the sentence there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

DAY_END: Final = time(18, 0)
NOON: Final = time(12, 0)
NUMBERS: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "one": 1, "two": 2,
                  "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}  # fmt: skip
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHINESE_WEEK: Final = "一二三四五六日"

_COUNT: Final = r"(\d{1,3}|[一二两三四五六七八九十]|one|two|three|four|five|six|seven|ten)"
_RANGE: Final = rf"(?:{_COUNT}\s*(?:[-–~至到]|to)\s*)?{_COUNT}"
_WORKDAYS: Final = re.compile(rf"{_RANGE}\s*(?:个)?\s*(?:工作日|(?:working|business) days?)", re.IGNORECASE)
_T_PLUS: Final = re.compile(r"\bT\s*\+\s*(\d{1,2})\b")
_DAYS: Final = re.compile(
    rf"{_RANGE}\s*(?:个)?\s*(?:自然日|天(?:内|之内|左右)|日内|calendar days?|days?\b)", re.IGNORECASE
)
_HOURS: Final = re.compile(rf"{_RANGE}\s*(?:个)?\s*(?:小时|hours?\b|hrs?\b)", re.IGNORECASE)
_ISO: Final = re.compile(r"(20\d\d)\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?")
_MONTH_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_ENGLISH_DAY: Final = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE
)
_ENGLISH_MONTH: Final = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b", re.IGNORECASE
)
_WEEKDAY: Final = re.compile(r"(下)?(?:本|这)?(?:周|星期)([一二三四五六日天])")
_ENGLISH_WEEKDAY: Final = re.compile(
    r"\b(?:by|on|before|until|this|next)\s+(?:next\s+)?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2})\s*[:：点时]\s*(\d{2})?")

NEAR: Final = (
    (2, re.compile(r"后天|day after tomorrow", re.IGNORECASE)),
    (1, re.compile(r"明天|明日|次日|\btomorrow\b", re.IGNORECASE)),
    (0, re.compile(r"今天|今日|今晚|当天|当日|\btoday\b|end of day", re.IGNORECASE)),
)
"""Words of nearness and how many days they are ahead."""


def by_when(
    sentence: str, came_at: datetime, workdays_after: Callable[[datetime, int], datetime | None]
) -> datetime | None:
    """Return the moment a sentence names, counted from ``came_at``; the later end of a range; None when it names none."""
    found = _WORKDAYS.search(sentence)
    if found:
        return workdays_after(came_at, _number(found[2]))
    if found := _T_PLUS.search(sentence):
        return workdays_after(came_at, int(found[1]))
    if found := _HOURS.search(sentence):
        return came_at + timedelta(hours=_number(found[2]))
    day = _named_day(sentence, came_at.date())
    if day is not None:
        return datetime.combine(day, _time_of_day(sentence))
    if found := _DAYS.search(sentence):
        return datetime.combine(came_at.date() + timedelta(days=_number(found[2])), DAY_END)
    return None


def _named_day(sentence: str, today: date) -> date | None:
    """Return the day a sentence names: a date, a word of nearness, or a day of the week; the first of these that is there."""
    found = (read(sentence, today) for read in (_iso, _month_day, _english_day, _near, _weekday, _english_weekday))
    return next((day for day in found if day is not None), None)


def _iso(sentence: str, today: date) -> date | None:  # noqa: ARG001 - all readers of days are asked alike
    found = _ISO.search(sentence)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else None


def _month_day(sentence: str, today: date) -> date | None:
    found = _MONTH_DAY.search(sentence)
    return _coming(today, int(found[1]), int(found[2])) if found else None


def _english_day(sentence: str, today: date) -> date | None:
    if found := _ENGLISH_DAY.search(sentence):
        return _coming(today, MONTHS.index(found[2].lower()[:3]) + 1, int(found[1]))
    found = _ENGLISH_MONTH.search(sentence)
    return _coming(today, MONTHS.index(found[1].lower()[:3]) + 1, int(found[2])) if found else None


def _near(sentence: str, today: date) -> date | None:
    for days, words in NEAR:
        if words.search(sentence):
            return today + timedelta(days=days)
    return None


def _weekday(sentence: str, today: date) -> date | None:
    found = _WEEKDAY.search(sentence)
    if not found:
        return None
    wanted = CHINESE_WEEK.index("日" if found[2] == "天" else found[2])
    return today - timedelta(days=today.weekday()) + timedelta(days=wanted + (7 if found[1] else 0))


def _english_weekday(sentence: str, today: date) -> date | None:
    found = _ENGLISH_WEEKDAY.search(sentence)
    if not found:
        return None
    ahead = (WEEKDAYS.index(found[1].lower()) - today.weekday()) % 7
    return today + timedelta(days=ahead or 7)


def _time_of_day(sentence: str) -> time:
    found = _CLOCK.search(sentence)
    if found and int(found[1]) < 24:
        hour = int(found[1])
        if hour < 12 and re.search(r"下午|晚|\bpm\b", sentence, re.IGNORECASE):
            hour += 12
        return time(hour, min(int(found[2] or 0), 59))
    if re.search(r"上午|中午|\bmorning\b|\bnoon\b", sentence, re.IGNORECASE):
        return NOON
    return DAY_END


def _coming(today: date, month: int, day: int) -> date | None:
    """Return that day of this year, or of the next when it lies more than half a year back."""
    this = _day(today.year, month, day)
    return _day(today.year + 1, month, day) if this is not None and (today - this).days > 183 else this


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS[text.lower()]

"""What a mapping is: where in a foreign table each interchange column stands, and what its cells mean.

A mapping is plain data. It is written as TOML (``store``), read row by row (``reader``) or set-wise (``sql``), and both
ways give the same rows. Formats that ship as a table and formats that a person mapped are the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShape:
    """How the table lies in its file.

    container   ``text`` (delimited) or ``sheet`` (xlsx, xls, ods) or ``json`` (the first list of
                objects; inner names joined by a point) or ``table`` (whichever of these three a file is) or ``parquet``
    delimiter   of a text: one character, or several written as one (``|@|``); empty: found in the header row
    quoted      whether a text uses double quotes
    sheet       name of the sheet; empty: every sheet that has the header
    header      names that must all stand in the header row, in any order; how the file is known. Empty: no header row
    without     names of which none stands in the header row: what tells two tables apart that share all of ``header``
    positions   names of the columns, left to right, for a file that has no header row
    strip       characters taken off both ends of each cell, beside blanks (a backtick, a quote, a tab)
    comments    a line that starts with one of these is a control line
    footers     a row whose first filled cell starts with one of these is a control line (合计, 总计 …)
    empty       cells that mean empty (``-``, ``*``, ``N/A``)
    """

    container: str = "text"
    delimiter: str = ""
    quoted: bool = True
    sheet: str = ""
    header: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    strip: str = ""
    comments: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What the cells of a money column mean.

    unit        ``major`` (yuan, with a decimal point) or ``minor`` (fen, whole)
    decimal     ``.`` or ``,``: which of the two is the decimal mark
    sign        ``as_written``; ``negated``; ``absolute`` (the sign says nothing, the amount counts for the merchant);
                ``by_kind`` (a refund, void or reversal counts against the merchant, however it is written; any other kind
                must not be negative); ``by_net`` (of a fee: the sign with which gross - fee = net holds in the row);
                ``by_column`` (another column says it, ``minus_when``); ``in_minus_out``
                (``columns`` holds two: money in, money out; a minus of the second is the way some write it)
    sign_column, minus_when   for ``by_column``: the column and its cells that mean minus, whether or not the amount is
                written with a minus too; ``plus_when`` those that mean plus (empty: all other cells), where a written
                minus is a contradiction; a cell in neither list is set aside
    """

    unit: str = "major"
    decimal: str = "."
    sign: str = "as_written"
    sign_column: str = ""
    minus_when: tuple[str, ...] = ()
    plus_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the cells of a moment or day column mean.

    order   ``ymd``, ``dmy`` or ``mdy``: how a written day is to be read; a year of two digits behind them is of this
            century. ``yymd``: a year of two digits in front (``26-06-15``, ``260615``)
    zone    IANA name of the zone a moment without an offset is in; empty: as the file's delivery says
    zone_column  source column that names the zone of its row (``CET``, ``Europe/Amsterdam``), before ``zone``
    part    for a cell with more than needed: ``all`` or ``day`` (only its day counts)
    plus_days  added to the day (a settlement day that the file names by the trading day); whole days, may be negative
    """

    order: str = "ymd"
    zone: str = ""
    zone_column: str = ""
    part: str = "all"
    plus_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """How one interchange column is filled.

    columns   source columns: the first filled one counts; a moment whose first filled cell is a bare day takes the time
              from the next one; a text with ``joined`` joins all filled ones with a blank, an amount with ``joined``
              adds them
    value     what counts where no column is named or none is filled: a constant (money in minor units), what the delivery
              said (``given:acquirer``, ``given:merchant_no``, ``given:account_tail``, ``given:covers_on``), or what the
              row's other columns say: ``derived:net`` (gross - fee), ``derived:fee`` (gross - net), ``derived:gross``
              (net + fee), ``derived:kind`` (``sale``, or ``refund`` where the row's main amount is negative).
              ``given:account_tail`` falls back on an account number above the header row, then on ``unknown``
    values    translation of cells into the column's own words (``消费`` → ``sale``); an empty word means unknown
    otherwise what a cell not in ``values`` becomes (empty: the row is set aside); beside ``given:…``, what counts when the
              delivery said nothing. ``-`` means that the column stays unknown
    match     ``exact`` or ``contains`` (first entry of ``values`` whose key stands in the cell, in the order written)
    last      keep only that many last characters (an account number → its tail); 0: all
    """

    columns: tuple[str, ...] = ()
    value: str = ""
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str = ""
    match: str = "exact"
    joined: bool = False
    last: int = 0
    amount: Amount | None = None
    moment: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Which rows are taken at all: those whose ``column`` is (``is_in``) or is not (``not_in``) one of the cells.

    Other rows are control lines when ``others`` is ``control``, set aside when it is ``reject``.
    """

    column: str
    is_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    others: str = "control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing the file must agree with itself about.

    kind   ``net`` (gross - fee = net of the interchange columns, per row), ``running_balance`` (of ``bank_entries``),
           ``sum_zero`` (``left`` columns minus the ``right`` one add up to nothing within each value of ``groups``),
           ``row_sum`` (``left`` columns add up to the ``right`` one, per row). ``left``, ``right`` and ``groups`` are
           source columns of the file, amounts in the unit of the mapping's amounts
    """

    kind: str
    left: tuple[str, ...] = ()
    right: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """The rows of one interchange table that each row of the file becomes (a line may feed two tables).

    A table may have several rules for different rows: the first whose ``kept`` takes a row reads it. A row that no rule
    takes is a control line, or set aside where one of the conditions it failed says ``reject``.
    """

    table: str
    columns: tuple[tuple[str, ColumnRule], ...]
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A foreign table as a format. ``code`` is its name; ``title`` per language is empty for those that ship."""

    code: str
    shape: FileShape
    tables: tuple[TableRule, ...]
    title_zh: str = ""
    title_en: str = ""
    checks: tuple[Check, ...] = ()
    unsure: tuple[str, ...] = ()
    evidence: str = "documentation"
    made_by: str = field(default="product")
    """``product`` or ``person``: who wrote it."""

"""Documents that leave the house: the settlement failure report."""

from daozhang.reports.facts import FindingLine, MeasureLine, RecordLine, ReportFacts, facts_hash, missing_parts
from daozhang.reports.failure_report import render

__all__ = ["FindingLine", "MeasureLine", "RecordLine", "ReportFacts", "facts_hash", "missing_parts", "render"]

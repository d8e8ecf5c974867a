"""The gauges: a collector can read them, they agree with the desk, and they name nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from measures_story import BOOK, CLOCK, MERCHANT
from prometheus_client.parser import text_string_to_metric_families

from daozhang.desk import measures_gauges, tokens
from daozhang.desk.models import Finding
from daozhang.desk.workspace import Workspace

Bring = Callable[[dict[str, str], datetime], Workspace]


def test_the_text_form_agrees_with_the_desk_and_names_no_merchant(bring: Bring) -> None:
    place = bring(BOOK, CLOCK)
    text = measures_gauges.text(place).decode()
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found[("daozhang_imports", ("state", "accepted"))] == len(BOOK)
    assert found[("daozhang_money_not_due_minor", ("currency", "CNY"))] == 99_400 + 198_800 + 397_600
    for severity in ("alarm", "watch", "info"):
        many = Finding.objects.filter(is_open=True, severity=severity).count()
        assert found.get(("daozhang_findings_open", ("severity", severity)), 0) == many
    assert found[("daozhang_run_timestamp_seconds",)] == datetime(2026, 9, 24, 4, 0).timestamp() - _offset()
    assert MERCHANT not in text
    assert "6217" not in text


def _offset() -> float:
    """Return what this machine's own zone adds to a naive UTC moment."""
    from datetime import UTC

    naive = datetime(2026, 9, 24, 4, 0)
    return naive.timestamp() - naive.replace(tzinfo=UTC).timestamp()


def test_only_a_token_opens_the_gauges(bring: Bring) -> None:
    from daozhang.web import context

    place = bring(BOOK, CLOCK)
    context.use(place)
    secret = tokens.make(place, "prometheus", ["read"], by="li")
    client = Client(SERVER_NAME="localhost")
    assert client.get("/metrics").headers["Location"] == "/api/v1/metrics"
    assert client.get("/api/v1/metrics").status_code == 401
    answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {secret}", follow=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert b"daozhang_build_info" in answer.content

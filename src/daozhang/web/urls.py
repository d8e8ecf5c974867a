"""Addresses of the console."""

from __future__ import annotations

from django.urls import include, path, register_converter

from daozhang.web.converters import DayConverter
from daozhang.web.views import (
    accounts,
    aside,
    backups,
    cases,
    days,
    errors,
    evidence,
    expected,
    fees,
    findings,
    import_rows,
    importing,
    life,
    mapping,
    pages,
    today,
    ways,
    where,
    whys,
)

register_converter(DayConverter, "day")

urlpatterns = [
    path("", today.today, name="today"),
    path("run", today.run_now, name="run"),
    path("where", where.where, name="where"),
    path("why", whys.why, name="why"),
    path("findings/<str:finding_id>/rows", whys.rows_of, name="finding-rows"),
    path("days", days.days, name="days"),
    path("days/<str:acquirer>/<str:merchant_no>/<day:settled_on>", days.day, name="day"),
    path("findings", findings.findings, name="findings"),
    path("findings/<str:finding_id>", findings.finding, name="finding"),
    path("import", importing.upload, name="import"),
    path("import/progress", importing.progress, name="import-progress"),
    path("import/job/<int:job_id>/cancel", importing.cancel, name="import-cancel"),
    path("ways-in", ways.ways, name="ways"),
    path("ways-in/<slug:name>/look", ways.look, name="ways-look"),
    path("import/<str:import_id>", importing.detail, name="import-detail"),
    path("import/<str:import_id>/undo", importing.undo, name="import-undo"),
    path("import/<str:import_id>/rows/<slug:kind>", import_rows.rows, name="import-rows"),
    path("import/<str:import_id>/aside", aside.lines, name="aside"),
    path("import/<str:import_id>/aside/export", aside.export, name="aside-export"),
    path("import/<str:import_id>/aside/<int:line_no>", aside.line, name="aside-line"),
    path("import/<str:import_id>/aside/<int:line_no>/preview", aside.preview, name="aside-preview"),
    path("import/<str:import_id>/aside/<int:line_no>/apply", aside.apply, name="aside-apply"),
    path("expected", expected.expected, name="expected"),
    path("import/<str:import_id>/map", mapping.assist, name="map"),
    path("formats", mapping.formats, name="formats"),
    path("formats/<slug:code>.toml", mapping.export, name="format-export"),
    path("formats/<slug:code>/retire", mapping.retire, name="format-retire"),
    path("cases", cases.cases, name="cases"),
    path("agenda", life.agenda, name="agenda"),
    path("agenda/answer/<int:reply_id>", life.join, name="reply-join"),
    path("cases/many", life.bulk_look, name="cases-many"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/party", life.party, name="case-party"),
    path("cases/<str:number>/help", life.seek, name="case-help"),
    path("cases/<str:number>/reply", life.reply, name="case-reply"),
    path("cases/<str:number>/reply/<int:step_id>", life.reply_step, name="case-reply-step"),
    path("cases/<str:number>/prove", life.prove, name="case-prove"),
    path("cases/<str:number>/option", life.option, name="case-option"),
    path("cases/<str:number>/customer", life.customer, name="case-customer"),
    path("cases/<str:number>/link", life.link, name="case-link"),
    path("cases/<str:number>/step", cases.step, name="case-step"),
    path("cases/<str:number>/measure", cases.measure, name="case-measure"),
    path("cases/<str:number>/write-off", cases.write_off, name="case-write-off"),
    path("cases/<str:number>/report/<str:language>", cases.report, name="case-report"),
    path("evidence/<str:import_id>/<int:line_no>", evidence.evidence, name="evidence"),
    path("evidence/<str:import_id>/<int:line_no>/text", evidence.as_text, name="evidence-text"),
    path("fees", fees.fees, name="fees"),
    path("offers", fees.offers_page, name="offers"),
    path("trust", fees.trust_page, name="trust"),
    path("backups", backups.backups, name="backups"),
    path("help", pages.help_page, name="help"),
    path("rooms", pages.rooms, name="rooms"),
    path("people", accounts.people, name="people"),
    path("login", accounts.log_in, name="login"),
    path("logout", accounts.log_out, name="logout"),
    path("first/<str:token>", accounts.first_account, name="first"),
    path("join/<str:token>", accounts.join, name="join"),
    path("language", pages.choose_language, name="language"),
    path("healthz", pages.health, name="healthz"),
    path("api/v1/", include("daozhang.api.urls")),
]

handler400 = errors.refused
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken

"""The console as a WSGI application: opens the workspace named by ``DAOZHANG_WORKSPACE`` and serves it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application

from daozhang.web.context import workspace


def _settle_behind_tls(address: str) -> None:
    """Tell Django under which public address a TLS proxy serves the console; cookies then travel by TLS only."""
    from django.conf import settings  # noqa: PLC0415 - the settings are ready once the workspace is open

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, urlsplit(address).hostname or ""]
    settings.CSRF_TRUSTED_ORIGINS = [address.rstrip("/")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


_opened = workspace()
if _opened.settings.public_address:
    _settle_behind_tls(_opened.settings.public_address)
application = get_wsgi_application()

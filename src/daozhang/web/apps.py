"""Django's name for the console."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The console's templates and tags live here; it has no models."""

    name = "daozhang.web"
    label = "web"

"""Django's name for the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk's models live here."""

    name = "daozhang.desk"
    label = "desk"

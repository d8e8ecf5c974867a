"""Django's name for the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk's models live here."""

    name = "daozhang.desk"
    label = "desk"

    def ready(self) -> None:
        """Watch over new accounts: each gets its role in the moment it is made."""
        from daozhang.desk.roles import keep_roles  # noqa: PLC0415 - models exist only now
        from daozhang.desk.sight import put_on  # noqa: PLC0415

        put_on()
        keep_roles()

"""Forms of the console; every word of them comes from the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from daozhang.desk.roles import ROLES
from daozhang.web.context import text


class ConsoleForm(forms.Form):
    """A form that speaks the reader's language."""

    def __init__(self, *args: Any, request: HttpRequest, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        self.request = request
        super().__init__(*args, **more)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = text(request, f"web-field-{name.replace('_', '-')}")
            field.error_messages["required"] = text(request, "web-field-required")
            if field.help_text:
                field.help_text = text(request, str(field.help_text))

    def refuse(self, key: str, **facts: object) -> ValidationError:
        """Return the error for a field, in the reader's language."""
        return ValidationError(text(self.request, key, **facts))


class NameForm(ConsoleForm):
    """A name for an account."""

    username = forms.CharField(max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_username(self) -> str:
        """Refuse a name that is taken by someone who has joined, or is not a name."""
        name = str(self.cleaned_data["username"]).strip()
        try:
            UnicodeUsernameValidator()(name)
        except ValidationError:
            raise self.refuse("web-field-username-odd") from None
        if User.objects.filter(username=name, is_active=True).exists():
            raise self.refuse("web-field-username-taken")
        return name


class ColleagueForm(NameForm):
    """A name for a colleague, and what the colleague may do."""

    role = forms.ChoiceField(initial="clerk")

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **more)
        chosen = self.fields["role"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(name, text(self.request, "role-" + name.replace("_", "-"))) for name in ROLES]
        chosen.error_messages["invalid_choice"] = text(self.request, "web-field-required")


class PasswordForm(ConsoleForm):
    """A new password, typed twice."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text="web-field-password-help"
    )
    password_again = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, user: User | None = None, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        self.user = user
        super().__init__(*args, **more)

    def clean_password(self) -> str:
        """Refuse a password that is too short or too common."""
        password = str(self.cleaned_data["password"])
        try:
            validate_password(password, self.user)
        except ValidationError:
            raise self.refuse("web-field-password-weak") from None
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two different passwords."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned["password"] != cleaned.get("password_again"):
            self.add_error("password_again", self.refuse("web-field-password-differs"))
        return cleaned


class AccountForm(PasswordForm, NameForm):
    """The first account: a name and a password."""

    field_order = ("username", "password", "password_again")

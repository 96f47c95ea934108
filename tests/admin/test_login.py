"""Guessing passwords at the desk's door."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

pytestmark = pytest.mark.django_db


def log_in(client, name: str, password: str) -> int:
    return client.post(
        reverse("admin:login"), {"username": name, "password": password}
    ).status_code


def test_after_ten_wrong_passwords_the_right_one_is_refused_too(client, settings):
    settings.AXES_ENABLED = True
    for name in ("editor", "other"):
        User.objects.create_user(name, password="right", is_staff=True)
    guesses = [log_in(client, "editor", "wrong") for _ in range(10)]
    assert guesses == [200] * 9 + [429]
    assert log_in(client, "editor", "right") == 429
    assert log_in(client, "other", "right") == 302

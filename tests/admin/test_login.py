"""Login throttling (django-axes)."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

pytestmark = pytest.mark.django_db


def login_status(client, name, password):
    return client.post(
        reverse("admin:login"), {"username": name, "password": password}
    ).status_code


def test_ten_wrong_passwords_lock_the_account(client, settings):
    settings.AXES_ENABLED = True
    for name in ("editor", "other"):
        User.objects.create_user(name, password="right", is_staff=True)
    guesses = [login_status(client, "editor", "wrong") for _ in range(10)]
    assert guesses == [200] * 9 + [429]
    assert login_status(client, "editor", "right") == 429
    assert login_status(client, "other", "right") == 302

"""The second factor of logins."""

import re
import time

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import AuditEntry

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
SETTINGS = "/admin/second-factor/"
INDEX = reverse("admin:index")


@pytest.fixture(params=["optional", "required"])
def enabled(request, settings):
    settings.SECOND_FACTOR = request.param
    return request.param


@pytest.fixture
def amina():
    return User.objects.create_superuser("amina", password="right password")


def current_code(key, drift=0):
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * drift
    return f"{totp.token():06}"


@pytest.fixture
def device(amina):
    return TOTPDevice.objects.create(user=amina, name="app")


def log_in(client, code=None, password="right password", **fields):
    data = {"username": "amina", "password": password, **fields}
    return client.post(LOGIN, data if code is None else {**data, "code": code})


def hidden_setup(page):
    return re.search(r'name="setup" value="([^"]+)"', page.content.decode())[1]


def setup_key(page):
    return second_factor.setup_device(User.objects.get(username="amina"), hidden_setup(page)).key


def test_a_site_without_second_factors_has_no_field_and_no_page_for_them(client, amina, device):
    assert 'name="code"' not in client.get(LOGIN).content.decode()
    assert log_in(client).status_code == 302
    assert client.get(INDEX).status_code == 200
    assert client.get(SETTINGS).status_code == 404


def test_the_password_alone_begins_no_session(client, amina, device, enabled):
    page = log_in(client)
    assert page.status_code == 200
    assert "Enter the code of your authenticator app" in page.content.decode()
    assert "sessionid" not in client.cookies or not client.session.get("_auth_user_id")
    assert client.get(INDEX).status_code == 302


def test_the_code_logs_in(client, amina, device, enabled):
    assert log_in(client, current_code(device.key)).status_code == 302
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("code", ["000000", "1", "abc", "'; --", "١٢٣٤٥٦", "\0", "9" * 400])
def test_a_wrong_code_does_not_log_in(client, amina, device, enabled, code):
    assert log_in(client, code).status_code == 200
    assert client.get(INDEX).status_code == 302


def test_a_code_can_be_typed_with_spaces(client, amina, device, enabled):
    code = current_code(device.key)
    assert log_in(client, f" {code[:3]} {code[3:]}").status_code == 302


def test_a_code_can_be_used_once(client, amina, device, enabled):
    code = current_code(device.key)
    assert log_in(client, code).status_code == 302
    client.logout()
    assert log_in(client, code).status_code == 200


def test_after_a_wrong_code_a_correct_one_has_to_wait(client, amina, device, enabled):
    log_in(client, "000000")
    page = log_in(client, current_code(device.key))
    assert "Wait a minute" in page.content.decode()


def test_wrong_codes_count_as_failed_logins(client, amina, device, enabled, settings):
    settings.AXES_ENABLED = True
    log_in(client)
    assert not AuditEntry.objects.filter(event="login_failed").exists()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert log_in(client, "000000").status_code == 200
    assert log_in(client, "000000").status_code == 429
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert log_in(client, current_code(device.key)).status_code == 429
    entry = AuditEntry.objects.filter(event="login_failed").last()
    assert (entry.target, entry.details) == ("amina", {"second_factor": "wrong code"})
    assert AuditEntry.objects.filter(event="locked", target="amina").exists()


def test_codes_and_texts_of_failed_logins_are_not_stored(client, amina, device, enabled, settings):
    settings.AXES_ENABLED = True
    log_in(client, "secret12", password="wrong", unsaved_form="draft")
    attempt = AccessAttempt.objects.get()
    assert "secret12" not in attempt.post_data and "draft" not in attempt.post_data


def test_the_wait_after_many_wrong_codes_is_told(client, amina, device, enabled):
    TOTPDevice.objects.update(throttling_failure_count=14, throttling_failure_timestamp=now())
    page = log_in(client, current_code(device.key)).content.decode()
    assert re.search(r"Wait 2\shours, 17\sminutes, or ask an administrator", page)


def test_a_wrong_password_says_nothing_about_the_code(client, amina, device, enabled):
    page = log_in(client, current_code(device.key), password="wrong").content.decode()
    assert "authenticator app, or" not in page and "Wait" not in page


def test_the_code_of_another_user_does_not_log_in(client, amina, device, enabled):
    omar = User.objects.create_superuser("omar", password="other")
    other = TOTPDevice.objects.create(user=omar, name="app")
    assert log_in(client, current_code(other.key)).status_code == 200


def test_users_without_a_second_factor_are_not_asked_if_it_is_optional(client, amina, settings):
    settings.SECOND_FACTOR = "optional"
    assert log_in(client).status_code == 302
    assert client.get(INDEX).status_code == 200


def test_users_set_it_up_first_if_it_is_required(client, amina, settings):
    settings.SECOND_FACTOR = "required"
    log_in(client)
    response = client.get(INDEX, follow=True)
    assert response.redirect_chain[-1][0] == SETTINGS
    for url in ("admin:articles_article_add", "admin:auth_user_changelist"):
        assert client.get(reverse(url)).status_code == 302
    page = client.get(SETTINGS)
    code = current_code(setup_key(page))
    codes = client.post(SETTINGS, {"setup": hidden_setup(page), "code": code})
    assert len(re.findall(r"<li><code>\w{8}</code>", codes.content.decode())) == 10
    assert client.get(INDEX).status_code == 200


def test_setting_up_asks_for_a_code_of_the_app(client, amina, enabled):
    log_in(client)
    page = client.get(SETTINGS)
    # The policy of the site forbids inline styles.
    svg = re.search(r"<svg.*</svg>", page.content.decode())[0]
    assert "style" not in svg
    wrong = client.post(SETTINGS, {"setup": hidden_setup(page), "code": "000000"})
    assert "The code is wrong" in wrong.content.decode()
    assert hidden_setup(wrong) == hidden_setup(page)
    assert not TOTPDevice.objects.exists()


def test_the_key_of_another_user_or_a_changed_one_is_refused(client, amina, enabled):
    omar = User.objects.create_superuser("omar", password="other")
    log_in(client)
    for setup in (second_factor.new_setup(omar), "changed", ""):
        client.post(SETTINGS, {"setup": setup, "code": "123456"})
    assert not TOTPDevice.objects.exists()


def test_sessions_from_before_it_was_set_up_have_to_log_in_again(client, amina, enabled):
    log_in(client)
    device = TOTPDevice.objects.create(user=amina, name="app")
    assert client.get(INDEX).status_code == 302
    assert client.get(SETTINGS).status_code == 302
    assert log_in(client, current_code(device.key)).status_code == 302
    assert client.get(INDEX).status_code == 200


def test_recovery_codes_log_in_once_each(client, amina, device, enabled):
    codes = second_factor.renew_recovery_codes(amina)
    assert log_in(client, codes[0].upper()).status_code == 302
    client.logout()
    assert log_in(client, codes[0]).status_code == 200
    assert second_factor.recovery_codes_left(amina) == 9
    assert AuditEntry.objects.filter(event="recovery_code_used", target="amina").exists()


def test_new_recovery_codes_replace_the_old_ones(client, amina, device, enabled):
    old = second_factor.renew_recovery_codes(amina)
    log_in(client, current_code(device.key))
    response = client.post(SETTINGS, {"code": old[0], "renew": ""})
    assert len(re.findall(r"<li><code>", response.content.decode())) == 10
    assert second_factor.recovery_codes_left(amina) == 10
    with pytest.raises(second_factor.CodeRefused):
        second_factor.verify(amina, old[1])


def test_removing_it_needs_a_code(client, amina, device, enabled):
    codes = second_factor.renew_recovery_codes(amina)
    log_in(client, current_code(device.key))
    client.post(SETTINGS, {"code": "wrong", "remove": ""})
    assert TOTPDevice.objects.exists()
    TOTPDevice.objects.update(throttling_failure_count=0)
    second_factor.StaticDevice.objects.update(throttling_failure_count=0)
    client.post(SETTINGS, {"code": codes[0], "remove": ""})
    assert not TOTPDevice.objects.exists()
    assert second_factor.recovery_codes_left(amina) == 0


def test_readers_and_users_who_are_not_staff_have_no_settings(client, enabled):
    User.objects.create_user("reader", password="right password")
    assert client.get(SETTINGS).status_code == 302
    client.login(username="reader", password="right password")
    assert client.get(SETTINGS).status_code == 302


def test_an_administrator_removes_it_for_a_user_who_has_lost_the_phone(
    client, amina, device, enabled
):
    omar = User.objects.create_user("omar", password="other", is_staff=True)
    TOTPDevice.objects.create(user=omar, name="app")
    log_in(client, current_code(device.key))
    url = reverse("admin:auth_user_changelist")
    assert "second factor" in client.get(url).content.decode().lower()
    client.post(url, {"action": "remove_second_factor", "_selected_action": [omar.pk]})
    assert not second_factor.has_second_factor(omar)
    entry = AuditEntry.objects.get(event="second_factor_off")
    assert (entry.actor, entry.target) == ("amina", "omar")


def test_a_command_removes_it(amina, device, capsys):
    call_command("remove_second_factor", "amina")
    assert not second_factor.has_second_factor(amina)
    assert "1 of 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such user: nemo"):
        call_command("remove_second_factor", "amina", "nemo")


def test_the_secret_keys_are_not_in_the_admin(client, amina, device, enabled):
    log_in(client, current_code(device.key))
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert "otp" not in client.get(INDEX).content.decode().lower().replace("option", "")


def test_a_form_posted_after_the_end_of_the_session_survives_a_login_with_a_code(
    client, amina, device, settings
):
    settings.SECOND_FACTOR = "optional"
    url = reverse("admin:articles_article_add")
    page = client.post(url, {"title": "Kept", "body": "Every word."})
    unsaved = re.search(r'name="unsaved_form" value="([^"]+)"', page.content.decode())[1]
    assert 'name="code"' in page.content.decode()
    again = log_in(client, unsaved_form=unsaved, next=url)
    assert unsaved in again.content.decode()
    saved = log_in(client, current_code(device.key), unsaved_form=unsaved, next=url)
    assert "Every word." in saved.content.decode()


def test_requests_of_scripts_get_401_until_the_code_is_entered(client, amina, device, settings):
    settings.SECOND_FACTOR = "optional"
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("admin:articles_article_session")
    assert client.get(url, headers={"accept": "application/json"}).status_code == 401

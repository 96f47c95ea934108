"""The audit log of logins and of changes of accounts and permissions."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry

pytestmark = pytest.mark.django_db
LOGIN = reverse("admin:login")


@pytest.fixture
def amina():
    return User.objects.create_superuser("amina", password="right password")


@pytest.fixture
def admin(client, amina):
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    AuditEntry.objects.all().delete()
    return client


def entries():
    return [
        (entry.event, entry.actor, entry.target) for entry in AuditEntry.objects.order_by("pk")
    ]


def test_logins_failed_logins_and_logouts_are_recorded(client, amina):
    AuditEntry.objects.all().delete()
    for password in ("wrong", "right password"):
        data = {"username": "amina", "password": password}
        client.post(LOGIN, data, HTTP_USER_AGENT="Test", REMOTE_ADDR="192.0.2.7")
    client.post(reverse("admin:logout"))
    assert entries() == [
        ("login_failed", "", "amina"),
        ("login", "amina", "amina"),
        ("logout", "amina", "amina"),
    ]
    first = AuditEntry.objects.earliest("pk")
    assert (first.address, first.user_agent) == ("192.0.2.7", "Test")


def test_locked_accounts_are_recorded(client, amina, settings):
    settings.AXES_ENABLED = True
    for _ in range(10):
        client.post(LOGIN, {"username": "amina", "password": "wrong"})
    assert AuditEntry.objects.filter(event="locked", target="amina").count() == 1


@pytest.mark.parametrize("name", ["x" * 1000, "\0", "<script>", "نامِ من", ""])
def test_any_name_can_fail_to_log_in(client, name):
    assert client.post(LOGIN, {"username": name, "password": "x"}).status_code == 200


def test_passwords_are_not_in_the_log(client, amina):
    client.post(LOGIN, {"username": "amina", "password": "a secret thing"})
    amina.set_password("another secret thing")
    amina.save()
    assert "secret" not in str(list(AuditEntry.objects.values()))


def test_a_changed_password_is_recorded_and_a_renewed_hash_is_not(client, amina, settings):
    AuditEntry.objects.all().delete()
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    client.post(LOGIN, {"username": "amina", "password": "right password"})
    amina.refresh_from_db()
    assert amina.password.startswith("scrypt")
    assert entries() == [("login", "amina", "amina")]
    amina.set_password("new")
    amina.save()
    assert entries()[1:] == [("password_changed", "", "amina")]


def test_permissions_given_in_the_admin_are_recorded_with_who_gave_them(admin):
    omar = User.objects.create_user("omar", password="other password")
    AuditEntry.objects.all().delete()
    editors = Group.objects.get(name="Editors")
    permission = Permission.objects.get(codename="delete_user")
    data = {
        **{"username": "omar", "is_active": "on", "is_staff": "on"},
        **{"groups": [editors.pk], "user_permissions": [permission.pk]},
        **{"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"},
    }
    url = reverse("admin:auth_user_change", args=[omar.pk])
    assert admin.post(url, data).status_code == 302
    assert entries() == [
        ("user_changed", "amina", "omar"),
        ("groups_changed", "amina", "omar"),
        ("permissions_changed", "amina", "omar"),
    ]
    changed, groups, permissions = AuditEntry.objects.order_by("pk").values_list(
        "details", flat=True
    )
    assert changed == {"is_staff": [False, True]}
    assert groups == {"added": ["Editors"]}
    assert len(permissions["added"]) == 1


def test_permissions_of_groups_are_recorded(admin):
    group = Group.objects.create(name="Translators")
    permission = Permission.objects.get(codename="add_article")
    group.permissions.set([permission])
    group.permissions.clear()
    group.name = "Interpreters"
    group.save()
    group.delete()
    assert [event for event, _actor, _target in entries()] == [
        *("group_added", "permissions_changed", "permissions_changed"),
        *("group_changed", "group_deleted"),
    ]


def test_members_that_are_added_to_a_group_have_an_entry_each(amina):
    omar = User.objects.create_user("omar")
    group = Group.objects.create(name="Translators")
    AuditEntry.objects.all().delete()
    group.user_set.add(amina, omar)
    group.user_set.remove(omar)
    group.user_set.clear()
    assert entries() == [
        ("groups_changed", "", "amina"),
        ("groups_changed", "", "omar"),
        ("groups_changed", "", "omar"),
        ("groups_changed", "", "amina"),
    ]


def test_new_and_deleted_users_are_recorded(admin, amina):
    User.objects.create_superuser("omar", password="x")
    User.objects.get(username="omar").delete()
    assert entries() == [("user_added", "", "omar"), ("user_deleted", "", "omar")]
    added = AuditEntry.objects.earliest("pk")
    assert added.details["is_superuser"] is True


def test_members_of_a_deleted_group_have_an_entry_each(admin, amina):
    group = Group.objects.create(name="Censors")
    group.user_set.set([amina, User.objects.create_user("omar")])
    AuditEntry.objects.all().delete()
    admin.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert entries() == [
        ("groups_changed", "amina", "amina"),
        ("groups_changed", "amina", "omar"),
        ("group_deleted", "amina", "Censors"),
    ]
    assert AuditEntry.objects.filter(details={"removed": ["Censors"]}).count() == 2


def test_a_save_that_changes_nothing_is_not_recorded(amina):
    AuditEntry.objects.all().delete()
    User.objects.get(pk=amina.pk).save()
    User.objects.get(pk=amina.pk).save(update_fields=["last_login"])
    assert entries() == []


def test_a_transaction_that_is_rolled_back_leaves_no_entry(amina):
    from django.db import transaction

    AuditEntry.objects.all().delete()
    with transaction.atomic():
        User.objects.create_user("omar")
        transaction.set_rollback(True)
    assert entries() == []


def test_the_log_is_read_only_and_for_administrators(admin, client):
    entry = AuditEntry.objects.create(event="login", actor="amina", target="amina")
    page = admin.get(reverse("admin:accounts_auditentry_changelist"))
    assert "logged in" in page.content.decode()
    assert admin.get(reverse("admin:accounts_auditentry_add")).status_code == 403
    url = reverse("admin:accounts_auditentry_delete", args=[entry.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 403
    omar = User.objects.create_user("omar", is_staff=True)
    omar.groups.add(Group.objects.get(name="Editors"))
    client.force_login(omar, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:accounts_auditentry_changelist")).status_code == 403


def test_the_log_says_in_words_how_users_logged_in(admin):
    for details in (
        {"backend": "ModelBackend", "second_factor": "TOTPDevice"},
        {"backend": "OpenIDBackend"},
        {"second_factor": "wrong code"},
    ):
        AuditEntry.objects.create(event="login", target="amina", details=details)
    page = admin.get("/admin/accounts/auditentry/").content.decode()
    assert "login by: password, second factor: authenticator app" in page
    assert "login by: OpenID Connect" in page
    assert "second factor: wrong code" in page


def test_times_have_seconds(admin, settings):
    settings.TIME_ZONE = "Asia/Dubai"
    time = datetime(2026, 11, 30, 20, 15, 42, tzinfo=UTC)
    AuditEntry.objects.create(event="login", target="omar", time=time)
    page = admin.get("/admin/accounts/auditentry/?o=1").content.decode()
    assert "Dec. 1, 2026 00:15:42" in page


def test_old_entries_can_be_deleted(capsys):
    AuditEntry.objects.all().delete()  # Those of `migrate`.
    old = timezone.now() - timezone.timedelta(days=400)
    AuditEntry.objects.create(event="login", target="old", time=old)
    AuditEntry.objects.create(event="login", target="new")
    call_command("prune_audit_log")
    assert [target for _event, _actor, target in entries()] == ["new"]
    assert "Deleted 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="--days is a number from 1"):
        call_command("prune_audit_log", days=0)

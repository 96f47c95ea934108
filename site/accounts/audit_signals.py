"""Receivers of signals that write the audit log: logins, accounts, groups and permissions."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.http import HttpRequest

from accounts.audit import Event, record

# The fields of users and groups that the log tells the changes of.
USER_FIELDS = ("username", "email", "is_active", "is_staff", "is_superuser")
GROUP_FIELDS = ("name",)
CHANGES = "_audited_changes"
M2M_ACTIONS = {"post_add": "added", "post_remove": "removed"}


def connect() -> None:
    """Connect the receivers."""
    user_logged_in.connect(record_login, dispatch_uid="audit.login")
    user_logged_out.connect(record_logout, dispatch_uid="audit.logout")
    user_login_failed.connect(record_failed_login, dispatch_uid="audit.failed")
    user_locked_out.connect(record_lock, dispatch_uid="audit.locked")
    for model in (User, Group):
        pre_save.connect(compare, model, dispatch_uid="audit.compare")
        post_save.connect(record_save, model, dispatch_uid="audit.save")
        post_delete.connect(record_deletion, model, dispatch_uid="audit.delete")
    pre_delete.connect(record_last_members, Group, dispatch_uid="audit.members")
    for field in (User.groups, User.user_permissions, Group.permissions):
        m2m_changed.connect(record_memberships, field.through, dispatch_uid="audit.m2m")


def record_login(request: HttpRequest, user: User, **options: Any) -> None:
    backend = request.session.get(BACKEND_SESSION_KEY, "").rpartition(".")[2]
    details = {"backend": backend}
    if getattr(user, "otp_device", None):
        details["second_factor"] = type(user.otp_device).__name__  # type: ignore[attr-defined]
    name = user.get_username()
    record(Event.LOGIN, name, details, actor=name, request=request)


def record_logout(request: HttpRequest, user: User | None, **options: Any) -> None:
    if user:
        name = user.get_username()
        record(Event.LOGOUT, name, actor=name, request=request)


def record_failed_login(
    credentials: dict[str, Any], request: HttpRequest | None = None, **options: Any
) -> None:
    name = str(credentials.get("username") or "")
    details = {key: credentials[key] for key in ("second_factor",) if key in credentials}
    record(Event.LOGIN_FAILED, name, details, actor="", request=request)


def record_lock(
    username: str | None = None, request: HttpRequest | None = None, **options: Any
) -> None:
    record(Event.LOCKED, username or "", actor="", request=request)


def compare(instance: Any, update_fields: frozenset[str] | None = None, **options: Any) -> None:
    """Remember on the object which fields are going to change, with their old and new values."""
    fields = GROUP_FIELDS if isinstance(instance, Group) else USER_FIELDS
    changing = [name for name in fields if update_fields is None or name in update_fields]
    stored = (
        type(instance)._default_manager.filter(pk=instance.pk).values(*changing).first()
        if instance.pk and changing
        else None
    ) or {}
    changes = {
        name: [old, getattr(instance, name)]
        for name, old in stored.items()
        if old != getattr(instance, name)
    }
    setattr(instance, CHANGES, changes)


def record_save(instance: Any, created: bool, **options: Any) -> None:
    is_group = isinstance(instance, Group)
    changes = instance.__dict__.pop(CHANGES, {})
    if created:
        flags = {name: True for name in USER_FIELDS if getattr(instance, name, None) is True}
        record(Event.GROUP_ADDED if is_group else Event.USER_ADDED, str(instance), flags)
        return
    if changes:
        record(Event.GROUP_CHANGED if is_group else Event.USER_CHANGED, str(instance), changes)
    # Set by `set_password` until the user is saved, but not when a hash is only renewed.
    if getattr(instance, "_password", None) is not None:
        record(Event.PASSWORD_CHANGED, str(instance))


def record_deletion(instance: Any, **options: Any) -> None:
    is_group = isinstance(instance, Group)
    record(Event.GROUP_DELETED if is_group else Event.USER_DELETED, str(instance))


def record_last_members(instance: Group, **options: Any) -> None:
    """Record that the members of a group lose it, which no other signal tells."""
    _record_clear(_groups(), instance, True, Event.GROUPS_CHANGED)


def record_memberships(
    sender: Any,
    instance: Any,
    action: str,
    reverse: bool,
    model: Any,
    pk_set: set[Any] | None,
    **options: Any,
) -> None:
    """Record groups and permissions that a user or a group gets or loses.

    With `reverse`, users are added to a group or a permission: an entry for each of them.
    """
    event = Event.GROUPS_CHANGED if sender is _groups() else Event.PERMISSIONS_CHANGED
    if action == "pre_clear":
        _record_clear(sender, instance, reverse, event)
    elif (change := M2M_ACTIONS.get(action)) and pk_set:
        others = [str(other) for other in model._default_manager.filter(pk__in=pk_set)]
        if reverse:
            for other in others:
                record(event, other, {change: [str(instance)]})
        else:
            record(event, str(instance), {change: sorted(others)})


def _record_clear(sender: Any, instance: Any, reverse: bool, event: Event) -> None:
    own, other = _fields(sender, instance)
    rows = sender._default_manager.filter(**{own: instance.pk}).select_related(other)
    others = sorted(str(getattr(row, other)) for row in rows)
    if reverse:
        for name in others:
            record(event, name, {"removed": [str(instance)]})
    elif others:
        record(event, str(instance), {"removed": others})


def _fields(through: Any, instance: Any) -> tuple[str, str]:
    """Return the names of the two foreign keys of a `through` model: that of `instance` first."""
    relations = [field for field in through._meta.fields if field.is_relation]
    own, other = sorted(relations, key=lambda key: not isinstance(instance, key.related_model))
    return own.name, other.name


def _groups() -> Any:
    return User.groups.through

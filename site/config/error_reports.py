"""Errors of requests, sent to Sentry or to a service that is compatible with it."""

from typing import Any

import sentry_sdk
from django.conf import settings

from articles import VERSION
from config.database_status import is_temporary
from config.request_log import request_id

# What an event may tell of its request. The URL, headers, cookies and form data are personal data;
# the view's URL pattern is the name of the transaction, and the id leads to the log.
REQUEST_KEYS = ("method",)


def send_errors() -> None:
    """Send the errors of this process from now on: where they were raised, and no values of
    variables."""
    sentry_sdk.init(
        settings.SENTRY_DSN,
        release=VERSION,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=without_personal_data,
    )


def without_personal_data(event: Any, hint: dict[str, Any]) -> Any:
    """Return what is sent of an event; None for the errors of a database that is not available,
    which are one for each request. The line that is logged of them once is sent."""
    error = hint.get("exc_info", (None, None))[1]
    if error and is_temporary(error):
        return None
    event.pop("user", None)
    request = event.get("request", {})
    event["request"] = {key: request[key] for key in REQUEST_KEYS if key in request}
    event.setdefault("tags", {})["request_id"] = request_id.get()
    return event

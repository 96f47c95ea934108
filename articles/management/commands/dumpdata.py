"""Django's `dumpdata` of one state of the database, without derived rows and personal data."""

from typing import Any

from django.core.management.commands import dumpdata

from articles.serializers.loading import DERIVED_MODELS
from articles.transactions import read_snapshot

# Of no use in another database. `loaddata` writes derived rows again. Folders that are synced are
# those of one machine. Drafts, profiles and
# working copies refer to users; the text of drafts is in revisions.
EXCLUDED = (
    *(model._meta.label_lower for model in DERIVED_MODELS),
    "articles.draft",
    "articles.failedsearch",
    "articles.importeddocument",
    "articles.importupload",
    "articles.profile",
    "articles.syncedfile",
    "articles.syncedfolder",
    "articles.trashedarticle",
    "articles.trashedname",
    "articles.workingcopy",
)
# Left out unless a label asks for them: password hashes, and what signs in or tells who did what.
PRIVATE = ("auth.user", "sessions", "admin", "axes", "accounts", "otp_totp", "otp_static")


class Command(dumpdata.Command):
    help = (
        f"{dumpdata.Command.help} Without a label, users with their password hashes, sessions,"
        " second factors, the admin's log, the audit log and failed logins are left out: name"
        " auth.user, sessions, otp_totp, otp_static, admin, accounts or axes to dump them. The"
        " trash is not dumped, with --all neither. A dump is one state of the database, even if"
        " editors save meanwhile."
    )

    def handle(self, *app_labels: str, **options: Any) -> None:
        private = () if app_labels else PRIVATE
        # The base manager of revisions returns those of the trash, too.
        options["use_base_manager"] = False
        options["exclude"] = [*options["exclude"], *EXCLUDED, *private]
        with read_snapshot(options["database"]):
            super().handle(*app_labels, **options)

"""The import in the admin: files are uploaded, a page shows what importing them would do, and the
user confirms that. The import is one operation, which can be undone like any other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, TooManyFilesSent, ValidationError
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from articles.admin.base import BaseAdmin
from articles.admin.import_form import MAX_FILES, ImportForm
from articles.admin.recent_changes import MAX_UNDONE
from articles.admin.save_errors import SAVE_ERRORS
from articles.files import FileError
from articles.http import query_parameter
from articles.importing.formats import UnknownFormat
from articles.importing.registry import FORMATS
from articles.importing.uploads import (
    TooManyDocuments,
    create_upload,
    delete_upload,
    import_upload,
)
from articles.models import Article, ImportUpload
from articles.permissions import can_import

ROWS_PER_SECTION = 10
ROWS_PER_PAGE = 100
IMPORT = "admin:articles_article_import"
UPLOAD = "admin:articles_article_import_upload"
View = Callable[..., HttpResponse]


class Row(NamedTuple):
    """A line of a report: where something is in the source, a message, and the article, if any."""

    path: str
    line: int = 0
    message: str = ""
    slug: str = ""
    url: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a report: its name in the URL, its title, and those of its rows that are shown."""

    name: str
    title: str
    count: int
    rows: list[Row]

    @property
    def is_complete(self) -> bool:
        return len(self.rows) == self.count


def import_urls(model_admin: BaseAdmin) -> list[URLPattern]:
    def url(route: str, name: str, view: View) -> URLPattern:
        wrapped = model_admin.admin_site.admin_view(view)
        return path(route, wrapped, name=f"articles_article_{name}")

    return [
        url("import/", "import", _accepts_files(partial(upload_page, model_admin))),
        url("import/<uuid:pk>/", "import_upload", partial(report_page, model_admin)),
    ]


def _accepts_files(view: View) -> View:
    """Let a view read files, which all others refuse.

    Only of users who may import, before anything else reads the body: the check of the CSRF token
    is done after that.
    """

    @csrf_exempt
    def view_with_files(request: HttpRequest) -> HttpResponse:
        # The page that refuses a request reads what was posted, too: without a file on the disk.
        allowed = can_import(request.user)
        handler = TemporaryFileUploadHandler if allowed else MemoryFileUploadHandler
        request.upload_handlers = [handler(request)]
        _check_permission(request)
        try:
            request.POST  # noqa: B018
        except TooManyFilesSent:
            text = _("Upload up to %(limit)d files at once, or a zip archive.")
            messages.error(request, text % {"limit": MAX_FILES})
            return redirect(IMPORT)
        return csrf_protect(view)(request)

    return require_http_methods(["GET", "HEAD", "POST"])(view_with_files)


def _check_permission(request: HttpRequest) -> None:
    if not can_import(request.user):
        raise PermissionDenied


def upload_page(model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
    """Show the form, or store what was uploaded and show what importing it would do."""
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid() and (upload := _store(request, form)):
            return redirect(UPLOAD, upload.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Import articles"),
        "opts": model_admin.opts,
        "form": form,
        "uploads": ImportUpload.objects.of_user(request.user).defer("content", "report"),
        "max_articles": MAX_UNDONE,
    }
    return TemplateResponse(request, "admin/articles/import/upload.html", context)


def _store(request: HttpRequest, form: ImportForm) -> ImportUpload | None:
    """Return the upload, or add to the form why there is none."""
    try:
        return create_upload(
            form.cleaned_data["documents"], form.options(), request.user, max_articles=MAX_UNDONE
        )
    except Exception as error:
        if not (problem := _problem(error)):
            raise
        form.add_error("documents", problem)
    return None


def _problem(error: Exception) -> str:
    """Return why something can't be imported; an empty string for an error of another kind."""
    match error:
        case TooManyDocuments():
            text = ngettext(
                "This would change %(count)d article.", "This would change %(count)d articles.",
                error.count,
            ) % {"count": error.count}  # fmt: skip
            limit = _(
                "The admin imports up to %(limit)d at once, as many as can be undone."
                " Import more on the server: manage.py import_articles."
            )
            return f"{text} {limit % {'limit': MAX_UNDONE}}"
        case FileError() | UnknownFormat():
            return str(error)
        case ValidationError():
            return " ".join(error.messages)
    return ""


def report_page(model_admin: BaseAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what importing an upload would do, or has done; import it, or discard it."""
    _check_permission(request)
    if request.method == "POST":
        if "discard" in request.POST:
            delete_upload(pk, request.user)
            return redirect(IMPORT)
        return _import(model_admin, request, pk)
    upload = ImportUpload.objects.of_user(request.user).defer("content").filter(pk=pk).first()
    if upload is None:
        return _expired(model_admin, request)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Imported") if upload.operation else _("What the import would do"),
        "opts": model_admin.opts,
        "upload": upload,
        "report": upload.report,
        "format_label": _format_label(upload.report["format"]),
        "change_count": _change_count(upload),
        **_sections(request, upload),
    }
    return TemplateResponse(request, "admin/articles/import/report.html", context)


def _expired(model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
    text = _("This upload has expired, or it was discarded. Upload the files again.")
    model_admin.message_user(request, text, messages.WARNING)
    return redirect(IMPORT)


def _import(model_admin: BaseAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        upload = import_upload(pk, request.user)
    except ImportUpload.DoesNotExist:
        return _expired(model_admin, request)
    except SAVE_ERRORS as error:
        problems = model_admin.error_messages(request, error)
    except Exception as error:
        problems = [_problem(error)]
        if not problems[0]:
            raise
    else:
        count = _change_count(upload)
        text = ngettext(
            "%(count)d article was imported.", "%(count)d articles were imported.", count
        )
        model_admin.message_user(request, text % {"count": count}, messages.SUCCESS)
        return redirect(UPLOAD, pk)
    for problem in problems:
        text = _("Nothing was imported. %(problem)s") % {"problem": problem}
        model_admin.message_user(request, text, messages.ERROR)
    return redirect(UPLOAD, pk)


def _change_count(upload: ImportUpload) -> int:
    documents = upload.report["documents"]
    return int(documents["imported"] + documents["updated"])


def _format_label(name: str) -> str:
    return next((each.label for each in FORMATS if each.name == name), name)


def _sections(request: HttpRequest, upload: ImportUpload) -> dict[str, Any]:
    """Return the sections of a report, each with its first rows, or one section with a page."""
    titles = {
        "skipped": _("Not imported"),
        "problems": _("Changed or not understood"),
        "imported": _("Created") if upload.operation else _("Would be created"),
        "updated": _("Updated") if upload.operation else _("Would be updated"),
        "ambiguous": _("Ambiguous links"),
        "wanted": _("Links to articles that don't exist"),
        "unknown_keys": _("Unknown keys of front matter"),
    }
    requested = query_parameter(request, "section")
    if requested in titles:
        rows = _rows(upload.report, requested)
        page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        section = Section(requested, titles[requested], len(rows), _with_urls(page.object_list))
        return {"sections": [section], "page": page, "requested": requested}
    sections = []
    for name, title in titles.items():
        if rows := _rows(upload.report, name):
            first = _with_urls(rows[:ROWS_PER_SECTION])
            sections.append(Section(name, title, len(rows), first))
    return {"sections": sections, "page": None, "requested": ""}


def _rows(report: dict[str, Any], section: str) -> list[Row]:
    if section in ("imported", "updated"):
        articles = report["articles"]
        return [
            Row(row["path"], slug=row["slug"]) for row in articles if row["outcome"] == section
        ]
    if section == "unknown_keys":
        return [Row(key, message=str(count)) for key, count in report[section].items()]
    return [Row(row["path"], row["line"], row["message"]) for row in report[section]]


def _with_urls(rows: Iterable[Row]) -> list[Row]:
    """Add the URLs of the forms of those articles that exist."""
    rows = list(rows)
    slugs = [row.slug for row in rows if row.slug]
    keys = dict(Article.objects.filter(slug__in=slugs).values_list("slug", "pk")) if slugs else {}
    return [
        row._replace(url=reverse("admin:articles_article_change", args=[keys[row.slug]]))
        if row.slug in keys
        else row
        for row in rows
    ]

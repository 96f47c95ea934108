"""The tables, one model a module; all can be imported from here."""

from articles.models.article import Article
from articles.models.content_version import ContentVersion
from articles.models.draft import Draft
from articles.models.failed_search import FailedSearch
from articles.models.import_upload import ImportUpload
from articles.models.imported_document import ImportedDocument
from articles.models.link import Link
from articles.models.name import Kind, Name
from articles.models.profile import Profile
from articles.models.revision import Revision, RevisionKind
from articles.models.search_document import SearchDocument
from articles.models.synced_file import SyncedFile, SyncedFolder
from articles.models.tag import Tag, TagSynonym
from articles.models.tagging import Tagging
from articles.models.trash import TrashedArticle, TrashedName
from articles.models.visibility import STATUSES, Status
from articles.models.working_copy import WorkingCopy

__all__ = [
    "STATUSES",
    "Article",
    "ContentVersion",
    "Draft",
    "FailedSearch",
    "ImportUpload",
    "ImportedDocument",
    "Kind",
    "Link",
    "Name",
    "Profile",
    "Revision",
    "RevisionKind",
    "SearchDocument",
    "Status",
    "SyncedFile",
    "SyncedFolder",
    "Tag",
    "TagSynonym",
    "Tagging",
    "TrashedArticle",
    "TrashedName",
    "WorkingCopy",
]

"""Clients that are logged in with the permissions of typical users."""

import pytest

from tests import factories
from tests.admin.utils import WRITER, log_in


@pytest.fixture
def editor():
    return log_in(factories.editor("amina"))


@pytest.fixture
def writer():
    return log_in(factories.user("omar", *WRITER))


@pytest.fixture
def viewer():
    return log_in(factories.user("vera", "view_article", "view_tag"))

"""Browser windows with the form of one article, and what the article has to be after each request.

Every word that users type is another one, so that a text is compared by the set of its words.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.utils import timezone

from articles.models import Revision
from articles.text.merge import merge_sets
from tests.admin.utils import ADD_ARTICLE, ARTICLE_LIST, change_url, log_in, resolution, submitted

JSON = {"Accept": "application/json"}
WORDS = re.compile(r"\b(?:amina|omar|desk|base)\d+\b")
LIVE, DRAFT, REVIEW, ARCHIVED = "published", "draft", "review", "archived"
# The status of an article after a button that saves the article itself.
STATUSES = {
    "_submit": REVIEW,
    "_return": DRAFT,
    "_publish": LIVE,
    "_schedule": LIVE,
    "_unpublish": DRAFT,
    "_archive": ARCHIVED,
}


def words(*texts):
    return frozenset(WORDS.findall(" ".join(texts)))


class State(NamedTuple):
    """What users have typed, as a form has it or as it is stored."""

    words: frozenset[str]
    publish_at: datetime | None = None
    expire_at: datetime | None = None


def state_of(form):
    texts = [form.get(name, "") for name in ("body", "summary", "tags")]
    return State(words(*texts), date_of(form, "publish_at"), date_of(form, "expire_at"))


def date_of(form, name):
    value = form.get(name)
    return datetime.fromisoformat(f"{value}+00:00") if value else None


def in_minutes(minutes):
    """Return a date as users enter it."""
    return f"{timezone.now() + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


def is_past(date, *, default=False):
    return date <= timezone.now() if date else default


@dataclass
class Expected:
    """What must be stored: the state of the article itself, and that of its draft, if any.

    No word that was `acknowledged` as saved may be missing, unless a user has `removed` it.
    """

    row: State
    status: str = LIVE
    draft: State | None = None
    draft_publish_at: datetime | None = None
    is_deleted: bool = False
    acknowledged: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    @property
    def newest(self):
        return self.draft or self.row

    @property
    def is_due(self):
        return self.status == LIVE and is_past(self.row.publish_at, default=True)

    @property
    def is_public(self):
        return self.is_due and not self.is_deleted and not is_past(self.row.expire_at)

    def save(self, button, state, publish_change_at):
        """A form with this state was saved by a button."""
        is_draft = button in ("_draft", "_submit", "_return") and self.status == LIVE
        if button == "_schedule" and self.is_due:
            self.draft, self.draft_publish_at = state, publish_change_at
        elif not is_draft:
            self.row, self.draft, self.draft_publish_at = state, None, None
            self.status = STATUSES.get(button, self.status)
        elif (button, state) != ("_draft", self.newest):
            self.draft = state if self.draft or state != self.row else None
            self.draft_publish_at = None

    def publish(self):
        if not self.is_deleted:
            self.status = LIVE

    def unpublish(self):
        if self.status == LIVE and not self.is_deleted:
            self.status, self.draft_publish_at = DRAFT, None

    def add_word(self, word):
        """A tag was added by an action of the list: to the article, and to what is drafted."""
        if not self.is_deleted:
            self.row = self.row._replace(words=self.row.words | {word})
            self.draft = self.draft and self.draft._replace(words=self.draft.words | {word})
            self.acknowledged.add(word)

    def discard_draft(self):
        if self.draft:
            self.removed |= self.draft.words - self.row.words
            self.draft = self.draft_publish_at = None

    def pass_time(self):
        """A draft whose time has come is published, unless its article is hidden or deleted."""
        if is_past(self.draft_publish_at):
            if self.status == LIVE and not self.is_deleted:
                self.row, self.draft = self.draft, None
            self.draft_publish_at = None


class Window:
    """A window of a user's browser, which may show the form of the article.

    The methods for events return whether a request was sent.
    """

    def __init__(self, user, article, expected, order):
        self.user, self.article, self.expected, self.order = user, article, expected, order
        self.url = change_url(article)
        self.client = log_in(user)
        self.form, self.buttons = None, []
        # The words that the user has read in the form, and those in its working copy.
        self.read_words = self.stored_words = frozenset()

    def open(self):
        """Open the form, with what was typed into it before the browser crashed."""
        if self.form or self.expected.is_deleted:
            return False
        if not Session.objects.filter(session_key=self.client.session.session_key).exists():
            self.client = log_in(self.user)
        if self.stored_words:
            return self._restore()
        self.show(self.client.get(self.url))
        return True

    def _restore(self):
        """Open what was typed, which is the text of a new article if its article was deleted."""
        stored, read = self.stored_words, self.read_words
        response = self.client.get(self.url, {"restore": self.form_id})
        if response.context["form_id"]:
            self.show(response)
            self.form_id = self.form["form_id"] = response.context["form_id"]
            self.read_words |= read
            self.stored_words = stored
            assert stored <= state_of(self.form).words
            return True
        restored = submitted(self.client.get(ADD_ARTICLE, {"restore": self.form_id}))
        assert stored <= state_of(restored).words
        self.show(response)
        return True

    def show(self, response):
        """Fill the form with the values of a page."""
        form = response.context["adminform"].form
        empty = dict.fromkeys(form.fields, "")
        values = empty | submitted(response)
        self.form = {name: value for name, value in values.items() if not name.startswith("_")}
        self.buttons = [button.name.value for button in form.buttons]
        self.read_words = state_of(self.form).words
        self._start_form()

    def _start_form(self):
        self.form_id, self.stored_words = self.order.randbytes(8).hex(), frozenset()
        self.form["form_id"] = self.form_id

    def type(self):
        """Write or delete a word of the body, or change another field."""
        if self.form:
            fields = [self._set_summary, self._add_tag, self._set_expiry]
            self.order.choice([self._insert, self._insert, self._insert, self._erase, *fields])()
        return False

    def _insert(self):
        parts = re.split(r"(?<=\s)", self.form["body"])
        parts.insert(self.order.randrange(len(parts) + 1), f"{self._new_word()} ")
        self.form["body"] = "".join(parts)

    def _erase(self):
        if present := sorted(words(self.form["body"])):
            word = self.order.choice(present)
            self.form["body"] = re.sub(rf"\b{word}\b ?", "", self.form["body"])

    def _set_summary(self):
        self.form["summary"] = f"Summary {self._new_word()}"

    def _add_tag(self):
        self.form["tags"] = ", ".join(filter(None, [self.form["tags"], self._new_word()]))

    def _set_expiry(self):
        self.form["expire_at"] = "" if self.form["expire_at"] else in_minutes(5)

    def _new_word(self):
        return f"{self.user.username}{self.order.randrange(10**6)}"

    def store_working_copy(self):
        if not self.form or self.expected.is_deleted:
            return False
        data = self.form | {"article": self.article.pk}
        response = self.client.post(f"{ARTICLE_LIST}working_copy/", data)
        if response.status_code == 200 and "presence" in response.json():
            self.stored_words = state_of(self.form).words
        return True

    def crash(self):
        """Lose everything that the browser has in memory."""
        self.form = None
        return False

    def lose_session(self):
        Session.objects.filter(session_key=self.client.session.session_key).delete()
        return False

    def save_without_response(self):
        """Save the form, but don't learn whether it was saved."""
        return self.save(is_lost=True)

    def schedule(self):
        return "_schedule" in self.buttons and self.save("_schedule")

    def save(self, button="", *, is_lost=False):
        """Press a button, any one by default."""
        if not self.form:
            return False
        button = button or self.order.choice(self.buttons)
        data = self.form | {button: "1", "note": "A note."}
        if button == "_schedule":
            name = "publish_change_at" if self.expected.is_due else "publish_at"
            data[name] = in_minutes(1)
        is_stale = str(data["revision"]) != self._newest_revision()
        response = self._post(data)
        if response.status_code == 200:
            self._expect(button, data, state_of(data).words, keeps_dates=is_stale)
        if is_lost:
            # It may have been saved under its id: what is typed from now on has another one.
            self._start_form()
            return True
        if response.status_code == 200:
            self._show_saved(data, response.json())
        elif response.status_code == 409 and response.json()["is_clean"]:
            self._save_both(button, data, response.json()["newest"])
        elif response.status_code == 409:
            self._choose(data)
        else:
            self._show_refusal(response)
        return True

    def _newest_revision(self):
        numbers = Revision.objects.newest(self.article.pk).values_list("number", flat=True)
        return str(numbers.first())

    def _post(self, data):
        response = self.client.post(self.url, data, headers=JSON)
        if response.status_code != 401:
            return response
        self.client = log_in(self.user)
        return self.client.post(self.url, data, headers=JSON)

    def _expect(self, button, data, saved, *, keeps_dates):
        """The form was saved with the words `saved`. After a conflict, the dates stay."""
        self.expected.removed |= self.read_words - saved
        dates = self.expected.newest if keeps_dates else state_of(data)
        state = dates._replace(words=saved)
        self.expected.save(button, state, date_of(data, "publish_change_at"))

    def _show_saved(self, data, saved):
        if saved["reload"]:
            self._leave()
            return
        values = data | saved["fields"] | {"revision": saved["revision"]}
        self.form = {name: values[name] for name in self.form}
        self.read_words = state_of(self.form).words
        self.expected.acknowledged |= self.read_words
        self._start_form()

    def _leave(self):
        """Leave a form that was saved: the user may open it again."""
        self.expected.acknowledged |= self.expected.newest.words
        self.form, self.stored_words = None, frozenset()

    def _show_refusal(self, response):
        """A button or a date is not possible any more, or the article is in the trash: what was
        typed stays."""
        assert response.status_code == (404 if self.expected.is_deleted else 422)
        self.buttons = ["_draft"]

    def _save_both(self, button, data, newest):
        """Combine the form with what was saved meanwhile: the changes don't overlap."""
        combined = self._combined_words()
        response = self._post(data | {"merge_with": newest})
        if response.status_code != 200:
            self._show_refusal(response)
            return
        self._expect(button, data, combined, keeps_dates=True)
        self._leave()

    def _choose(self, data):
        """Select a side for all changes that overlap, on the page that shows both."""
        choice = self.order.choice(["mine", "theirs", "both"])
        values = resolution(self.client.post(self.url, data), body=choice, summary=choice)
        offered, selected = words_of_sides(values, "both"), words_of_sides(values, choice)
        saved = selected | words(*(values[name] for name in values if name.startswith("part_")))
        assert self._combined_words() <= saved | offered
        response = self.client.post(self.url, values | {"_draft": "1"})
        assert response.status_code == 302
        self.read_words |= offered
        self._expect("_draft", data, saved, keeps_dates=True)
        self._leave()

    def _combined_words(self):
        """Return the words of the three-way merge of the form."""
        base = Revision.objects.get(article=self.article, number=self.form["revision"])
        stored = words(base.body, base.fields["summary"], *base.fields["tags"])
        mine, theirs = state_of(self.form).words, self.expected.newest.words
        return frozenset(merge_sets(stored, mine, theirs))


def words_of_sides(values, choice):
    """Return the words of one side, or of both, in the conflicts that a page shows."""
    sides = ("mine_", "theirs_") if choice == "both" else f"{choice}_"
    return words(*(text for name, text in values.items() if name.startswith(sides)))

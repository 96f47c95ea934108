"""What search means. The same suite decides it on both databases."""

import pytest

from articles.search import search
from tests import factories

pytestmark = pytest.mark.django_db


def titles(question, **narrowed):
    return [hit.article.title for hit in search(question, **narrowed).hits]


# What is written, in which language, what is asked, and whether it is found.
WORDS = r"""
en | The missions ended.            | mission        | yes
en | A mission ended.               | missions       | yes
en | They were cooperating.         | cooperation    | yes
en | They were cooperating.         | COOPERATE      | yes
en | They were cooperating.         | corporation    | no
en | The nation's budget            | nation         | yes
en | The nation’s budget            | nation’s budgets | yes
en | don't                          | don't          | yes
en | cross-border trade             | border         | yes
en | cross-border trade             | cross-border   | yes
en | a border that they cross        | cross-border   | yes
en | cross border trade             | cross-border   | yes
en | written in C++ and C#          | c++            | yes
en | written in C++                 | c#             | no
en | a café in Élan                 | cafe           | yes
en | a cafe                         | café           | yes
en | naïve                    | naïve          | yes
en | Straße                         | STRASSE        | yes
en | STRASSE                        | straße         | yes
en | ＦＵＬＬ ｗｉｄｔｈ               | full width     | yes
en | full width                     | ＦＵＬＬ         | yes
en | the ﬁrst ligature              | first          | yes
en | Łódź and Øresund               | lodz oresund   | yes
en | soft­hyphen               | softhyphen     | yes
en | in 2025                        | ٢٠٢٥           | yes
en | snake_case_name                | case           | yes
en | peacekeeping                   | peacekee       | yes
en | peacekeeping                   | peacekee now   | no
en | peacekeeping                   | keeping        | no
en | one two three                  | three one      | yes
en | one two three                  | four one       | no
fr | les nationalités               | nationalité    | yes
fr | les nationalités               | nationalites   | yes
fr | l'État et l’économie           | etat           | yes
fr | l'État et l’économie           | l'économie     | yes
fr | ils continueront               | continuer      | yes
fr | le cœur                        | coeur          | yes
tr | kitaplar okundu                | kitap          | yes
tr | İSTANBUL'DA                    | istanbul       | yes
tr | Isparta ve ışık                | isik           | yes
tr | evlerimiz                      | evler          | yes
id | mereka berjalan                | jalan          | yes
id | pembangunan negara             | bangun         | yes
id | buku-buku                      | bukunya        | yes
de | die Häuser                     | haus           | yes
de | die Häuser                     | hauser         | yes
es | las naciones                   | nación         | yes
ru | книги мира                     | книга          | yes
el | ΣΟΦΟΣ                          | σοφός          | yes
ar | كَتَبَ الكِتابَ               | كتاب           | yes
ar | والكتاب مفتوح                  | الكتاب         | yes
ar | أحمد وإبراهيم وآدم             | احمد           | yes
ar | احمد                           | أحمد           | yes
ar | مدرسة                          | مدرسه          | yes
ar | على مستشفى                     | مستشفي         | yes
ar | الدفـــاع                      | دفاع           | yes
ar | منظمات دولية                   | منظمة          | yes
ar | سلام                           | حرب            | no
fa | کتاب‌های فارسی                  | كتابهاي        | yes
he | שָׁלוֹם עולם                     | שלום           | yes
ja | 東京都の図書館                  | 図書           | yes
ja | 東京都の図書館                  | 図書館         | yes
ja | 東京都の図書館                  | 京             | yes
ja | 東京都の図書館                  | 書図           | no
ja | 東京都の図書館                  | 東館           | no
ja | ｶﾀｶﾅ                           | カタカナ       | yes
zh | 中华人民共和国                  | 人民           | yes
zh | 中华人民共和国                  | 人民国         | no
ko | 대한민국의 수도                 | 민국           | yes
th | ประเทศไทย                      | ไทย            | yes
hi | हिन्दी भाषा                      | भाषा           | yes
en | the united nations met         | "united nations" | yes
en | nations were united            | "united nations" | no
en | the united nations met         | "united nation"  | no
en | the united nations met         | “united nations” | yes
en | the United\nNations            | "united nations" | yes
en | Straße frei                    | "strasse FREI"   | yes
ja | 東京都の図書館                  | "東京都の図書"  | yes
en | peace and war                  | peace -war     | no
en | peace and wars                 | peace -war     | no
en | peace and trade                | peace -war     | yes
en | the united nations             | nations -"united nations" | no
en | united the nations             | nations -"united nations" | yes
en | pre-war peace                  | pre-war        | yes
"""


def cases():
    for line in WORDS.strip().splitlines():
        language, text, asked, found = (part.strip() for part in line.split("|"))
        text = text.replace("\\n", "\n")
        yield pytest.param(
            language, text, asked, found == "yes", id=f"{language}: {text} ← {asked}"
        )


@pytest.mark.parametrize(("language", "text", "asked", "found"), list(cases()))
def test_words_find_what_is_written(language, text, asked, found):
    factories.article("Subject", language=language, body=text)
    factories.article("Other", body="Nothing of it.")
    assert titles(asked) == (["Subject"] if found else [])

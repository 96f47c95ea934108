"""How good the answers are: questions with the article that should come first, and a figure."""

from dataclasses import dataclass

from articles import editing
from articles.models import Article, Status
from articles.search import search
from articles.text import names

# title | other names | tags | language | text
CORPUS = """
Peacekeeping | Blue helmets; Peace operations | united nations; security | en | Soldiers under the flag of the United Nations watch a cease-fire. Their missions protect civilians. Peacekeepers come from many states.
Peace treaty | | law; diplomacy | en | An agreement that ends a war. It names borders, reparations and prisoners. A cease-fire comes before it.
Cease-fire | Armistice; Truce | law | en | Fighting stops for a while. A peace treaty may follow. Peacekeepers often watch it.
United Nations | UN | united nations; diplomacy | en | The organization of nearly all states. The Security Council and the General Assembly are its organs. It sends peacekeeping missions.
Security Council | | united nations; security | en | Fifteen members, five of them permanent with a veto. It decides on sanctions and on missions.
General Assembly | | united nations | en | All states have one vote each. It approves the budget of the United Nations.
Veto | | law; united nations | en | A vote that stops a decision. Permanent members of the Security Council have it.
Sanctions | Embargo | law; trade | en | Measures against a state: trade is limited, accounts are frozen. The Security Council may decide on sanctions.
Defense budget | Military expenditure; Military spending | defense; economy | en | What a state spends on its armed forces. ## Contribution to alliances\\nMembers of an alliance agree on a share of the budget.
Defense trade | Arms trade | defense; trade | en | Weapons are sold from state to state. Licences limit it. Embargoes stop it.
Military alliance | | defense; diplomacy | en | States promise to defend each other. NATO is one. A defense budget is agreed upon.
NATO | North Atlantic Treaty Organization; Atlantic alliance | defense | en | A military alliance of states of Europe and North America. Its members agreed to spend two percent.
Counter-terrorism cooperation | Fight against terrorism | security; international cooperation | en | States share intelligence about terrorists and freeze what finances them. Police and courts cooperate across borders.
Intelligence sharing | | security; international cooperation | en | Services exchange what they know. Trust is needed, and rules on sources.
Extradition | | law; international cooperation | en | A state hands a suspect over to another. Treaties say for which crimes.
Border control | Frontier control | security | en | Who crosses a border shows papers. Customs look at goods.
Customs union | | trade; economy | en | Members have no tariffs between them and one tariff to the outside.
Free trade area | | trade; economy | en | No tariffs between members; each keeps its own tariffs to the outside.
Tariff | Customs duty | trade; economy | en | A tax on imported goods. Customs collect it at the border.
International law | Law of nations | law | en | Rules between states: treaties and custom. Courts apply it.
International Court of Justice | World Court; ICJ | law; united nations | en | States bring disputes before it in The Hague. Its judgments bind them.
Refugee | | law; humanitarian | en | A person who fled from persecution or war. Camps give shelter. A convention protects refugees.
Humanitarian aid | Relief | humanitarian | en | Food, water and medicine for people in need after war or disaster. Convoys need a cease-fire.
Landmine | | defense; humanitarian | en | It lies under ground for years. A treaty forbids it. Clearing mines takes patience.
Nuclear weapon | Atomic bomb | defense | en | Its chain reaction destroys cities. A treaty limits who may have one. Tests were forbidden.
Cyber security | Information security | security | en | Networks are protected against attacks. Teams share what they learn about attacks.
Maritime piracy | Pirates | security; law | en | Ships are attacked at sea for ransom. Navies escort convoys.
C++ | | programming | en | A language for programs that must be fast. Classes came to C.
C | | programming | en | A language for operating systems, small and old.
Straße | | traffic | de | Eine Straße führt durch Häuser. Verkehr und Straßenbau sind ihr Thema.
Frieden | | politik | de | Nach dem Krieg kommt der Frieden. Verträge sichern ihn.
Café | | culture | fr | Un café est un lieu où l'on boit du café et où l'on lit les journaux. Les nationalités s'y mêlent.
Opération de maintien de la paix | Casques bleus | nations unies | fr | Les soldats des Nations unies surveillent le cessez-le-feu. Leurs missions protègent les civils.
الأمم المتحدة | | دبلوماسية | ar | منظمة تضم معظم دول العالم. مجلس الأمن من أجهزتها، وهي ترسل بعثات لحفظ السلام.
حفظ السلام | قوات السلام | أمن | ar | جنود تحت علم الأمم المتحدة يراقبون وقف إطلاق النار ويحمون المدنيين.
المكتبة | دار الكتب | ثقافة | ar | مكان تُحفظ فيه الكُتب. يقرأ الناس الكتاب في القاعة.
Barış | | siyaset | tr | Savaştan sonra barış gelir. Antlaşmalar barışı korur. Askerler evlerine döner.
Perpustakaan | | budaya | id | Tempat menyimpan buku. Orang membaca dan meminjam buku di perpustakaan.
図書館 | | 文化 | ja | 東京都の図書館では本を読むことができる。
联合国 | | 外交 | zh | 联合国安全理事会有五个常任理事国。总部在纽约。
"""
# What is asked | what should come first
QUESTIONS = """
peacekeeping | Peacekeeping
peacekeepers | Peacekeeping
peace keeping missions | Peacekeeping
blue helmets | Peacekeeping
peace | Peace treaty
treaty | Peace treaty
truce | Cease-fire
ceasefire | Cease-fire
armistice | Cease-fire
un | United Nations
united nations | United Nations
security council veto | Veto
veto | Veto
permanent members | Veto
embargo | Sanctions
sanction | Sanctions
military spending | Defense budget
defense budgets | Defense budget
contribution to alliances | Defense budget
arms trade | Defense trade
weapons | Nuclear weapon
atlantic | NATO
nato | NATO
alliances | Military alliance
terrorism | Counter-terrorism cooperation
terrorists | Counter-terrorism cooperation
"share intelligence" | Counter-terrorism cooperation
tag:"international cooperation" police | Counter-terrorism cooperation
intelligence | Intelligence sharing
extradite | Extradition
customs | Customs union
customs duty | Tariff
tariffs | Tariff
tariff -union | Tariff
world court | International Court of Justice
icj | International Court of Justice
refugees camps | Refugee
relief | Humanitarian aid
mines | Landmine
atomic | Nuclear weapon
pirates | Maritime piracy
cyber attacks | Cyber security
c++ | C++
c | C
STRASSE | Straße
haus | Straße
friedens | Frieden
cafe | Café
nationalité | Café
casques bleus | Opération de maintien de la paix
cessez-le-feu | Opération de maintien de la paix
الامم المتحده | الأمم المتحدة
السلام | حفظ السلام
كتاب | المكتبة
مكتبة | المكتبة
baris | Barış
ev | Barış
meminjam | Perpustakaan
図書 | 図書館
安全 | 联合国
peaceke | Peacekeeping
"""


@dataclass(frozen=True)
class Answer:
    """A question, what should come first, and at which place it came (0: not on the page)."""

    asked: str
    wanted: str
    place: int


def write() -> None:
    for line in CORPUS.strip().splitlines():
        title, aliases, tags, language, text = (part.strip() for part in line.split("|"))
        article = Article(
            title=title,
            slug=editing.free_slug(title),
            aliases=[name.strip() for name in aliases.split(";") if name.strip()],
            language=language,
            body=text.replace("## ", "\n\n## ").replace("\\n", "\n\n"),
            status=Status.PUBLISHED,
        )
        editing.save(article, [tag.strip() for tag in tags.split(";")])


def answers() -> list[Answer]:
    found = []
    for line in QUESTIONS.strip().splitlines():
        asked, wanted = (part.strip() for part in line.rsplit("|", 1))
        keys = [names.fold(hit.article.title) for hit in search(asked).hits]
        place = keys.index(names.fold(wanted)) + 1 if names.fold(wanted) in keys else 0
        found.append(Answer(asked, wanted, place))
    return found


def mean_reciprocal_rank(given: list[Answer]) -> float:
    """One over the place of what should come first, on average: 1 where it always does."""
    return sum(1 / answer.place for answer in given if answer.place) / len(given)

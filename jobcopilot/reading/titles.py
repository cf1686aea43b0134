"""What a job title says: how senior, whether it leads people, and which words name the role."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import Final

SENIORITIES: Final = (
    "intern", "junior", "mid", "senior", "staff", "principal", "lead", "manager", "director", "executive",
)  # fmt: skip
"""The ladder, lowest first. `lead` stands above `principal` because it answers for others' work; `manager` and
above answer for people. A title without a level ("Data Engineer") has none: it is not `mid`."""


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What a title says: a rung of `SENIORITIES` or None, whether it leads people, and its role words, folded."""

    seniority: str | None
    management: bool
    words: frozenset[str]


@lru_cache(maxsize=8192)
def read_title(title: str) -> TitleFacts:
    """Return what a title says; any str will do, only its first 300 characters count."""
    plain = _GENDER.sub(" ", unicodedata.normalize("NFKC", title[:300]).lower().replace("’", "'"))
    plain = _INNER_IN.sub("", plain)
    for pattern, phrase in _PHRASES:
        plain = pattern.sub(phrase, plain)
    seniority, rest = _seniority(plain)
    management = _LEADS_PEOPLE.search(plain) is not None and seniority != "intern"
    return TitleFacts(seniority, management, _role_words(rest))


def role_similarity(a: TitleFacts, b: TitleFacts) -> float:
    """Return how alike two roles are, 0 to 1, whatever their level; symmetric, 1 for the same words.

    Half of it is the weighted share of common words (Jaccard; "engineer" says less than "backend"), half the
    cosine of the fields that the words belong to, so that "backend" and "python engineer" are close.
    """
    if not a.words or not b.words:
        return 0.0
    if a.words == b.words:
        return 1.0
    shared = sum(map(_weight, a.words & b.words))
    every = sum(map(_weight, a.words | b.words))
    return round(0.5 * shared / every + 0.5 * _cosine(_fields(a.words), _fields(b.words)), 4)


# --- seniority --------------------------------------------------------------------------------------------

_GENDER: Final = re.compile(
    r"\((?:all genders?|alle|gn|[a-z]{1,2}(?:\s*[/|,*]\s*[a-z]{1,2}){1,4})\)"
    r"|\b[fmwhd]\s?/\s?[fmwhd](?:\s?/\s?[dxi](?:nb)?)?\b|\ball genders\b"
)
_INNER_IN: Final = re.compile(r"(?<=[a-zäöü]{3})(?:[:*_]|/-?)in(?:nen)?\b")

_PHRASES: Final = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), f" {phrase} ")
    for pattern, phrase in (
        (r"back[ -]end", "backend"),
        (r"front[ -]end", "frontend"),
        (r"full[ -]stack", "fullstack"),
        (r"dev[ -]ops", "devops"),
        (r"site reliability", "sre"),
        (r"machine[ -]learning", "ml"),
        (r"artificial intelligence|a\.i\.", "ai"),
        (r"deep learning", "ml"),
        (r"natural language processing", "nlp"),
        (r"business intelligence", "bi"),
        (r"business development", "bizdev"),
        (r"(?:lead|demand)[ -]gen(?:eration)?", "leadgen"),
        (r"user experience", "ux"),
        (r"user interface", "ui"),
        (r"quality assurance", "qa"),
        (r"human resources|people operations|people ops", "hr"),
        (r"member of (?:the )?technical staff|mts", "software engineer"),
        (r"swe|sde", "software engineer"),
        (r"sdet", "test engineer"),
        (r"software ?entwickl(?:er|erin|ung)", "software engineer"),
        (r"registered nurse|rn|lpn|krankenschwester|(?:kranken|alten)pfleger(?:in)?|pflegefach\w*", "nurse"),
        (r"infirmi(?:er|ère)", "nurse"),
        (r"chief of staff", "chiefofstaff"),
        (r"(?<=assistant )(?:to|of|for) (?:our |the )?(?:\w+ ){0,2}(?:ceo|cto|cfo|coo|director|president|vp)s?", ""),
        (r"stage manager", "stagemanager"),
        (r"head(?= (?:chef|cook|coach|nurse|waiter|gardener))", "lead"),
        (r"vice principal|assistant principal|school principal", "headteacher"),
        (r"customer[ -]success", "customersuccess"),
        (r"supply[ -]chain", "supplychain"),
        (r"real[ -]estate", "realestate"),
        (r"social media", "socialmedia"),
        (r"c\+\+(?!\w)", "cpp"),
        (r"\.net\b|dot ?net", "dotnet"),
        (r"c#", "dotnet"),
        (r"node\.?js", "node"),
    )
)  # fmt: skip

_NO_LEVEL_STAFF: Final = (
    r"staff(?! (?:nurse|accountant|writer|attorney|pharmacist|physician|therapist|assistant|member|auditor|"
    r"counsel|officer|sergeant|psychologist|photographer|reporter))"
)
_ROLE_MANAGER: Final = (
    "product|project|program|programme|account|accounts|community|socialmedia|case|customersuccess|success|category|"
    "content|brand|campaign|partner|partnerships?|event|events|property|office|marketing|release|portfolio|"
    "relationship|relations|territory|supplychain|growth|bid|vendor|risk|compliance|contracts?|proposal|channel|"
    "alliances?|engagement|claims|asset|wealth|delivery|projekt|produkt|technical|solutions?|change|incident|"
    "data|records|campaigns|crm|seo|ecommerce|bizdev|sales|area sales|regional sales|procurement|logistics"
)
_LEVELS: Final = tuple(
    (level, re.compile("|".join(patterns)))
    for level, patterns in {
        "executive": (
            r"\b(?:c[efotipmdr]o|ciso|chief\b(?: \w+){1,3} officer|chief|[se]?vp|vice president|president)\b",
            r"\b(?:(?:co-?)?founder|managing director|geschäftsführer(?:in)?)\b",
        ),
        "director": (
            r"\b(?:director|head of|head(?= \w)|direct(?:eur|rice))\b",
            r"\b(?:abteilungs|bereichs)leit(?:er|erin|ung)\b",
        ),
        "manager": (
            r"(?<!\w)(?:(?<!-)(?:engineering |general |people |team )?manager(?:in)?|supervisor|responsable)\b",
            r"\b(?:team|gruppen|filial|schicht)leit(?:er|erin|ung)\b",
        ),
        "lead": (r"\b(?:team ?lead(?:er)?|tech(?:nical)? ?lead(?:er)?|lead(?:er)?)\b",),
        "principal": (r"\b(?:principal|distinguished|fellow)\b",),
        "staff": (rf"\b{_NO_LEVEL_STAFF}\b",),
        "senior": (r"\b(?:senior|sr\.?|snr|expert|confirmé|expérimenté|berufserfahren\w*)(?!\w)",),
        "mid": (r"\b(?:mid(?:[ -]?level|[ -]?weight)?|intermediate|medior|regular|experienced)\b",),
        "junior": (
            r"\b(?:junior|jr\.?|entry[ -]level|early[ -]career|(?:new |recent )?grad(?:uate)?s?)(?!\w)",
            r"\b(?:associate(?= \w)|trainee|berufseinsteiger(?:in)?|débutante?|beginner)(?!\w)",
        ),
        "intern": (
            r"\b(?:intern(?:ship)?s?|praktikan\w+|praktikum|pflichtpraktikum|werkstuden\w+|working student)\b",
            r"\b(?:stage|stagiaire|alternan(?:ce|te?)|co-?op|apprentice(?:ship)?|ausbildung|azubi)\b",
            r"\b(?:auszubildende\w*|summer analyst|student assistant)\b",
        ),
    }.items()
)
_ROLE_MANAGER_BEFORE: Final = re.compile(rf"\b(?:{_ROLE_MANAGER})[ -]*$")
_GRADE: Final = re.compile(r"(?<=\w )(?:level )?(i{1,3}|iv|v|[1-5])(?=\s*(?:$|[,(|/–—-]))")
_GRADES: Final = {
    "i": "junior", "1": "junior", "ii": "mid", "2": "mid", "iii": "senior", "3": "senior",
    "iv": "staff", "4": "staff", "v": "principal", "5": "principal",
}  # fmt: skip
_RANGE: Final = re.compile(
    r"[\s)(]*(?:/|,|\||&|\bto\b|\bor\b|\band\b|\bbis\b|\bund\b|\boder\b|\bou\b|–|-)[\s()]*"
)
_LEADS_PEOPLE: Final = re.compile(
    r"\b(?:engineering manager|general manager|people manager|team manager|team ?lead(?:er)?|director|head of|"
    r"vp|svp|evp|vice president|president|chief|c[efotipm]o|ciso|supervisor|(?:team|gruppen|abteilungs|bereichs|"
    r"filial|schicht)leit(?:er|erin|ung)|geschäftsführer(?:in)?|direct(?:eur|rice))\b"
    r"|(?<!\w)(?<!-)manager(?=\s*(?:,|\bof\b|–|\s-\s))"
)


def _seniority(plain: str) -> tuple[str | None, str]:
    """Return the rung and the title without the words that named it."""
    marks: list[tuple[int, int, int]] = []
    for level, pattern in _LEVELS:
        for match in pattern.finditer(plain):
            if level == "manager" and _ROLE_MANAGER_BEFORE.search(plain[: match.start()]):
                continue
            if not any(start <= match.start() < end for start, end, _ in marks):
                marks.append((match.start(), match.end(), SENIORITIES.index(level)))
    marks.extend(
        (match.start(), match.end(), SENIORITIES.index(_GRADES[match[1]])) for match in _GRADE.finditer(plain)
    )
    if not marks:
        return None, plain
    marks.sort()
    rest = plain
    for start, end, rung in reversed(marks):
        kept = "engineering" if plain[start:end].startswith("engineering") else ""
        rest = f"{rest[:start]} {kept}{'manager' if rung == 7 and not kept else ''} {rest[end:]}"
    return SENIORITIES[_settle(plain, marks)], rest


def _settle(plain: str, marks: list[tuple[int, int, int]]) -> int:
    """Choose among several rungs: the lower end of a range ("Junior to Mid"), else the higher ("Senior Staff")."""
    if any(rung == 0 for _, _, rung in marks):
        return 0
    # Words side by side name one rung ("Senior Staff"), words with "to" or "/" between them the ends of a range.
    rungs = [marks[0][2]]
    ranged = False
    for before, after in pairwise(marks):
        gap = plain[before[1] : after[0]]
        if not gap.strip(" -"):
            rungs[-1] = max(rungs[-1], after[2])
        else:
            rungs.append(after[2])
            ranged = ranged or _RANGE.fullmatch(gap) is not None
    return min(rungs) if ranged else max(rungs)


# --- role words -------------------------------------------------------------------------------------------

_SEGMENT: Final = re.compile(r"\s[-–—:@]\s|[–—|,;()\[\]]")
_WORD: Final = re.compile(r"[^\W\d_]+[0-9]*")
_STOP_WORDS: Final = (
    "a an and as at auf bei by de den der des die du en et for für from im in into mit of on or our pour remote the "
    "to und une with within von la le les full time part contract contractor permanent temporary fulltime parttime "
    "hybrid onsite vollzeit teilzeit cdi cdd freelance m f d w x h level team based new role job position"
)
_STOP: Final = frozenset(_STOP_WORDS.split())
_FOLDED: Final = {
    word: folded
    for folded, words in {
        "engineer": "engineer engineers engineering developer developers development dev programmer programming "
        "entwickler entwicklerin ingenieur ingenieurin développeur développeuse ingénieur ingénieure coder",
        "analyst": "analyst analysts analytics analysis datenanalyst",
        "scientist": "scientist scientists science",
        "designer": "designer designers design",
        "nurse": "nurse nurses nursing",
        "accountant": "accountant accountants accounting accounts buchhalter buchhalterin buchhaltung comptable "
        "bookkeeper bookkeeping",
        "teacher": "teacher teachers teaching lehrer lehrerin enseignant professeur",
        "recruiter": "recruiter recruiters recruiting recruitment talent sourcer",
        "architect": "architect architects architecture architekt",
        "admin": "admin administrator administrators administration administrative",
        "consultant": "consultant consultants consulting berater beraterin",
        "operations": "operations ops operation",
        "writer": "writer writers writing copywriter",
        "marketing": "marketing marketer marketers",
        "test": "test tester testers testing",
        "driver": "driver drivers driving fahrer kraftfahrer chauffeur",
        "cook": "cook cooks chef koch köchin cuisinier",
        "sales": "sales salesperson seller selling verkäufer verkäuferin vertrieb vendeur",
        "manager": "manager managers management managerin",
        "security": "security cybersecurity infosec appsec",
        "research": "research researcher researchers",
        "data": "data daten données",
        "attorney": "attorney lawyer counsel solicitor rechtsanwalt avocat",
        "electrician": "electrician electricians elektriker elektroniker électricien",
        "infrastructure": "infrastructure infra",
        "ml": "ml mlops",
        "javascript": "javascript js",
        "go": "go golang",
        "support": "support helpdesk",
    }.items()
    for word in words.split()
}


def _fold(word: str) -> str:
    folded = _FOLDED.get(word)
    if folded is not None:
        return folded
    if (
        len(word) > 3
        and word.endswith("s")
        and word not in _FIELDS
        and not word.endswith(("ss", "us", "is", "ics"))
    ):
        return word[:-1]
    return word


def _role_words(rest: str) -> frozenset[str]:
    """Return the folded words of the first segment that names a role, and of later ones what names a field.

    What follows a dash, bar, comma or bracket is mostly a team or a place ("Engineer, Berlin"), but now and then
    the heart of the matter ("Software Engineer (Backend)").
    """
    words: set[str] = set()
    for segment in _SEGMENT.split(rest):
        folded = {_fold(word) for word in _WORD.findall(segment.replace("-", " ")) if word not in _STOP}
        if not words & _FIELDS.keys() and folded & _FIELDS.keys():
            words = folded if words <= _WEAK else words & _FIELDS.keys() | folded
        elif not words:
            words = folded
        else:
            words |= folded & _FIELDS.keys()
    return frozenset(words)


_WEAK: Final = frozenset({
    "engineer", "manager", "analyst", "specialist", "consultant", "assistant", "coordinator", "officer", "associate",
    "expert", "technician", "operations", "architect", "admin", "representative", "operator", "agent", "worker",
    "advisor", "director", "lead", "scientist", "designer", "research", "support",
})  # fmt: skip
"""Words that many fields share, which therefore say little about how alike two roles are."""

_FIELDS: Final[dict[str, dict[str, float]]] = {}
for _field, _words in {
    "software": "software backend frontend fullstack web mobile ios android java python javascript typescript react "
    "angular vue node php ruby rails go rust cpp dotnet scala kotlin swift django embedded firmware api application "
    "engineer:0.4 game:0.7 platform:0.6 devops:0.5 sre:0.5 cloud:0.4 infrastructure:0.4 system:0.4 test:0.5 qa:0.5 "
    "data:0.3 ml:0.4 ai:0.4 security:0.2 architect:0.4 salesforce:0.5 sap:0.4 blockchain database:0.5 product:0.2",
    "operations-tech": "devops sre cloud infrastructure platform:0.6 system:0.5 network kubernetes admin:0.3 linux "
    "reliability database:0.5 support:0.3 it:0.7 helpdesk",
    "data": "data bi analyst:0.4 etl sql database:0.5 scientist:0.5 ml:0.5 ai:0.4 python:0.3 statistician quantitative",
    "ml": "ml ai nlp vision llm scientist:0.5 research:0.4 robotics:0.5 data:0.3 deep",
    "security": "security penetration soc threat forensics privacy:0.5 iam",
    "testing": "test qa quality:0.6 automation:0.4",
    "design": "designer ux ui graphic visual interaction creative illustrator animator artist motion",
    "product": "product owner scrum agile roadmap manager:0.2",
    "project": "project program programme pmo projekt delivery:0.5 manager:0.2",
    "health": "nurse doctor physician medical clinical caregiver therapist pharmacist pharmacy dental dentist surgeon "
    "paramedic midwife patient care health healthcare veterinary radiographer physiotherapist hospital psychologist",
    "finance": "accountant finance financial audit auditor tax controller payroll treasury banker banking investment "
    "actuary actuarial underwriter credit trader billing",
    "sales": "sales account bizdev leadgen retail:0.4 sdr bdr presales customersuccess:0.5 store:0.4 cashier:0.4 "
    "representative:0.4 commercial",
    "marketing": "marketing seo content brand socialmedia communications pr growth advertising campaign writer:0.6 "
    "editor:0.5",
    "people": "hr recruiter people:0.6 payroll:0.3 talent learning:0.3",
    "support": "support customer customersuccess service:0.5 helpdesk call:0.5 reception receptionist:0.5",
    "legal": "attorney legal paralegal compliance contract law notary regulatory",
    "education": "teacher education tutor professor lecturer headteacher school instructor educator kindergarten nanny",
    "hospitality": "cook waiter waitress bartender barista kitchen restaurant hotel hospitality housekeeper catering "
    "server baker sommelier receptionist:0.5",
    "logistics": "driver logistics warehouse supplychain forklift courier delivery:0.5 dispatcher freight shipping "
    "procurement buyer purchasing inventory truck",
    "construction": "construction carpenter plumber roofer mason bricklayer painter civil surveyor site:0.4 scaffolder "
    "electrician:0.5 hvac quantity builder",
    "manufacturing": "manufacturing production machinist cnc welder assembly maintenance:0.6 mechanic toolmaker fitter "
    "industrial process:0.5 mechanical:0.5 quality:0.4 operator:0.4",
    "engineering": "mechanical electrical electronics electrician:0.5 civil:0.5 chemical aerospace automotive hardware "
    "structural robotics:0.5 engineer:0.15 rf embedded:0.4 firmware:0.3 mechatronics",
    "retail": "retail store shop cashier merchandiser merchandising:0.8",
    "property": "realestate property facilities leasing estate",
    "science": "scientist:0.3 research:0.5 laboratory lab chemist biologist biology chemistry physicist microbiology",
    "office": "office assistant:0.5 secretary admin:0.4 clerk receptionist:0.4 executive:0.2",
}.items():
    for _entry in _words.split():
        _word, _, _share = _entry.partition(":")
        _FIELDS.setdefault(_word, {})[_field] = float(_share or 1)


def _weight(word: str) -> float:
    return 0.3 if word in _WEAK else 1.0


def _fields(words: frozenset[str]) -> dict[str, float]:
    """Return how much the words speak of each field; words that all fields share count only when alone."""
    told = [word for word in words if word not in _WEAK and word in _FIELDS] or list(words)
    total: dict[str, float] = {}
    for word in told:
        for field, share in _FIELDS.get(word, {}).items():
            total[field] = total.get(field, 0.0) + share
    return total


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    dot = sum(share * b.get(field, 0.0) for field, share in a.items())
    if not dot:
        return 0.0
    return min(1.0, dot / (sqrt(sum(s * s for s in a.values())) * sqrt(sum(s * s for s in b.values()))))

"""When two postings are the same job, and when they are only so alike that a person should look.

Same (`address_key`, a source's own id): one job. Alike (`are_alike`): marked, never merged unasked. A company has
"Engineer, Payments" beside "Engineer, Search", "Engineer II" beside "Engineer III" and "Senior" beside "Junior",
and those are different roles; so two titles are alike only where every word that names the role, its field or its
level stands in both, whatever the order, the spelling and the words around it ("(m/f/d)", "Remote", a place, a
requisition number).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from jobcopilot.jobs.addresses import address_key
from jobcopilot.reading.places import compatible_places

__all__ = [
    "address_key",
    "are_alike",
    "close_company",
    "close_titles",
    "company_key",
    "company_stem",
    "may_slip",
    "one_slip",
    "place_key",
    "role_words",
    "title_key",
    "title_words",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_APOSTROPHES = re.compile("['’‘`´]")
_NOT_WORD = re.compile(r"[^\w+#]+|_")
_LEGAL_FORMS = _words(
    "inc incorporated corp corporation co company llc llp lp ltd limited plc pty pte pvt gmbh mbh ag kg kgaa ohg ug "
    "ev eg gbr se sa sas sarl sasu srl srls spa snc bv nv vof cv oy oyj ab as asa aps is ks ehf hf sl slu slp "
    "lda ltda sro as doo dd zrt kft nyrt rt sp zoo ou uab sia pjsc jsc ooo oao zao kk yk gk bhd sdn tbk pt"
)
_SPELLED_FORMS = re.compile(
    r"\b(?:l\.\s?l\.\s?c|l\.\s?l\.\s?p|s\.\s?a\.?\s?r\.\s?l|s\.\s?r\.\s?[lo]|s\.\s?p\.\s?a|s\.\s?a\.\s?s|s\.\s?l\.\s?u"
    r"|s\.\s?[al]|b\.\s?v|n\.\s?v|a\.\s?[gsb]|d\.\s?o\.\s?o|z\s?o\.\s?o|e\.\s?v|k\.\s?k)\b\.?|\ba/s\b"
)


@lru_cache(maxsize=16_384)
def company_key(name: str) -> str:
    """Return a company's name without case, accents, punctuation and legal form; never empty for a name."""
    spelled = _SPELLED_FORMS.sub(lambda form: re.sub(r"\W", "", form.group()), _plain(name))
    words = [word for word in _NOT_WORD.split(spelled) if word]
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in _LEGAL_FORMS or (kept[-1] == "and" and len(kept) > 2)):
        kept.pop()
    return " ".join(kept) or " ".join(words) or name.strip().casefold()


@lru_cache(maxsize=16_384)
def company_stem(key: str) -> str:
    """Return the part of a company key under which alike names meet: "The Home Depot USA" and "Home Depot"."""
    words = key.removeprefix("the ").split()
    while len(words) > 1 and words[-1] in _COMPANY_TAIL:
        words.pop()
    return "".join(word for word in words if word != "and") or key


def close_company(stem: str, other: str) -> bool:
    """Return whether two company stems are one name but for a slip of the pen; numbers must be the same."""
    if stem == other:
        return True
    if min(len(stem), len(other)) < 8 or abs(len(stem) - len(other)) > 1 or stem[:2] != other[:2]:
        return False
    return one_slip(stem, other) and _DIGITS.findall(stem) == _DIGITS.findall(other)


def title_key(title: str) -> str:
    """Return a title folded for sorting and comparing: without case, accents and punctuation, `+` and `#` kept."""
    return " ".join(word for word in _NOT_WORD.split(_plain(title)) if word) or title.strip().casefold()


@lru_cache(maxsize=16_384)
def place_key(place: str) -> str:
    """Return a place folded for comparing."""
    return " ".join(word for word in _NOT_WORD.split(_plain(place)) if word)


@lru_cache(maxsize=16_384)
def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title that name the role, its field and its level, in order, each once."""
    spelled = _REQUISITION.sub(" ", _GENDER.sub(" ", _INNER_IN.sub("", _plain(title))))
    for pattern, phrase in _SAME_WORDS:
        spelled = pattern.sub(phrase, spelled)
    words = (_LEVELS.get(word, word) for word in _NOT_WORD.split(spelled))
    kept = tuple(dict.fromkeys(word for word in words if word and word not in _NOISE))
    return kept or (title_key(title),)


def role_words(title: str, place: str) -> tuple[str, ...]:
    """Return the words of a title that name the role, without those that only repeat its place."""
    words, places = title_words(title), place_key(place).split()
    return tuple(word for word in words if word not in places) or words


def may_slip(word: str) -> bool:
    """Return whether a word is long enough for one wrong letter to be a slip and not another word."""
    return len(word) >= 6 and word.isalpha()


def one_slip(one: str, other: str) -> bool:
    """Return whether two words differ by one letter left out, put in, exchanged or swapped with its neighbour."""
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1


def close_titles(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Return whether the words of two titles name one role: the same in any order, but for one slip."""
    mine, theirs = set(words), set(others)
    if mine == theirs or "".join(words) == "".join(others):
        return True
    rest, others_rest = mine - theirs, theirs - mine
    if len(rest) != 1 or len(others_rest) != 1:
        return False
    one, other = rest.pop(), others_rest.pop()
    return may_slip(one) and may_slip(other) and one_slip(one, other)


def are_alike(
    company: str, title: str, place: str, other_company: str, other_title: str, other_place: str
) -> bool:
    """Return whether a person should look whether two postings are one job: what `likeness` finds among many."""
    if not close_company(company_stem(company_key(company)), company_stem(company_key(other_company))):
        return False
    if not close_titles(role_words(title, place), role_words(other_title, other_place)):
        return False
    return place_key(place) == place_key(other_place) or compatible_places(place, other_place) is not False


def _plain(text: str) -> str:
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower()).replace("&", " and ")
    # Twice, because folding one letter can bring forth another that folds (Unicode 3.13, D146).
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return _APOSTROPHES.sub("", bare).replace("&", " and ")


_DIGITS = re.compile(r"\d+")
_COMPANY_TAIL = _words(
    "com io hq group holding holdings international global worldwide technologies technology tech software "
    "usa us uk emea europe germany deutschland france india canada careers jobs recruiting inc"
)
_GENDER = re.compile(
    r"\((?:all genders?|alle|gn|[a-z]{1,2}(?:\s*[/|,*]\s*[a-z]{1,2}){1,4})\)"
    r"|\b[fmwhd]\s?/\s?[fmwhd](?:\s?/\s?[dxi](?:nb)?)?\b|\ball genders\b"
)
_INNER_IN = re.compile(r"(?<=[a-z]{3})(?:[:*_]|/-?)in(?:nen)?\b")
_REQUISITION = re.compile(r"#\s?\d+|\b(?:req|job ?id|ref)[ .:#-]*[a-z]{0,3}-?\d+|\b[a-z]{0,3}-?\d{5,}\b")
_SAME_WORDS = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), phrase)
    for pattern, phrase in (
        (r"back[ -]end", "backend"),
        (r"front[ -]end", "frontend"),
        (r"full[ -]stack", "fullstack"),
        (r"dev[ -]ops", "devops"),
        (r"swe", "software engineer"),
        (r"ml", "machine learning"),
        (r"sre", "site reliability engineer"),
        (r"vp", "vice president"),
        (r"qa", "quality assurance"),
        (r"ux", "user experience"),
        (r"genai", "generative ai"),
        (r"(?:new|recent|university|college)[ -]grad(?:uate)?s?", "graduate"),
        (r"grads?|graduates", "graduate"),
        (r"entry[ -]level", "entrylevel"),
        (r"mid[ -]level", "mid"),
        (r"on[ -]?site|in[ -]office|remote[ -]first|work from home|wfh|home[ -]?office", "remote"),
        (r"full[ -]time|vollzeit|permanent|unbefristet", "remote"),
        (r"c\+\+", "cpp"),
        (r"c#|c sharp", "csharp"),
        (r"\.net|dot ?net", "dotnet"),
        (r"node\.?js", "node"),
    )
)
_LEVELS = {
    "sr": "senior",
    "snr": "senior",
    "jr": "junior",
    "jnr": "junior",
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "eng": "engineer",
    "engr": "engineer",
    "dev": "developer",
    "mgr": "manager",
    "mgmt": "management",
    "dir": "director",
    "internship": "intern",
    "assoc": "associate",
    "asst": "assistant",
    "ops": "operations",
    "admin": "administrator",
}
_NOISE = _words(
    "a an and or of the for in at to with und oder fur et de la le der die das im am "
    "remote hybrid onsite urgent urgently hiring wanted now immediate immediately start job position role opening "
    "opportunity vacancy team level"
)

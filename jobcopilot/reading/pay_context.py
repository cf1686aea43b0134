"""What surrounds a sum: whether it is pay or somebody else's money, and for which place it holds."""

from __future__ import annotations

import re

from jobcopilot.reading.pay_amounts import Sum

# How far back a heading or a sentence speaks about a sum, in characters.
REACH = 120


def _any_of(phrases: str) -> str:
    """Return an alternation of phrases: "_" is a space or hyphen, "*" any end of a word, "[s]" an optional s."""
    joined = "|".join(map(re.escape, sorted(phrases.split(), key=len, reverse=True)))
    return joined.replace("_", "[ -]?").replace(r"\*", r"\w{0,9}").replace(r"\[s\]", "s?")


def _beginnings(phrases: str) -> frozenset[str]:
    """Return what the first words of phrases begin with: three letters, or fewer where a word has fewer."""
    return frozenset(re.split(r"[_*\[]", phrase)[0][:3] for phrase in phrases.split())


_PAY_WORDS = (
    "salar* salaire* compensation comp remuneration rémunération remuneração retribución wage[s] earnings "
    "ote on_target base_pay basic_pay hourly_pay starting_pay annual_pay total_pay gross_pay weekly_pay "
    "monthly_pay pays paying hourly_rate daily_rate day_rate pay_rate hiring_range ctc earn gehalt* "
    "jahresgehalt monatsgehalt mindestgehalt vergütung lohn stundenlohn tagessatz tjm sueldo loon bruto "
    "brutto wynagrodzeni* stawka widełki lön løn lønn mzda plat stipendio retribuzione ral"
)
# Words for pay only before what they introduce.
_PAY_BEFORE = (
    r"base(?= ?:| \$)|pay(?= ?[:–-]| (?:range|band|scale|grade|is|up to|from|of|between|starts)| [$€£])|rate(?= ?:)|"
    r"(?<!relocation )package(?= ?:| of)|(?:salary|pay|comp\w{0,9}) (?:and|&) benefits|"
    r"[年月](?:収|俸|給|薪)|給与|時給|연봉"
)
_PAY = re.compile(rf"(?:{_PAY_BEFORE}|{_any_of(_PAY_WORDS)})(?!\w)", re.IGNORECASE)
_PAY_BEGINNINGS = _beginnings(
    _PAY_WORDS + " base pay rate package compensation 年収 年俸 年薪 月給 月薪 給与 時給 연봉"
)
_PAY_AFTER = re.compile(
    r"[\s,(]{0,3}(?:doe|dependent on experience|depending on experience|ote|base|basic|salary|gross|brutto|bruto|brut|"
    r"ctc|package|per annum|p\.a\.)(?!\w)",
    re.IGNORECASE,
)
# Money that is never pay, wherever in the sentence it is said.
_NOT_PAY_WORDS = (
    "raised raising funding funded funds fundrais* series_a series_b series_c series_d series_e seed "
    "venture invested investor[s] investment[s] valued valuation revenue[s] turnover umsatz arr mrr gmv "
    "aum asset[s] market industry sales quota[s] budget[s] stipend[s] allowance[s] reimburse* tuition "
    "401k 401(k) 401_(k) 403b contribution[s] match matches matching learning education training wellness "
    "well_being perk[s] benefit[s] gym referral[s] relocation per_diem insurance deductible[s] premium[s] "
    "hsa fsa pension donat* charit* grant[s] scholarship[s] customer[s] client[s] user[s] saving[s] "
    "save[s] saved portfolio transaction[s] payment[s] processed processing loan[s] forgiveness fee[s] "
    "fine[s] price* pricing ticket[s] cost[s] costing spend* contract_of contracts_of contract_value[s] "
    "contract_worth contracts_worth deal[s] projects worth budżet* opleidingsbudget weiterbildungsbudget "
    "gutschein zuschuss seguro valorado valorada formation prime sign_on signing home_office equipment "
    "meal[s] lunch commuter transport phone internet award prize gift vacation travel credit[s] advertis* "
    "ad_spend media inventory program"
)
# "Sales Manager", "Machine Learning Engineer": a title is no money.
_ROLE = (
    r"(?! (?:\w{1,14} )?(?:manager|engineer|analyst|specialist|representative|associate|executive|director|lead|agent|"
    r"nurse|coordinator|developer|designer|consultant|architect|scientist|officer|researcher|team|success|support|"
    r"operations))"
)
_NOT_PAY = re.compile(rf"(?<!machine )(?:{_any_of(_NOT_PAY_WORDS)})(?!\w){_ROLE}", re.IGNORECASE)
_NOT_PAY_BEGINNINGS = _beginnings(_NOT_PAY_WORDS)
_WORD = re.compile(r"\w+")
# Parts of a package: not the pay, but often named in the same breath as it.
_PART_BEFORE = re.compile(
    r"(?<!\w)(?:bonus(?:es)?|equity|stock|rsus?|options|commissions?|incentives?|prämie|premia)"
    r"(?:[\s:(–-]|of|up to|worth|is|range|target|from|between|valued at|grant){0,8}\Z",
    re.IGNORECASE,
)
_PARTS = "bonus bonuses equity stock rsu[s] option[s] commission[s] incentive[s]"
_PART_AFTER = re.compile(rf"(?:{_any_of(_PARTS)})(?!\w)", re.IGNORECASE)
_COUNTED = (
    "companies company people employees members students stores hotels downloads steps loc followers "
    "subscribers visitors listings documents records requests events rows sign kunden mitarbeiter* "
    "clientes salariés collaborateurs"
)
_NOUN_AFTER = re.compile(
    r"[ \u00a0)*]{0,3}(?:(?:/|per |a |an |in |of |im |par |for |for the |to |toward |towards )?"
    r"(?!plus|and|with|und|et|y|en|base|salary|salaries|doe|ote|gross|for |to )[\w'’-]{1,20}[ \u00a0]{1,2}){0,3}?"
    rf"(?P<noun>{_any_of(' '.join((_NOT_PAY_WORDS, _PARTS, _COUNTED)))})(?!\w){_ROLE}",
    re.IGNORECASE,
)
# "Company | Role | Place | $140k | https://…": a field of its own between bars.
_FIELD_BEFORE = re.compile(r"\|\s{0,3}\Z")
_FIELD_AFTER = re.compile(r"\s{0,3}(?:\||\n|\Z)")
_SENTENCE_END = re.compile(r"[.!?;•·]\s|\n")
_LABEL = re.compile(r"(?P<label>[^:•*|]{2,60})(?::|\s[-–—])\s{0,3}\Z")
_IN_PLACE = re.compile(
    r"\b(?:[Ii]n|[Ff]or|within|across)\s(?:the\s)?"
    r"(?P<label>[A-Z][\w.'’&/-]{0,24}(?:,?\s(?:and\s|or\s|of\s|the\s)?[A-Z(][\w.'’&/)-]{0,24}){0,5})"
)
_PARENTHESIS = re.compile(r"\s{0,2}\((?P<label>[^()\n]{2,58})\)")
_NO_PLACE = re.compile(
    r"(?<!\w)(?:sal|salar\w{1,3}|pay|compensation|comp|base|ote|range|ranges|rate|bonus|target|total|hourly|annual|annually|"
    r"year|month|week|day|hour|yr|junior|mid|senior|staff|principal|lead|levels?|l\d|ic\d|entry|intern|manager|"
    r"engineer|developer|analyst|scientist|designer|min|max|minimum|maximum|usd|eur|gbp|cad|gross|net|est\.?|doe|b2b|uop|"
    r"contract|employment|gehalt|lohn|salaire|salario|wynagrodzenie|equity|stock|experience|depending|stage|"
    r"step)(?!\w)|\d{3}",
    re.IGNORECASE,
)


def is_pay(
    text: str, money: Sum, since: int, until: int, *, is_field: bool, period_said: bool
) -> bool | None:
    """Say whether a sum is pay: True by a word for pay, False by a word against it, else None.

    `since` and `until` bound what belongs to this sum: the end of the sum before it, the start of the one after. In
    a salary field a range needs more against it than a word somewhere before.
    """
    start, end = money.start, money.end
    since = max(since, start - REACH)
    sentence = _last_end(_SENTENCE_END, text, since, start, since)
    for_pay, against = _last_words(text, since, sentence, start)
    after = _NOUN_AFTER.match(text, end, max(end, min(until, end + 60)))
    if after is not None and not (_PART_AFTER.match(after["noun"]) and money.is_range and for_pay > against):
        return False
    if against > for_pay and not (is_field and money.is_range):
        return False
    if _PART_BEFORE.search(text, max(sentence, start - 48), start):
        return False
    if _FIELD_BEFORE.search(text, max(0, start - 4), start) and _FIELD_AFTER.match(
        text, end, min(len(text), end + 4)
    ):
        return True
    if _PAY_AFTER.match(text, end, min(len(text), end + 40)):
        return True
    if for_pay < 0:
        return None
    # A word for pay carries over a line break, as a heading does, but a lone sum must stand close to it.
    near = money.is_range or period_said or start - for_pay <= 48
    return True if near and not (for_pay < sentence and start - for_pay > 60) else None


def place_of(text: str, start: int, end: int, since: int, until: int) -> str | None:
    """Return the place words that a sum stands under: "NYC: $…", "$… (Denver)", "for candidates in Colorado $…"."""
    since = max(since, start - REACH)
    line = _last_end(_SENTENCE_END, text, since, start, since)
    parenthesis = _PARENTHESIS.match(text, end, min(until, end + 64))
    if parenthesis is not None and (label := _clean(parenthesis["label"])) is not None:
        return label
    found = _LABEL.search(text[line:start])
    if found is not None and (label := _clean(found["label"])) is not None:
        return label
    for match in reversed(list(_IN_PLACE.finditer(text, line, start))):
        if (label := _clean(match["label"])) is not None:
            return label
    behind = re.match(r"\s?(?:in|for)\s", text[end : end + 6])
    if behind is not None and (inside := _IN_PLACE.match(text, end + 1, min(until, end + 64))) is not None:
        return _clean(inside["label"])
    return None


def _last_words(text: str, since: int, sentence: int, until: int) -> tuple[int, int]:
    """Return where the last word for pay ends, and the last word against it in the same sentence; -1 for none.

    Going word by word and trying the long patterns only where a word begins like one of theirs is four times faster
    than searching with them.
    """
    for_pay = against = -1
    for word in _WORD.finditer(text, since, until):
        beginning = word.group()[:3].lower()
        at = word.start()
        if beginning in _PAY_BEGINNINGS or (not beginning.isascii() and beginning[:2] in _PAY_BEGINNINGS):
            found = _PAY.match(text, at, until)
            if found is not None:
                for_pay = found.end()
        if at >= sentence and beginning in _NOT_PAY_BEGINNINGS:
            found = _NOT_PAY.match(text, at, until)
            if found is not None:
                against = found.end()
    return for_pay, against


def _last_end(pattern: re.Pattern[str], text: str, since: int, until: int, default: int) -> int:
    """Return where the last match of a pattern within bounds ends."""
    last = default
    for match in pattern.finditer(text, since, until):
        last = match.end()
    return last


def _clean(label: str) -> str | None:
    """Return place words without what surrounds them, or None where they name a level, a period or pay itself."""
    label = " ".join(label.split()).strip(" -–—,.:*•")
    label = re.sub(r"^(?:(?:for|in|candidates|and|or|the)\s)+|[ -]based(?: roles| candidates)?$", "", label)
    if "(" not in label:
        label = label.strip(")")
    if not label or not any(letter.isupper() for letter in label) or _NO_PLACE.search(label):
        return None
    return label

"""The patterns that find sums of money and the words beside them, made of the tables in `pay_words`.

Every one is run either anchored on a digit or over a window of bounded length, and repeats nothing without a bound,
so that reading stays linear whatever the text.
"""

from __future__ import annotations

import re

from jobcopilot.reading.pay_words import ADVERBS, AFTER_RATE, BEFORE_WORDS, CODES, SIGNS


def _any_of(words: str) -> str:
    """Return an alternation of words, longest first, so that a prefix never wins over the whole."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


_CODE_ALTERNATIVES = "|".join(sorted(CODES))
# Lower-case codes that are words of a language stay out: "100 try", "50 all".
_LOWER_CODES = "usd|eur|gbp|chf|cad|aud|nzd|inr|jpy|sek|nok|dkk|pln|czk|brl|mxn|sgd|zar|huf|ron|rub"
MARK_WORD_BEFORE = re.compile(
    rf"(?<![A-Za-z])(?:(?P<code>{_CODE_ALTERNATIVES}|{_LOWER_CODES}|Eur|Rs\.?|S?Fr\.?|kr\.?|zł|R))[ \u00a0:]{{0,2}}\Z"
)
# A space only behind what is no word and no state: "a $50k salary", "San Diego, CA $50k".
DOLLAR_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:(U\.S\.|US|USD|CAD|CDN|AUD|NZD|SGD|HKD|MXN) ?|(us|CA|C|A|AU|NZ|S|SG|HK|NT|R|MX|Mex|MEX))\Z"
)

_SPACES = "[ \u00a0\u202f\u2009]"
_SCALE = (
    r"(?:[kK]|(?i:tsd\.?|thousand|tys\.?|mille|mil))(?!\w)"
    r"|k(?=€|£|EUR|eur|PLN|USD)"
    r"|(?i:mio\.?|mln\.?|millions?|millionen|mm|mn|m)(?!\w)"
    r"|(?i:bn|billions?|mrd\.?|milliard\w{0,3}|b|trillions?|quadrillions?|t)(?![\w-])"
    r"|(?i:lpa|lakhs?|lacs?|crores?|cr\.?)(?!\w)|L(?!\w)|万|億|만"
)
_AFTER_MARK = (
    rf"[{re.escape(SIGNS)}]|円|元|원|人民币"
    rf"|(?:{_CODE_ALTERNATIVES}|{_LOWER_CODES})(?![A-Za-z])"
    rf"|(?i:{_any_of('euros euro dollars dollar pounds zł zl zloty zlotys złotych złote kr kronor kroner kč yen rmb')}"
    rf"|{_any_of('rupees won francs franken reais rand lei руб')})(?!\w)"
)
# Starts at the first digit, so that the engine skips to digits; the look-behind refuses the middle of a number.
AMOUNT = re.compile(
    r"[0-9](?<![0-9][0-9])(?<![0-9][.,'’][0-9])"
    rf"(?:[0-9]{{0,8}}(?:[.,'’][0-9]{{1,3}}|{_SPACES}[0-9]{{3}}(?![0-9])){{0,5}})(?![0-9])(?:[.,][-–—]{{1,2}})?"
    rf"(?:{_SPACES}?(?P<scale>{_SCALE}))?"
    rf"(?:{_SPACES}?\(?(?P<mark>{_AFTER_MARK}))?"
)

_FILLER = (
    r"brutto|bruto|brutos|bruta|bruts?|brute|gross|netto|neto|nets?|base|basic|cash|total|salary|pay|compensation|"
    r"ote|ctc|b2b|vat|in|of|on|w2|usd|cad|aud|eur|gbp|sgd|inr|incl?\.?|x ?1[2-8]|each|every"
)
_CONNECTOR = (
    r"/|(?<!\w)(?:(?:per|pro|par|por|pr\.?|a|an|al|à|im|je|na|za|the|die|der)(?=\s)|(?:à )?l['’]|p\.)"
)
PERIOD_AFTER = re.compile(
    rf"(?:[ \u00a0,()\[\]+–-]|\s(?=/|per )|(?i:{_FILLER})(?!\w)){{0,16}}?"
    rf"(?:(?P<connector>(?i:{_CONNECTOR}))\s{{0,2}}(?P<noun>(?i:{_any_of(' '.join(AFTER_RATE.values()))}))"
    rf"|(?P<adverb>(?i:{_any_of(' '.join(ADVERBS.values()))})))(?![\w])"
)
PERIOD_BEFORE = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, BEFORE_WORDS), key=len, reverse=True))})(?!\w)"
    "|年収|年俸|年薪|月給|月薪|時給",
    re.IGNORECASE,
)
_SHORT_PERIOD = (
    r"(?:[ \u00a0]?(?:/ ?|(?:per|an?)[ \u00a0])"
    r"(?:hours?|hr|h|days?|d|weeks?|wk|months?|mo|years?|yr|annum|y)(?!\w)\.?)?"
)
JOIN = re.compile(
    rf"{_SHORT_PERIOD}\+?[)\s]{{0,4}}"
    r"(?:(?P<dash>[-‐‑‒–—−~〜～]{1,2}|\.{2,3}|…|to|bis(?: zu)?|à|a|al|tot|t/m|do|até|till?|up to|through|"
    r"(?:,|;|/|-|–|and|to)?\s?(?:a\s)?max(?:imum)?\.?:?(?: of)?)|(?P<and>and|und|et|y|e|en|i|och|og|&))"
    r"\s{0,4}(?:up to )?",
    re.IGNORECASE,
)
BETWEEN = re.compile(
    r"(?:between|zwischen|entre|tussen|między|pomiędzy|mellan|mellem|mellom)\s{1,3}\Z", re.IGNORECASE
)

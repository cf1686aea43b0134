"""What columns are called in English, German and French, in trackers, boards' answers and datasets.

Names are compared folded (`fold_header`): "Company Name", "companyName", "company.name" and "COMPANY_NAME" are one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from jobcopilot.jobs.importers.words import word_set

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=2048)
def fold_header(name: str) -> str:
    """Return a column's name as small words without accents, camel case and punctuation taken apart."""
    spaced = _CAMEL.sub(" ", name[:200].replace("ß", "ss"))
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    return _SEPARATORS.sub(" ", plain).strip()


def _names(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.replace("\n", " ").split("|"))


NAMES: Final[dict[str, tuple[str, ...]]] = {
    "title": _names(
        """job title|position title|role title|jobtitle|job name|position name|posting title|vacancy title|vacancy name
        |job opening name|title|job role|job position|role|position|vacancy|opening|job|text|name|stellenbezeichnung
        |stellentitel|jobtitel|berufsbezeichnung|stelle|titel|bezeichnung|tatigkeit|taetigkeit|intitule du poste
        |titre du poste|nom du poste|intitule|poste|titre|fonction|emploi|offre"""
    ),
    "company": _names(
        """company name|company|employer name|employer|hiring organization name|hiring organization|organization name
        |organisation name|organization|organisation|company display name|companies|business name|firma|firmenname
        |unternehmen|unternehmensname|arbeitgeber|entreprise|nom de l entreprise|nom entreprise|societe|employeur
        |compagnie|organisme|firm|business|comp"""
    ),
    "place": _names(
        """location raw|job location|location full location|full location|location name|location|locations name
        |locations|locations text|place|candidate required location|categories location|job geo|work location
        |office location|office|city|town|where|location city|address postal address address locality
        |location restrictions|job location address address locality|region|country|arbeitsort|einsatzort|dienstort
        |standort|arbeitsplatz|ort|stadt|lieu de travail|lieu du poste|lieu|localisation|localite|ville|emplacement"""
    ),
    "work_mode": _names(
        """work mode|workplace type|work arrangement|workplace|remote type|remote status|remote option|remote policy
        |remote|is remote|remote ok|remote allowed|remote work|location remote|job location type|location type
        |telecommuting|hybrid|is hybrid|location hybrid|on site|onsite|work type|work model|working model
        |arbeitsmodell|arbeitsweise|home office|homeoffice|mode de travail|teletravail"""
    ),
    "description": _names(
        """job description|description html|html description|description|job details|posting text|full description
        |job description html|content html|content|contents|body|description plain|details|job text|jd
        |stellenbeschreibung|jobbeschreibung|beschreibung|aufgabenbeschreibung|description du poste|descriptif
        |annonce|text|summary|excerpt|job excerpt"""
    ),
    "address": _names(
        """job url|url|job link|posting url|job posting url|hosted url|absolute url|careers url|listing url|link
        |job posting link|web address|landing page|refs landing page|external url|apply url|apply link
        |application url|application link|application website|careers apply url|job posting|posting|href|website link
        |source url|shortlink|stellenlink|link zur stelle|link zur anzeige|internetadresse|adresse|lien
        |lien de l offre|lien offre|url de l offre|guid|address|ref"""
    ),
    "source_id": _names(
        """job uid|job id|posting id|uid|uuid|guid|id|external id|requisition id|req id|job reference|reference
        |reference number|ref number|shortcode|job code|stellennummer|kennziffer|referenznummer|referenz|numero
        |reference de l offre"""
    ),
    "pay": _names(
        """salary estimate|salary text|salary range|salary|pay range|pay|compensation range|compensation|remuneration
        |total compensation|base salary|annual salary|yearly salary|hourly rate|hourly pay|day rate|wage|wages|package
        |ctc|compensation compensation tier summary|compensation scrapeable compensation salary summary
        |offered salary|expected salary|gehalt|gehaltsspanne|gehaltsangabe|lohn|vergutung|verdienst|jahresgehalt
        |salaire|fourchette de salaire|salaire annuel|remuneration annuelle"""
    ),
    "posted": _names(
        """date posted|posted date|posted on|posted at|posted|posting date|published at|published on|published
        |publication date|publish date|date published|first published|release date|released date|pub date
        |listed date|listing date|date listed|opened at|created at|created on|date created|creation date|epoch|date
        |datum|first seen|veroffentlicht am|veroffentlicht|veroffentlichungsdatum|einstelldatum|online seit|publie le
        |date de publication|date de parution|publiee le"""
    ),
    "closed": _names(
        "closed at|closed on|date closed|closed date|closed|is closed|expired at|expired on|expired|unpublished at"
    ),
    "open": _names(
        "active|is active|is open|still open|open|is listed|listed|is live|live|availability|job state|status|state"
    ),
    "updated": _names(
        "date updated|updated at|updated on|last updated|updated|last modified|modified at|modified"
    ),
    "deadline": _names(
        """application deadline|deadline|apply by|apply before|closing date|close date|valid through|expiry date
        |expiration date|expires at|expires on|expires|expiry|close at|due date|end date|bewerbungsfrist
        |bewerbungsschluss|frist|einsendeschluss|date limite de candidature|date limite|date de cloture"""
    ),
    "status": _names(
        """application status|job status|status|current stage|application stage|stage|list name|list|pipeline stage
        |state|progress|outcome|phase|bewerbungsstatus|bewerbungsstand|stand|stufe|statut|etat|etape|avancement"""
    ),
    "notes": _names(
        """notes|note|my notes|comments|comment|personal notes|remarks|remark|notizen|notiz|bemerkungen|bemerkung
        |anmerkungen|anmerkung|kommentar|kommentare|remarques|remarque|commentaires|commentaire"""
    ),
    "tags": _names("tags|tag|labels|label|my tags|schlagworte|schlagworter|etiketten|etiquettes|mots cles"),
    "favourite": _names(
        "favourite|favorite|is favourite|is favorite|starred|is starred|star|liked|favorit|favori|favoris"
    ),
    "applied": _names(
        """date applied|applied date|applied on|applied at|application date|date of application|applied
        |application sent|application submitted|submitted at|submitted on|date submitted|bewerbungsdatum
        |beworben am|bewerbung vom|beworben|date de candidature|date candidature|date de postulation|postule le
        |candidature envoyee le"""
    ),
    "rejected": _names(
        """date rejected|rejected date|rejection date|rejected on|rejected at|rejected|absage am|absagedatum
        |date de refus"""
    ),
    "rejection_reason": _names(
        """rejection reason|reason for rejection|rejected reason|rejected because|reason rejected|why rejected
        |absagegrund|grund der absage|motif du refus|motif de refus"""
    ),
}
"""Field to the folded names of its columns, the surest first."""

SECTIONS: Final = frozenset(
    _names(
        """requirements|job requirements|responsibilities|qualifications|job qualifications|lists|additional
        |additional information|benefits|job benefits|perks|skills|required skills|key skills|skills required
        |required technologies|tech stack|technologies|keywords|experience|experience requirements
        |education requirements|minimum qualifications|preferred qualifications|nice to have|anforderungen
        |anforderungsprofil|aufgaben|kenntnisse|profil|competences|missions|profil recherche|avantages"""
    )
)
"""Columns that hold a further part of the posting's text."""

NOT_THE_POSTINGS: Final = frozenset(
    _names(
        """logo|image|avatar|photo|icon|website|profile|resume|slug|rating|size|email|mail|phone|headquarters|founded|revenue
        |competitors|count|recruiter|contact|creator|user|language|candidate|cover|letter|parent|department|api|team"""
    )
)
"""A name with one of these words speaks of something beside the posting, unless it is an exact name above."""

_PAY_WORDS: Final = word_set(
    "salary salaries pay compensation comp wage wages rate remuneration gehalt lohn salaire amount base"
)
_LOW: Final = word_set("min minimum from low lower start von ab mindest minimal de")
_HIGH: Final = word_set("max maximum to high upper end bis hochstens maximal")
_CURRENCY: Final = word_set("currency wahrung waehrung devise monnaie")
_PERIOD: Final = word_set("interval period unit frequency per type timeframe basis zeitraum periode schedule")
_NOT_A_BOUND: Final = word_set(
    "mid median mean average avg type currency interval period years age experience hours"
)
_PAY_JOINED: Final = re.compile(
    r"^(min|max)(salary|pay|comp)|(salary|pay|gehalt)(min|max)$|^(mindest)(gehalt)$"
)


def is_a_figure_of_pay(folded: str) -> bool:
    """Tell whether a column's folded name is that of one figure of the pay, not of the pay as a text."""
    return bool(set(folded.split()) & (_LOW | _HIGH | _NOT_A_BOUND | _CURRENCY | _PERIOD))


def pay_part(folded: str) -> str | None:
    """Return which part of the pay a column's folded name says it holds, None where it says none."""
    words = folded.split()
    known = set(words)
    if "components" in known or "tiers" in known:
        # Ashby lists salary, bonus and equity side by side there.
        return None
    joined = _PAY_JOINED.search(folded.replace(" ", "")) if len(words) <= 2 else None
    if joined:
        return "pay_minimum" if "min" in joined[0] else "pay_maximum"
    about_pay = bool(known & _PAY_WORDS)
    if known & _CURRENCY and len(words) <= 4 and (about_pay or len(words) <= 2):
        return "pay_currency"
    if not about_pay:
        return "pay_period" if folded in ("pay interval", "interval") else None
    if known & _NOT_A_BOUND & {"interval", "period"} or (known & _PERIOD and not known & (_LOW | _HIGH)):
        return "pay_period"
    if known & _NOT_A_BOUND or len(words) > 6:
        return None
    if words[-1] in ("cents", "value", "amount", "orig", "original", "usd", "eur", "gbp") or len(words) <= 5:
        if known & _LOW:
            return "pay_minimum"
        if known & _HIGH:
            return "pay_maximum"
    return None

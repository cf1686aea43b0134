"""The key by which two web addresses are known to lead to the same posting."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"^(?:[\w-]+\.)+[^\W\d_][\w-]+$|^\d{1,3}(?:\.\d{1,3}){3}$|^\[[0-9a-f:.]+\]$")
_APPLY = re.compile(r"/(?:apply(?:/(?:autofillwithresume|applymanually|uselastapplication))?|application)$")
_LOCALE = re.compile(r"^/[a-z]{2}(?:-[a-z]{2,4})?(?=/)")
_SESSION = re.compile(r";jsessionid=[^/]*")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNENCODED = re.compile(r"[a-z0-9/._~-]*")
_SAFE = "/:@!$&'()*+,=~-._"

_TRACKING = _words(
    # What counts clicks or remembers where the reader came from or which language was shown, never which posting.
    "gclid gclsrc dclid wbraid gbraid fbclid msclkid yclid twclid igshid li_fat_id mc_cid mc_eid _ga _gl _hsenc "
    "_hsmi ref ref_ refid refsrc referer referrer src source sourceid jobsource trk trkinfo trackingid lipi "
    "originalsubdomain lever-source lever-source[] lever-origin lever-referer gh_src ashby_src iis iisn mode "
    "mobile needsredirect jan1offset jun1offset in_iframe sid_tracking lang locale language hl campaign "
    "recruiter_source rx_source rx_campaign rx_job rx_medium rx_group rx_viewer rx_ts rx_id rx_p rx_a rx_r_id "
    "jobpipeline bid_source shared_id feedid feed_id p_sid"
)
_LISTS = _words(
    # Last words of pages that show many postings: two roles that share one are not the same role.
    "careers career jobs vacancies openings open-positions open-roles positions opportunities join join-us "
    "joinus work-with-us hiring karriere stellenangebote emplois carrieres recrutement vacatures empleo "
    "index.html index.php search job-search jobsearch results"
)
_COMPANY_PAGES = _words(
    "greenhouse.io boards.greenhouse.io job-boards.greenhouse.io job-boards.eu.greenhouse.io "
    "boards.eu.greenhouse.io jobs.lever.co jobs.eu.lever.co jobs.ashbyhq.com apply.workable.com "
    "jobs.smartrecruiters.com careers.smartrecruiters.com"
)


def address_key(address: str) -> str | None:
    """Return what stays the same however a posting's address is written, or None where it names no one posting.

    Left out: scheme, `www.`, default ports, case, percent-encoding, tracking and language parameters, fragments
    (but those that a page uses as its path, `#/jobs/7`), a closing `/`, `/apply` or `/application`. Postings of
    LinkedIn, Greenhouse, Ashby, Indeed, Glassdoor and SmartRecruiters are known by their number wherever it
    stands. The home page, a list of vacancies or a company's page on a job board gives None. The key of a key is
    the key itself.
    """
    stripped = address.strip()
    return _key(stripped) if stripped and len(stripped) <= 8_000 else None


@lru_cache(maxsize=4_096)
def _key(address: str) -> str | None:
    try:
        parts = urlsplit(address if _SCHEME.match(address) else "https://" + address.removeprefix("//"))
        host = _host(parts)
    except ValueError:
        return None  # an unclosed [, a port that is none, or a name that cannot be encoded
    if parts.scheme.lower() not in ("http", "https") or host is None:
        return None
    query = parts.query.lower()
    parameters = dict(parse_qsl(query, keep_blank_values=True, errors="surrogateescape")) if query else {}
    path = _path(parts.path)
    if known := _by_number(host, path, parameters):
        return known
    kept = sorted((name, value) for name, value in parameters.items() if not _is_tracking(name))
    route = parts.fragment.lower().removeprefix("!").rstrip("/") if _is_route(parts.fragment) else ""
    if _is_search(host, path) or (not kept and not route and _shows_many(host, path)):
        return None
    query = "?" + urlencode(kept, quote_via=quote, errors="surrogateescape") if kept else ""
    return f"{host}{path}{query}" + (f"#{_encoded(route)}" if route else "")


def _host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").lower().rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    while host.startswith("www."):
        host = host.removeprefix("www.")
    if ":" in host:
        host = f"[{host}]"
    if not _HOST.match(host):
        return None
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def _path(raw: str) -> str:
    path = _encoded(_SESSION.sub("", raw.lower()))
    if "//" in path:
        path = re.sub(r"/{2,}", "/", path)
    while True:
        shorter = _APPLY.sub("", path.rstrip("/"))
        if shorter == path:
            return path
        path = shorter


def _encoded(raw: str) -> str:
    if _UNENCODED.fullmatch(raw):
        return raw
    # Bytes that are no UTF-8 are kept as they are, or ing%E8re and ing%E9re would become one.
    plain = unquote(raw, errors="surrogateescape").lower()
    return quote(plain, safe=_SAFE, errors="surrogateescape")


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(("utm_", "utm-", "hsa_", "pk_", "mtm_"))


def _is_route(fragment: str) -> bool:
    return len(fragment) > 2 and fragment.startswith(("/", "!/"))


def _shows_many(host: str, path: str) -> bool:
    segments = [segment for segment in _LOCALE.sub("", path).split("/") if segment]
    if not segments or (segments[-1] in _LISTS and not re.search(r"\d{3}", path)):
        return True
    return host in _COMPANY_PAGES and len(segments) == 1 and not segments[0].isdigit()


def _is_search(host: str, path: str) -> bool:
    """Return whether a page lists what was searched, whatever its parameters say."""
    return (
        _site(host, "linkedin") and re.match(r"/(?:jobs|company|in|search|school)(?:/|$)", path) is not None
    )


def _by_number(host: str, path: str, parameters: dict[str, str]) -> str | None:
    """Return the key of a posting on a board whose numbers are its own wherever they stand, or None."""
    number = None
    site = ""
    if _site(host, "linkedin"):
        in_path = re.search(r"/jobs/view/(?:[^/]*-)?(\d{4,})(?=/|$)", path)
        number = in_path.group(1) if in_path else parameters.get("currentjobid")
        site = "linkedin.com/jobs/view"
    elif host.endswith("greenhouse.io") or "gh_jid" in parameters:
        in_path = re.search(r"/jobs/(\d{4,})$", path)
        number = parameters.get("gh_jid") or (in_path.group(1) if in_path else parameters.get("token"))
        site = "greenhouse.io"
    elif host == "jobs.ashbyhq.com" or "ashby_jid" in parameters:
        in_path = _UUID.search(path)
        uuid = parameters.get("ashby_jid") or (in_path.group() if in_path else "")
        return f"ashbyhq.com/{uuid}" if _UUID.fullmatch(uuid) else None
    elif _site(host, "indeed"):
        number, site = parameters.get("jk") or parameters.get("vjk"), "indeed.com/viewjob"
        return f"{site}/{number}" if number and re.fullmatch(r"[0-9a-f]{12,20}", number) else None
    elif _site(host, "glassdoor"):
        number, site = parameters.get("jl") or parameters.get("joblistingid"), "glassdoor.com/job-listing"
    elif host.endswith("smartrecruiters.com"):
        in_path = re.search(r"/(\d{9,})(?:-[^/]*)?$", path)
        number, site = in_path.group(1) if in_path else None, "smartrecruiters.com"
    elif host.endswith("myworkdayjobs.com"):
        # The same posting is served with and without the reader's language in front.
        return f"{host}{_LOCALE.sub('', path)}" if "/job/" in path else None
    return f"{site}/{number}" if number and re.fullmatch(r"\d{4,}", number) else None


def _site(host: str, name: str) -> bool:
    return (
        name in host and re.search(rf"(?:^|\.){name}\.(?:com|[a-z]{{2}}|com?\.[a-z]{{2}})$", host) is not None
    )

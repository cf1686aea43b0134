"""The words and signs in which pay is written: currencies, periods, scales; tables without any pattern."""

from __future__ import annotations

from typing import Literal

Period = Literal["hour", "day", "week", "two_weeks", "half_month", "month", "year"]

PER_YEAR: dict[Period, int] = {
    "hour": 2080,
    "day": 260,
    "week": 52,
    "two_weeks": 26,
    "half_month": 24,
    "month": 12,
    "year": 1,
}


def _table(pairs: str) -> dict[str, str]:
    """Return the table that "key=value" words write, so that it stays readable at a glance."""
    return dict(pair.split("=") for pair in pairs.split())


# How many units buy roughly the pay that one US dollar is; for bounds and guesses only, never for conversion.
# Set by what is paid, not by the exchange rate: a yearly Indian salary in dollars would pass for a monthly one.
UNITS_PER_DOLLAR: dict[str, float] = {
    code: float(units)
    for code, units in _table(
        "USD=1 EUR=1 GBP=1 CHF=1 CAD=1 AUD=1 NZD=1 SGD=1 AED=3.7 ARS=1000 BGN=1.8 BRL=4 CLP=800 CNY=6 COP=3500 "
        "CZK=20 DKK=7 HKD=8 HUF=300 IDR=10000 ILS=3.6 INR=25 JPY=120 KRW=1200 MXN=12 MYR=3 NOK=10 PHP=40 PLN=4 "
        "RON=4.5 RUB=60 SAR=3.7 SEK=10 THB=30 TRY=25 TWD=30 UAH=35 VND=20000 ZAR=12"
    ).items()
}
CODES = frozenset(UNITS_PER_DOLLAR)
COUNTRY_CURRENCY = _table(
    "AT=EUR BE=EUR CY=EUR DE=EUR EE=EUR ES=EUR FI=EUR FR=EUR GR=EUR "
    "HR=EUR IE=EUR IT=EUR LT=EUR LU=EUR LV=EUR MT=EUR NL=EUR PT=EUR SI=EUR SK=EUR "
    "US=USD USA=USD GB=GBP UK=GBP CA=CAD AU=AUD NZ=NZD CH=CHF LI=CHF IN=INR JP=JPY SE=SEK NO=NOK DK=DKK PL=PLN "
    "CZ=CZK BR=BRL MX=MXN SG=SGD ZA=ZAR HK=HKD TW=TWD CN=CNY KR=KRW IL=ILS AE=AED SA=SAR HU=HUF RO=RON BG=BGN "
    "TR=TRY RU=RUB UA=UAH TH=THB VN=VND PH=PHP ID=IDR MY=MYR AR=ARS CL=CLP CO=COP"
)
DOLLARS = frozenset(["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"])
CROWNS = frozenset(["SEK", "NOK", "DKK"])

# Signs that several currencies share stay signs here; the text or the country settles them later.
SIGN_CURRENCY = _table(
    "$=$ ＄=$ €=EUR £=GBP ￡=GBP ¥=¥ ￥=¥ ₹=INR ₩=KRW ₽=RUB ₺=TRY ₪=ILS ฿=THB ₫=VND ₱=PHP ₴=UAH"
)
SIGNS = "".join(SIGN_CURRENCY)
DOLLAR_PREFIX = _table(
    "us=USD u.s.=USD usd=USD ca=CAD c=CAD cad=CAD cdn=CAD a=AUD au=AUD aud=AUD nz=NZD nzd=NZD s=SGD sg=SGD sgd=SGD "
    "hk=HKD hkd=HKD nt=TWD r=BRL mx=MXN mxn=MXN mex=MXN"
)
WORD_CURRENCY: dict[str, str] = {
    **{code.lower(): code for code in CODES},
    **_table(
        "euro=EUR euros=EUR dollar=$ dollars=$ pound=GBP pounds=GBP kr=kr kr.=kr kronor=kr kroner=kr zł=PLN zl=PLN "
        "zloty=PLN zlotys=PLN złotych=PLN złote=PLN kč=CZK yen=JPY 円=JPY 元=CNY rmb=CNY 人民币=CNY 원=KRW won=KRW "
        "rupees=INR rs=INR rs.=INR fr=CHF fr.=CHF sfr=CHF sfr.=CHF francs=CHF franken=CHF reais=BRL rand=ZAR r=ZAR "
        "lei=RON руб=RUB"
    ),
}


SCALE_VALUE: dict[str, float] = {
    **dict.fromkeys(("k", "tsd", "thousand", "tys", "mil", "mille"), 1e3),
    **dict.fromkeys(("mio", "mln", "million", "millions", "millionen", "mm", "mn", "m"), 1e6),
    **dict.fromkeys(("lpa", "lakh", "lakhs", "lac", "lacs", "l"), 1e5),
    **dict.fromkeys(("crore", "crores", "cr"), 1e7),
    "万": 1e4,
    "만": 1e4,
    "億": 1e8,
}
INDIAN_SCALES = frozenset((1e5, 1e7))

AFTER_RATE: dict[Period, str] = {  # nouns that need "per", "a", "/" … before them
    "hour": "hour hr hrs h stunde std std. heure hora uur godz godz. godzinę godzina time timme timma hodinu hod 時 时",
    "day": "day d tag jour día dia dag dzień md man-day manday den 日 天",
    "week": "week wk w woche semaine semana tydzień uge vecka 週",
    "two_weeks": "fortnight two-weeks 2-weeks",
    "half_month": "quincena",
    "month": "month mo mo. mth m monat mois mes mês maand miesiąc mies mies. m-c mc månad mån måned mnd měsíc měs 月",
    "year": "year yr yr. y annum anno jahr an année année ano año jaar rok år rok. 年",
}
ADVERBS: dict[Period, str] = {  # words that say the period alone
    "hour": "hourly ph p/h stündlich horaire godzinowo 時給",
    "day": "daily pd p/d p.d. täglich tagessatz dziennie diarios diario tjm",
    "week": "weekly pw p/w p.w. wöchentlich hebdomadaire semanal semanales wekelijks tygodniowo",
    "two_weeks": "biweekly bi-weekly fortnightly",
    "half_month": "semimonthly semi-monthly quincenal quincenales",
    "month": "monthly pcm pm p/m p.m. monatlich mtl mtl. mensuel mensuels mensual mensuales mensal mensais "
    "maandelijks miesięcznie mies mies. m-c 月給 月薪",
    "year": "yearly annually annual pa p.a p.a. p/a jährlich annuel annuels annuelle anual anuales anualmente "
    "jaarlijks rocznie lpa 年収 年俸 年薪",
}
RATE_WORDS: dict[str, Period] = {
    word: period for period, words in AFTER_RATE.items() for word in words.split()
}
ADVERB_WORDS: dict[str, Period] = {
    word: period for period, words in ADVERBS.items() for word in words.split()
}
_SAID_BEFORE: dict[Period, str] = {
    "hour": "stundenlohn stundensatz uurloon per_hour",
    "day": "day_rate day-rate tagessatz per_day",
    "month": "monatsgehalt maandsalaris månadslön per_month",
    "year": "jahresgehalt jahresbrutto jaarsalaris årslön per_year per_annum",
}
BEFORE_WORDS: dict[str, Period] = {
    **ADVERB_WORDS,
    **{word.replace("_", " "): period for period, words in _SAID_BEFORE.items() for word in words.split()},
}
for _short in ("pd", "pm", "pw", "ph", "pa", "p.a", "p.m.", "mies", "mies.", "m-c", "lpa"):
    BEFORE_WORDS.pop(_short, None)

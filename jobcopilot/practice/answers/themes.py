"""What words are about: fields of work, matters of experience and life outside work, by their usual words.

A rough thesaurus, so that an answer in words of its own is recognised, and a story from elsewhere too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from jobcopilot.practice.answers.lexicon import stems_of

_COMPUTING: Final[Mapping[str, str]] = {
    "databases": """
        database sql query queries index table row column join postgres postgresql mysql mongodb mongo redis transaction
        schema migration replica shard primary key foreign orm explain vacuum statistics partition snowflake isolation
        deadlock keyset offset paging pagination cursor constraint unique commit rollback range exclusion""",
    "data": """
        pipeline dbt airflow spark warehouse etl load nightly dataset dataframe pandas duplicate backfill parquet kafka
        stream batch lake grain mart staging raw lineage reconcile dashboard report revenue rows csv freshness""",
    "containers": """
        docker container image kubernetes pod cluster helm node layer dockerfile registry sigterm pid entrypoint volume
        deployment replica namespace oom memory limit request kubectl terraform cloud aws azure gcp lambda instance
        region autoscale iam terraform module state infrastructure""",
    "delivery": """
        ci cd build pipeline test suite flaky branch merge commit git rebase push repository release deploy deployment
        rollback canary flag runner artefact cache lock dependency staging hook jenkins actions gitlab github bisect
        seed parallel fixture regression pull""",
    "running programs": """
        memory leak heap garbage collector thread lock deadlock process cpu profiler dump stack trace gc allocation
        reference closure async await promise event loop blocking callback coroutine goroutine channel mutex race pool
        java jvm node python rust javascript typescript borrow pointer exception dictionary list argument mutable
        default function class object variable type compile interpreter""",
    "web": """
        api rest endpoint http request response header status json graphql client server cors cookie session token
        idempotency idempotent retry timeout webhook proxy gateway nginx rate throttle url page browser react component
        render css html dom frontend state hook bundle cache cdn etag stale ttl invalidate ssr hydration""",
    "systems": """
        queue broker worker latency throughput partition replication consistency availability sharding failover load
        balancer cache redis bucket token counter scale scalability microservice monolith service storage blob sync
        conflict version notification push email link shortener hash redirect leader quorum consensus outage quota""",
    "security": """
        password secret credential rotate revoke vault leak breach attacker injection xss csrf encrypt encryption hash
        permission role audit token oauth login certificate tls phishing firewall vulnerability cve scan exposed""",
    "learning machines": """
        model train training feature label recall precision embedding neural gradient loss overfit validation dataset
        inference llm prompt token fine tune ranker ranking recommend recommendation classifier drift baseline epoch
        pytorch tensorflow scikit retrieval hallucination cluster regression tower candidate""",
    "operating": """
        linux server disk log alert monitor incident outage pager ssh process kernel systemd cron dns network packet
        port firewall backup restore metric dashboard prometheus grafana postmortem oncall runbook latency slo""",
    "product": """
        user funnel conversion retention churn metric experiment cohort segment feature onboarding signup activation
        prototype interview survey usability persona roadmap competitor pricing price subscription cancel plan trial
        app button click screen event session export checkout traffic campaign adoption discover hypothesis""",
}
_TRADES: Final[Mapping[str, str]] = {
    "nursing": """
        patient ward nurse doctor drug dose medication hospital shift handover insulin chart bed blood pressure clinic
        therapy physician registrar pharmacist allergy wound care resident surgery stroke glucose pain oxygen pulse
        bedside emergency ambulance diagnosis symptom fluid infusion relatives carer""",
    "kitchens": """
        kitchen chef cook dish menu oven pan recipe food hygiene buffet guest restaurant fish meat sauce mise waiter
        fridge temperature degrees probe tray allergen hot cold plate service dessert bakery bread dough flour loaf
        asparagus onion butter grill pot portion waste""",
    "warehouses": """
        warehouse stock pallet forklift shelf bin pick picker scanner inventory delivery truck lorry driver dock
        dispatch carrier load shipment goods parcel article loading rack freight customs logistics transport route
        depot supplier count aisle""",
    "teaching": """
        pupil student class lesson teacher school child children exam homework grade maths classroom parent trainee
        apprentice vocational university course teach learner curriculum timetable headmaster seminar pedagogy""",
    "selling": """
        deal sale sales customer prospect pipeline quota contract price discount demo buyer procurement competitor
        negotiation lead pitch account renewal close closed crm rep territory commission lost won signed purchase""",
    "finance": """
        invoice accrual ledger auditor audit close month booking cost centre tax vat balance controller budget cash
        payment accounts payable receivable bank materiality threshold journal entry fiscal quarter margin forecast
        reconcile statement profit""",
    "shops": """
        shop store till cashier shelf customer counter retail opening rota staff complaint return refund sell window
        goods display stock assistant""",
    "offices": """
        paperwork appointment calendar phone letter filing clerk excel spreadsheet form application document minutes
        reception assistant travel expenses typing""",
    "craft": """
        workshop machine weld drill saw timber pipe cable wiring engine repair mechanic site construction scaffold
        concrete plumber electrician tolerance lathe factory line assembly production operator plant""",
    "people of a firm": """
        hire hiring candidate onboarding training salary contract works council personnel recruit vacancy absence
        appraisal applicant""",
}
_EXPERIENCE: Final[Mapping[str, str]] = {
    "mistakes": """
        mistake error wrong wrongly fault forgot forgotten broke broken deleted overlooked missed failed failure fail
        slip blame apologise apologised apologize ashamed regret guilty oversight wrongly damage consequence""",
    "conflict": """
        conflict disagree disagreed disagreement argue argued argument quarrel fight tension opposed objected resisted
        angry clash dispute complained compromise mediate offended shouted""",
    "time": """
        deadline late delay delayed overdue urgent overtime weekend schedule postpone promised slipped behind hurry
        rushed milestone due ontime early ahead""",
    "leading": """
        lead led leader manager team delegate coach mentor motivate members report one private feedback performance
        responsibility responsible direct accountability goals warning hr consequence""",
    "persuading": """
        convince convinced persuade persuaded stakeholder buy-in resist proposal propose sceptical skeptical adopt
        adopted agree agreed influence argue evidence offered swap favour escalate department reluctant refuse""",
    "feedback": """
        feedback criticism critical criticised review reviewer told harsh tone listen listened appraisal defensive""",
    "learning": """
        learn learned learnt learning course book tutorial new taught teach practise practised study studied certificate
        training beginner understand knowledge""",
    "improving": """
        improve improved improvement better faster reduce reduced process change changed introduced standard template
        checklist habit automate automated sheet labelled save saved started""",
    "deciding": """
        decide decided decision choose chose option alternative risk bet stop stopped stopping cancel cancelled cost
        budget spent sunk priority prioritise trade argument""",
    "career": """
        career job jobs company position role leave leaving left quit resign contract notice salary apply applied
        employer degree studied graduated promoted years worked working background unemployed gap change grow
        responsibility commute remote month expectation gross""",
    "motives": """
        interested want motivation drawn attracts appeals admire like love reason posting website mission values
        product culture join why curious excited""",
    "availability": """
        shift shifts weekend weekends night nights hours fulltime parttime available notice start flexible overtime
        monday family kids childcare commute roster""",
    "customers": """
        customer client complaint complained angry satisfied support ticket user guest refund expectation service
        request wish asked""",
    "project": """
        project launch launched delivered scope milestone plan planned requirement estimate phase budget owner rollout
        hardest difficult complex migration part""",
}
_ELSEWHERE: Final[Mapping[str, str]] = {
    "sport": """
        match football goal goalkeeper player striker league coach minute half ball season tennis race marathon swim
        swimming swimmer training stadium champion cup score team bike cycling climb ski header corner kick referee
        metres tournament visitors""",
    "cooking at home": """
        recipe onion garlic butter oil paprika simmer boil bake oven cake flour sugar grandmother soup salt pepper
        stew dough sauce spoon vinegar""",
    "gardens": """
        garden rose roses tomato compost plant planted seed soil prune flower flowers bed lawn hedge tree bloom
        watering weeds greenhouse cane""",
    "music and art": """
        accordion guitar piano violin song band concert choir chord melody play played paint painting novel film movie
        actor stage poem museum theatre orchestra novelist rehearsal""",
    "travel": """
        trip holiday vacation beach hotel flight island mountain hike hiking train tour tourist luggage passport
        sightseeing campsite border village castle""",
    "politics and news": """
        government minister election vote party parliament coalition president chancellor council tax inflation central
        bank rate euro analysts opposition law court mayor tram referendum war treaty""",
    "weather and nature": """
        weather rain cloudy sunny wind storm snow forecast degrees temperature river lake forest bird birds whale animal
        animals bear dog cat horse planet star moon ocean""",
    "family": """
        brother sister mother father grandmother grandfather wedding birthday neighbour kids uncle aunt cousin
        rehabilitation marriage daughter son flat moved furniture""",
    "history": """
        century king queen empire emperor roman war battle castle medieval revolution dynasty colony pope monarchy""",
}
WORK: Final = frozenset((*_COMPUTING, *_TRADES, *_EXPERIENCE))
FIELDS: Final = frozenset((*_COMPUTING, *_TRADES))
"""Themes that name a field of work, and not a matter that every field has."""
OUTSIDE: Final = frozenset(_ELSEWHERE)


@cache
def _themes() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Return for each stem its themes, each with how much the stem says for it: 1 where it is its only one."""
    found: dict[str, list[str]] = defaultdict(list)
    for themes in (_COMPUTING, _TRADES, _EXPERIENCE, _ELSEWHERE):
        for theme, words in themes.items():
            for stem in stems_of(words):
                found[stem].append(theme)
    return {stem: tuple((theme, 1 / len(names)) for theme in names) for stem, names in found.items()}


def themes_of(stems: Iterable[str]) -> dict[str, float]:
    """Return what stems are about: theme to weight, of about 1 for each stem that only belongs there."""
    weights: dict[str, float] = defaultdict(float)
    table = _themes()
    for stem in sorted(stems):
        for theme, weight in table.get(stem, ()):
            weights[theme] += weight
    return dict(weights)

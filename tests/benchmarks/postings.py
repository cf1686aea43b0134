"""Made-up postings with full descriptions, the same for the same seed.

Every sentence, list and name below was written for this file. Words follow the spread of real postings: some stand
in nearly every one ("experience", "team"), many in a tenth, and a long tail of names and numbers in one or two.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, islice
from typing import Final

LATEST: Final = date(2026, 11, 20)
"""The day on which the newest posting was put up."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One made-up posting; `skills` are those that its description names."""

    title: str
    company: str
    place: str
    work_mode: str | None
    description: str
    skills: tuple[str, ...]
    source: str
    source_id: str
    address: str
    pay: tuple[float, float, str] | None
    posted_on: date | None
    deadline: date | None


@dataclass(frozen=True, slots=True)
class _Trade:
    name: str
    titles: tuple[str, ...]
    skills: tuple[str, ...]
    things: tuple[str, ...]
    pay: float


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


_TRADES: Final = (
    _Trade(
        "software",
        _words(
            "Software Engineer, Backend Engineer, Full Stack Engineer, Frontend Engineer, Backend Developer, "
            "Software Developer, Mobile Engineer, Staff Engineer, Web Developer, Software Architect"
        ),
        _words(
            "Python, Java, TypeScript, React, PostgreSQL, Go, Node.js, Kubernetes, Docker, GraphQL, REST, C++, C#, "
            "Rust, Kotlin, Swift, Redis, Kafka, MySQL, Vue.js, Django, FastAPI, Spring Boot, Ruby on Rails, Git"
        ),
        _words(
            "services, interfaces, features, releases, code reviews, microservices, queues, web applications, "
            "libraries, mobile apps, endpoints, integrations, test suites"
        ),
        130,
    ),
    _Trade(
        "data",
        _words(
            "Data Engineer, Data Analyst, Analytics Engineer, Data Platform Engineer, BI Developer, Data Architect"
        ),
        _words(
            "SQL, Python, Airflow, dbt, Spark, Snowflake, BigQuery, Tableau, Power BI, Looker, Kafka, Excel, Scala, "
            "Databricks, Redshift, PostgreSQL, R, Hadoop"
        ),
        _words(
            "pipelines, dashboards, warehouses, reports, data models, metrics, tables, batch jobs, streams, "
            "data contracts, forecasts, lineage, quality checks"
        ),
        120,
    ),
    _Trade(
        "learning",
        _words(
            "Machine Learning Engineer, Data Scientist, Research Scientist, Applied Scientist, MLOps Engineer, "
            "Computer Vision Engineer"
        ),
        _words(
            "Python, PyTorch, TensorFlow, SQL, scikit-learn, NLP, Computer Vision, MLflow, Spark, AWS, R, CUDA, "
            "Large Language Models, Pandas, NumPy"
        ),
        _words(
            "models, experiments, features, training runs, evaluations, embeddings, recommendation systems, "
            "ranking, annotation guidelines, papers, prototypes"
        ),
        150,
    ),
    _Trade(
        "platform",
        _words(
            "Site Reliability Engineer, DevOps Engineer, Cloud Engineer, Platform Engineer, Systems Administrator, "
            "Network Engineer, Security Engineer, Information Security Analyst"
        ),
        _words(
            "AWS, Terraform, Kubernetes, Linux, Docker, CI/CD, Ansible, Azure, Prometheus, Grafana, Python, Bash, "
            "Google Cloud, Jenkins, Helm, Active Directory, SIEM"
        ),
        _words(
            "clusters, incidents, deployments, runbooks, alerts, networks, backups, access reviews, capacity plans, "
            "build systems, vulnerabilities, firewalls"
        ),
        135,
    ),
    _Trade(
        "product",
        _words(
            "Product Manager, Technical Program Manager, Project Manager, Product Owner, Business Analyst, "
            "Scrum Master"
        ),
        _words(
            "Jira, Agile, Scrum, Roadmapping, Stakeholder Management, SQL, Figma, Confluence, A/B Testing, "
            "Communication, Excel"
        ),
        _words(
            "roadmaps, requirements, user stories, launches, discovery interviews, milestones, budgets, risks, "
            "backlogs, priorities, business cases"
        ),
        125,
    ),
    _Trade(
        "design",
        _words(
            "Product Designer, UX Designer, UX Researcher, Graphic Designer, Design Lead, Content Designer"
        ),
        _words("Figma, User Research, Prototyping, Adobe Photoshop, Illustrator, Design Systems, HTML, CSS"),
        _words(
            "wireframes, prototypes, interviews, journeys, design systems, illustrations, usability tests, layouts, "
            "style guides, workshops"
        ),
        110,
    ),
    _Trade(
        "sales",
        _words(
            "Account Executive, Sales Development Representative, Customer Success Manager, Sales Manager, "
            "Solutions Engineer, Marketing Manager, Content Strategist, SEO Specialist, Support Specialist"
        ),
        _words(
            "Salesforce, HubSpot, Negotiation, Communication, SEO, Google Analytics, Excel, CRM, Copywriting, "
            "Public Speaking"
        ),
        _words(
            "accounts, leads, campaigns, renewals, proposals, pitches, quotas, newsletters, tickets, onboarding "
            "calls, partnerships, events, territories"
        ),
        85,
    ),
    _Trade(
        "office",
        _words(
            "Accountant, Financial Analyst, HR Generalist, Recruiter, Office Manager, Payroll Specialist, Paralegal, "
            "Executive Assistant, Controller, Compliance Officer"
        ),
        _words(
            "Excel, SAP, QuickBooks, Accounting, Payroll, GAAP, Communication, Recruiting, Compliance, Word"
        ),
        _words(
            "invoices, month-end closings, audits, contracts, payroll runs, budgets, policies, filings, interviews, "
            "reconciliations, forecasts, employee files"
        ),
        75,
    ),
    _Trade(
        "care",
        _words(
            "Registered Nurse, Physiotherapist, Medical Assistant, Care Coordinator, Pharmacist, Social Worker, "
            "Teacher, Lecturer, Early Childhood Educator"
        ),
        _words(
            "Patient Care, CPR, EHR, Triage, Communication, Teaching, Curriculum Design, First Aid, Documentation"
        ),
        _words(
            "patients, care plans, wards, treatments, lessons, families, medication rounds, assessments, records, "
            "handovers, classrooms"
        ),
        68,
    ),
    _Trade(
        "works",
        _words(
            "Mechanical Engineer, Electrical Engineer, Manufacturing Technician, Quality Engineer, Warehouse "
            "Supervisor, Truck Driver, Electrician, Welder, Supply Chain Analyst, Process Engineer"
        ),
        _words(
            "AutoCAD, SolidWorks, Lean, Six Sigma, PLC, MATLAB, Welding, Forklift, ISO 9001, SAP, Excel, Logistics"
        ),
        _words(
            "machines, drawings, assemblies, shipments, inspections, production lines, shifts, maintenance plans, "
            "tolerances, stock levels, test benches, deliveries"
        ),
        72,
    ),
)
_RANKS: Final = ("", "", "", "", "Senior ", "Senior ", "Junior ", "Lead ", "Principal ", "Associate ")
_TAILS: Final = (
    "",
    "",
    "",
    "",
    "",
    ", Platform",
    ", Growth",
    ", Payments",
    " II",
    " (Contract)",
    ", EMEA",
    " - Remote",
)
_PLACES: Final = _words(
    "Berlin;DE, Munich;DE, Hamburg;DE, Paris;FR, Lyon;FR, London;GB, Manchester;GB, Dublin;IE, Amsterdam;NL, "
    "Madrid;ES, Barcelona;ES, Lisbon;PT, Zürich;CH, Vienna;AT, Warsaw;PL, Kraków;PL, Stockholm;SE, Copenhagen;DK, "
    "Oslo;NO, Helsinki;FI, Milan;IT, New York;NY, San Francisco;CA, Seattle;WA, Austin;TX, Boston;MA, Chicago;IL, "
    "Denver;CO, Atlanta;GA, Los Angeles;CA, Portland;OR, Toronto;ON, Montréal;QC, Vancouver;BC, Bengaluru;IN, "
    "Pune;IN, Singapore;SG, Sydney;AU, Melbourne;AU, São Paulo;BR, Mexico City;MX, Tel Aviv;IL"
)
_CURRENCIES: Final = {
    "DE": "EUR",
    "FR": "EUR",
    "NL": "EUR",
    "ES": "EUR",
    "IE": "EUR",
    "GB": "GBP",
    "IN": "INR",
    "CH": "CHF",
}
_VERBS: Final = _words(
    "build, design, own, improve, maintain, plan, review, document, lead, ship, test, automate, support, measure, "
    "simplify, coordinate, deliver, explain, monitor, extend, migrate, organise, prepare, present, shape, debug"
)
_QUALITIES: Final = _words(
    "reliable, clear, fast, simple, secure, scalable, accurate, thoughtful, modern, critical, high-quality, complex, "
    "flexible, consistent, robust, daily, shared, internal, global, regional, technical, strategic, new, growing"
)
_PEOPLE: Final = _words(
    "customers, engineers, designers, product managers, analysts, clients, partners, colleagues, stakeholders, "
    "leaders, researchers, operations, finance, the sales team, users, suppliers, our community, candidates"
)
_AREAS: Final = _words(
    "healthcare, logistics, retail, education, energy, banking, insurance, travel, media, climate, gaming, mobility, "
    "agriculture, construction, security, payments, real estate, telecommunications, public services, hospitality"
)
_AIMS: Final = _words(
    "reduce costs, save time, make better decisions, grow the business, stay compliant, learn faster, serve more "
    "people, reach new markets, lower risk, work without interruption, keep quality high, move with confidence"
)
_SENTENCES: Final = _words(
    # Commas part the list; a semicolon inside a sentence stands for one.
    "As a {title} you will {verb} {quality} {thing} together with {people}."
    ",You will work with {people} to {verb} {thing} and {aim}."
    ",We are looking for someone with {years} years of experience who can {verb} {quality} {thing}."
    ",Our team is small; friendly and cares about {quality} {thing}."
    ",Experience with {skill} and {skill} is required."
    ",You have strong {skill} skills and good communication skills."
    ",Hands-on experience with {skill}; {skill} or a similar tool is a plus."
    ",You {verb} {thing} and {verb} {thing} for our {area} customers."
    ",We help companies in {area} to {aim}."
    ",Knowledge of {skill} is nice to have."
    ",You know how to {verb} {quality} {thing} and how to {verb} them over time."
    ",You take responsibility for {thing} from the first idea to daily use."
    ",Work closely with {people} and {people} across the company."
    ",We offer a competitive salary; flexible hours and a budget for learning."
    ",Our benefits include health insurance; {number} days of paid leave and a pension plan."
    ",You report to the head of {area} and mentor other members of the team."
    ",Bachelor's degree in a related field or equivalent experience."
    ",We value diversity and are an equal opportunity employer."
    ",All qualified applicants will receive consideration without regard to background or identity."
    ",You communicate clearly with {people}; in writing and in person."
    ",In your first {number} months you will {verb} our {thing}."
    ",This role is based in {city} with the option to work from home {number} days a week."
    ",{company} was founded to help people in {area} {aim}."
    ",More than {number} {people} rely on our {quality} {thing} every day."
    ",You are curious; organised and able to {verb} {quality} {thing} under pressure."
    ",Please send your application with the reference {code}."
    ",Ability to {verb} {thing} in a fast-paced environment is important."
    ",You have an eye for detail and want to {aim}."
    ",We use {skill}; {skill} and {skill} every day."
    ",Familiarity with {name} or {name} is welcome."
    ",You will join the {name} project; which helps {people} to {aim}."
    ",Support {people} during the transition to {name}."
    ",Proven track record to {verb} {thing} in {area}."
    ",Excellent problem solving skills and the ability to {verb} {quality} {thing} independently."
    ",You can {verb} {thing} with {skill} and explain the results to {people}."
    ",Travel up to {number} percent may be required."
    ",Our hiring process has {number} steps and takes about {number} days."
    ",You set standards for {quality} {thing} and help {people} to follow them."
    ",Typical subjects are {name}; {name}; {name} and {name}."
    ",A background in {name} or {name} helps; {name} can be learned here."
    ",You bring first contact with {name}; ideally also with {name} and {name}."
    ",Certificates such as {name} {number} are an advantage."
    ",Please mention {name} in the subject of your message."
    ",Our office near {name} Street has room for {number} guests."
    ",The position is limited to {number} months and may be extended."
    ",Weekly exchange with {name}; {name} and the {area} board."
    ",Relocation to {city} is supported by {name} Partners."
    ",Shift work at nights and weekends belongs to this post."
    ",A valid driving licence is expected."
    ",Language lessons; gym membership and fresh fruit await you."
    ",Parents find childcare nearby."
    ",The founders previously started {name} and {name}."
    ",Last year we opened branches in {name} and {name}."
    ",Investors include {name} Ventures and {name} Capital."
    ",We publish our handbook; it covers {name}; {name}; {name}; {name} and {name}."
    ",Typical tools: {skill}; {name}; {name}."
    ",Dogs are allowed at the {city} site."
    ",Applicants need a permit for {name}."
    ",Security clearance may become necessary."
    ",Vacation rises after {number} years of service."
    ",Stock options vest monthly."
    ",The annual retreat took us to {name} and {name}."
    ",Remote colleagues meet quarterly."
    ",Please attach certificates; transcripts and two references."
    ",Interviews happen by video first; then on site."
    ",A trial day is paid."
    ",Dress code: none."
    ",{name} and {name} are among our best known works."
    ",We measure success by {name}; {name} and honest feedback."
    ",Ask {name} for details: extension {code}."
    ",Equipment of your choice; a bicycle lease and a transit pass."
    ",Write {quality} notes about {name}; {name} and {name}."
    ",Legacy parts written in {name} wait to be replaced by {skill}."
    ",Mentoring by {name} {name} during the first weeks."
)
# A trade has its own habits of saying things: half of the sentences are rare in it.
_SENTENCE_WEIGHTS: Final = {
    trade.name: tuple(
        accumulate(
            (0.06 if random.Random(f"{trade.name} {place}").random() < 0.55 else 1.0) / (place + 14)
            for place in range(len(_SENTENCES))
        )
    )
    for trade in _TRADES
}
_HEADS: Final = _words(
    "About the role, About us, What you will do, Your responsibilities, What we offer, Who you are, Requirements"
)
_SOURCES: Final = (
    "import",
    "import",
    "feed:linkedin",
    "feed:greenhouse",
    "feed:lever",
    "feed:ashby",
    "feed:indeed",
    "manual",
)
_SYLLABLES: Final = _words(
    "ba, ce, di, fo, gu, ha, jo, ki, lu, ma, ne, or, pa, qui, ra, so, ta, ul, ve, xi, zo, tri, lan, ber, nor, mis"
)
_FORMS: Final = (
    "Inc",
    "GmbH",
    "Labs",
    "Systems",
    "Group",
    "Health",
    "Ltd",
    "Works",
    "Studio",
    "Logistics",
    "Data",
    "Bank",
)


def postings(count: int, *, seed: int = 1) -> Iterator[Posting]:
    """Make `count` postings of about 3.5 kB each; the first ones are the same however many are made."""
    draw = random.Random(seed)  # repeatable, not secret
    tail = [_name(draw) for _ in range(40_000)]
    tail_weight = list(accumulate(1.0 / (place + 250) for place in range(len(tail))))
    companies = [f"{_name(draw)} {draw.choice(_FORMS)}" for _ in range(6_000)]
    company_weight = list(accumulate(1.0 / (place + 30) for place in range(len(companies))))
    for number in range(count):
        trade = draw.choice(_TRADES)
        place, country = draw.choice(_PLACES).split(";")
        company = draw.choices(companies, cum_weights=company_weight)[0]
        names = iter(draw.choices(tail, cum_weights=tail_weight, k=400))
        title = f"{draw.choice(_RANKS)}{draw.choice(trade.titles)}{draw.choice(_TAILS)}"
        asked = tuple(_few(draw, trade.skills))
        description = _description(draw, trade, title, company, place, asked, names)
        mode = draw.choices(("remote", "hybrid", "onsite", None), (30, 20, 20, 30))[0]
        source = draw.choice(_SOURCES)
        age = min(int(draw.expovariate(1 / 40)), 700)
        yield Posting(
            title=title,
            company=company,
            place=f"Remote ({country})"
            if mode == "remote" and draw.random() < 0.5
            else f"{place}, {country}",
            work_mode=mode,
            description=description,
            skills=tuple(skill for skill in asked if skill in description),
            source=source,
            source_id=f"{number:07d}",
            address=f"https://jobs.example.com/{company.split()[0].lower()}/{number}",
            pay=_pay(draw, trade, _CURRENCIES.get(country, "USD")),
            posted_on=LATEST - timedelta(days=age) if draw.random() < 0.85 else None,
            deadline=LATEST + timedelta(days=draw.randrange(-30, 60)) if draw.random() < 0.2 else None,
        )


def _few(draw: random.Random, skills: tuple[str, ...]) -> list[str]:
    """Three to ten skills, the first ones of a trade's list more often."""
    count = draw.randint(3, min(10, len(skills)))
    weights = list(accumulate(1.0 / (place + 3) for place in range(len(skills))))
    return list(dict.fromkeys(draw.choices(skills, cum_weights=weights, k=count)))


def _pay(draw: random.Random, trade: _Trade, currency: str) -> tuple[float, float, str] | None:
    if draw.random() < 0.55:
        return None
    low = round(trade.pay * draw.uniform(0.6, 1.5)) * 1000.0
    return low, round(low * draw.uniform(1.05, 1.5), -3), currency


def _description(
    draw: random.Random,
    trade: _Trade,
    title: str,
    company: str,
    place: str,
    skills: tuple[str, ...],
    names: Iterator[str],
) -> str:
    choice, chance = draw.choice, draw.random
    length = draw.randint(30, 60)
    lines: list[str] = []
    drawn = draw.choices(_SENTENCES, cum_weights=_SENTENCE_WEIGHTS[trade.name], k=length)
    for position, sentence in enumerate(drawn):
        if position % 7 == 0:
            lines.append(f"\n\n{choice(_HEADS)}\n")
        parts = []
        for piece in sentence.replace(";", ",").split("{"):
            slot, closed, rest = piece.partition("}")
            if not closed:
                parts.append(piece)
                continue
            match slot:
                case "verb":
                    word = choice(_VERBS)
                case "quality":
                    word = choice(_QUALITIES)
                case "thing":
                    word = choice(trade.things if chance() < 0.9 else choice(_TRADES).things)
                case "people":
                    word = choice(_PEOPLE)
                case "skill":
                    word = choice(skills)
                case "area":
                    word = choice(_AREAS)
                case "aim":
                    word = choice(_AIMS)
                case "name":
                    word = next(names)
                case "number":
                    word = str(int(draw.expovariate(0.05)) + 2)
                case "years":
                    word = str(int(chance() * 9) + 1)
                case "code":
                    word = f"{next(names)[:3].upper()}-{int(chance() * 1e6)}"
                case "title":
                    word = title
                case "city":
                    word = place
                case _:
                    word = company
            parts.append(word + rest)
        lines.append("".join(parts))
    lines.append(f"\n\nAlso of interest\n{', '.join(islice(names, draw.randint(40, 90)))}.")
    return " ".join(lines).strip()


def _name(draw: random.Random) -> str:
    return "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))).capitalize()

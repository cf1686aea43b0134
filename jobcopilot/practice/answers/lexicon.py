"""English words by what they are worth in an answer: grammar, hesitation, and what anybody says in any interview."""

from __future__ import annotations

from typing import Final

from jobcopilot.practice.answers.words import stem


def listed(words: str) -> frozenset[str]:
    """Return the words of a list written in one text."""
    return frozenset(words.split())


def stems_of(words: str) -> frozenset[str]:
    """Return the stems of the words of a list written in one text."""
    return frozenset(stem(word) for word in words.split())


FUNCTION: Final = listed("""
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can cannot could d did do does doing don down during each either else ever
    every few for from further had has have having he her here hers him his how i if in into is it its
    itself just ll m me might mine more most must my myself neither no nor not now of off on once only
    or other our ours out over own per re s same shall she should since so some such t than that the
    their theirs them then there these they this those though through to too under until up upon us ve
    very was we were what when where whether which while who whom whose why will with within without
    would yet you your yours yourself didn doesn isn wasn weren wouldn couldn shouldn hadn hasn haven
    won aren dont didnt doesnt isnt wasnt im ive youre theyre thats its whats cant wont
""")
"""Words of grammar: no answer is made of them alone, and none is without them."""
HESITATION: Final = listed("""
    um umm uh uhm erm er eh ah hm hmm mm mhm oh okay ok yeah yep yes well right like literally basically
    actually honestly obviously anyway
""")
GENERIC: Final = stems_of("""
    ability able accept achieve across actual add always approach area around ask aspect attitude bad
    basic become begin believe benefit best better big bit boss bring business busy call came can
    candidate care career case certain challenge change check clear close colleague collaborate come
    comfortable common communicate communication company complete concept consider continue cool correct
    could course create culture current day deal decide decision definitely deliver depend develop
    developer different difficult discuss do easy effective efficient effort employee employer end
    engineer enjoy ensure environment especially etc everybody everyone everything exact example
    excellent excite expect experience fact familiar fast feel field figure find fine finish fix focus
    follow forward full fun general get give glad go goal good gone got great group grow growth guess
    guy handle happen happy hard help helpful high honest hope idea important improve include interest
    interested interview involve issue it job keep kind know knowledge language large last later lead
    leader learn less let level like listen little long look lot love main make manage manager many
    matter maybe mean meet member mention method might mind mistake moment most motivate move much must
    name need never new next nice nobody normal nothing now number often old one open opinion
    opportunity option order organise other part particular passion passionate people perfect
    performance perhaps person personal place plan play player please point position positive possible
    practice prefer pretty previous probable problem process product professional project proper provide
    quality question quick quite rather reach react read ready real really reason relevant requirement
    respect respond response responsible responsibility result right role run same say see seem sense
    set several share short show similar simple situation skill small smart social solution solve
    somebody someone something sometimes sort speak specific stand start state stay step still strategy
    strength strong stuff style success successful suggest suit support sure system take talk task team
    teammate tech technical technology tell thank thing think thought time together tool top topic total
    train true trust try type understand use useful usual value various view want watch way weakness
    well whatever whole wish word work worker workplace world worth wrong year yesterday today tomorrow
    thorough went came saw took made said told thought knew found gave kept felt left meant began
    brought ran put first second obvious essential aware adapt flexible dedicated committed proactive
    reliable organized detail oriented innovative dynamic friendly deadline stress pressure client
    customer user feedback goal objective stakeholder requirement priority meeting market industry
    standard modern complex huge nice maximum minimum overall lots couple bunch pros cons careful
    carefully proud lucky future past present
""")
"""Stems of words that fit every answer, and so say little in this one."""
WORKING: Final = stems_of("""
    team project manager colleague customer client company deadline meeting release ship deploy code
    review plan report boss lead office work job role hire interview business product feature user
    ticket sprint design engineer developer budget stakeholder department shift supplier vendor contract
    sales support process task responsibility career salary notice relocate remote skill experience
    training mentor intern junior senior feedback conflict mistake decision priority goal target
    document presentation email call data system server database test bug incident outage launch roadmap
    metric revenue cost hospital school shop store factory store warehouse university degree position
    employer employee staff promote promotion resign industry startup
""")
"""Stems of working life: a story that has none of them is hardly about work."""
TIMES: Final = stems_of("""
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday morning afternoon evening night noon week weeks weekend month months day days hour
    hours minute minutes second seconds year years spring summer autumn fall winter quarter half early late soon lately
    third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth twentieth thirtieth percent once twice ago
""")
"""Stems of dates, times and shares: they belong to any answer."""
NUMBERS: Final = listed("""
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    million billion half third quarter dozen double twice triple tenfold
""")
"""Numbers as a speech recogniser may write them; "one" is a pronoun more often than not."""

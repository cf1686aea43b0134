"""Phrases by which the parts of an answer show, as patterns over `Words.flow` (no punctuation, no apostrophes)."""

from __future__ import annotations

import re
from typing import Final

from jobcopilot.practice.answers.lexicon import NUMBERS
from jobcopilot.practice.answers.phrases import any_of

_PAST_IRREGULAR: Final = (
    "built|rebuilt|wrote|rewrote|made|found|took|ran|reran|set|put|went|told|spoke|sat|sent|got|led|brought|kept|gave|"
    "chose|cut|drew|taught|held|broke|read|met|did|came|began|drove|split|sold|bought|dug|caught|paid|fought|left|"
    "stood|said|let|hid|rode|grew|hit|shut|bet|spent|threw|flew|swapped|undid|redid|won|saw|stuck|lost|overrode|sought|"
    "laid|swore|rang|forgot|misread|understood"
)
_WISHES: Final = (
    "need|want|believ|like|lov|hop|guess|suppos|enjoy|us|feel|car|mean|happen|interest|excit|motivat"
)
"""Beginnings of verbs in -ed that tell no deed."""
_BETWEEN: Final = (
    "(?:(?:just|then|also|first|quickly|personally|actually|really|only|even|still|never|simply|finally|always|"
    "immediately|usually|probably|definitely|um|uh|like|basically|deliberately|instead|once|later|therefore|so|"
    "and|myself|manually|initially|gradually|eventually|clearly|directly|privately|slowly|publicly) ){0,2}"
)
_PAST: Final = rf"(?:(?!(?:{_WISHES})(?:i?e?d)\b)\w{{2,}}ed|{_PAST_IRREGULAR})"
_NO_DEED: Final = (
    "be|have|say|think|like|love|try|want|need|guess|just|hope|never|not|always|feel|believe|describe|consider|"
    "definitely|probably|really|be|do|know|get|handle|see|imagine|assume|suppose|mind|enjoy|rather|prefer|mean"
)
_NOW: Final = (
    "ask|check|write|start|begin|use|look|measure|test|run|read|build|draw|split|take|put|set|add|open|compare|log|"
    "profile|call|send|show|pick|choose|avoid|bring|count|explain|cut|drop|move|change|turn|wrap|store|cache|index|"
    "watch|pull|push|reproduce|isolate|replace|remove|keep|lock|let|find|break|sketch|plot|query|sort|limit|roll|plan"
)

_PHRASES: Final[dict[str, str]] = {
    "situation": r"""
        (?:at|in|from) (?:my|our) (?:last|previous|former|current|first|old|final|second|third) \w+
        when (?:i|we|my|our|the|a) \w+
        (?:last|this|that) (?:year|month|week|spring|summer|autumn|fall|winter|quarter|january|
          february|march|april|may|june|july|august|september|october|november|december)
        (?:a|one|two|three|four|five|six|seven|eight|nine|ten|few|couple of|\d+) (?:years?|months?|
          weeks?|days?) (?:ago|before|earlier|in|into)
        there (?:was|were|had been) \w+
        (?:we|i) had (?:a|an|this|one|some|just|been|two|three) \w+
        one (?:day|time|morning|evening|night|friday|monday) \w+
        one of (?:my|our|the) \w+
        (?:19|20)\d\d
        back (?:then|when|in|at)
        i (?:was|had been) (?:working|leading|on|in|a|an|the|at)
        (?:our|my|a|the) (?:\w+ ){1,2}(?:was|were|had|kept|wanted|started|asked|complained|told|said)
        (?:while|during|after) (?:i|we|a|the|my|our) \w+
        for (?:example|instance) \w+
        """,
    "task": r"""
        (?:i|we) had to \w+
        my (?:task|job|role|part|goal|responsibility|brief|assignment) (?:was|were)
        i (?:was|got) (?:responsible|asked|supposed|tasked|told|assigned|expected|given|made)
        in charge of
        asked me \w+
        (?:they|he|she|boss|manager|client|customer) (?:asked|wanted|needed|expected|insisted)
        (?:i|we) (?:needed|wanted) (?:to|a|an|it|the|them) \w+
        the (?:goal|aim|target|problem|task|question|challenge|deadline|point|difficulty|trouble|
          choice) (?:was|were|is)
        supposed to \w+
        deadline
        by (?:monday|tuesday|wednesday|thursday|friday|the end of)
        it was (?:up to me|my (?:job|turn|task))
        i (?:decided|realised|realized|noticed|saw) (?:that|to|we|it)
        """,
    "result": r"""
        in the end \w+
        as a result \w+
        the (?:result|outcome|effect) (?:was|is|were)
        ended up \w+
        (?:dropped|fell|rose|grew|climbed|sank|jumped|shrank|cut|reduced|increased|improved|went
          down|went up|got (?:it|them|that)) (?:\w+ ){0,6}(?:down|up|from|to|by|below|under|above|over)
        (?:went|came|got|moved|brought|go|goes|is|was) (?:\w+ ){0,3}(?:down|below|under|from (?:\w+ ){1,5}to)
        (?:is|was|got|became|has been|are|were|been) (?:\w+ ){0,2}(?:better|faster|calmer|shorter|smaller|gone|
          stable|quiet|quicker|cheaper|easier|fixed|solved|normal|done|empty)
        (?:instead of|rather than|used to (?:be|take)) (?:about |around )?(?:<numbers>|\d\w*)
        (?:saved|reduced|halved|doubled|tripled|improved|increased|decreased|lowered|raised|gained|
          won|recovered|shortened|earned|prevented|avoided) (?:us|them|about|around|nearly|almost|
          roughly|over|the|our|it|more|a|an|\w+) \w+
        since then \w+
        (?:ever|and) since \w+
        from then on \w+
        after that (?:we|it|the|they|nobody) \w+
        (?:now|today) (?:we|it|the|they|he|she|everyone|everybody|nobody|all|every|that|most) \w+
        (?:it|that|which|this) (?:worked|helped|paid off|held|solved|fixed|stopped|took|cost|saved|
          went|meant|landed|shipped|passed)
        (?:we|i|they) (?:shipped|launched|delivered|released|finished|made it|signed|hit|closed|won|
          lost|missed|passed|recovered)
        went (?:live|out|well|fine|badly|through|home)
        on time
        turned out \w+
        (?:never|not) (?:happened|came|come|had|happen|seen|saw) \w+
        no (?:longer|more|further|one has) \w+
        (?:is|are|was|were|they|she|he|it) still (?:\w+ ){0,2}(?:use|used|using|runs?|running|there|
          works?|working|in|today|open|with)
        still (?:use|uses|runs?)
        (?:learned|learnt|taught me|lesson) \w+
        (?:\w+) (?:days|weeks|hours|months|minutes) (?:late|later|early|earlier|faster|sooner|
          a week|a month|ahead)
        percent
        (?:they|he|she|customer|client|team|people|everyone) (?:\w+ )?(?:renewed|stayed|agreed|
          accepted|signed|apologi[sz]ed|thanked|adopted|approved|came back|dropped|stopped)
        zero \w+
        (?:promoted|merged|renewed|approved|adopted|rolled out|went live|back on track)
        down (?:from|to|by) \w+
        up (?:from|by) \w+
        """,
    "clarify": r"""
        (?:it |that )?depends (?:on|how|what|whether|if) \w+
        (?:how|so) (?:many|much|often|big|large|long|fast|old|fresh|strict|late) \w+
        (?:ask|asking|asked|clarify|clarifying|find out|confirm|want to know|need to know|check|
          checking|see|seeing|know) (?:\w+ )?(?:what|which|who|whom|whether|why|if|how|when|where)
        assum(?:e|ing|ption|ptions) \w+
        requirements? (?:are|is|first|like|such)
        constraints?
        let s say \w+
        suppose \w+
        before (?:i|we|anything|doing|touching|changing|building|writing|i d) \w+
        make sure (?:i|we) (?:understand|know)
        clarify \w+
        first (?:\w+ ){0,2}(?:question|thing|check|look|ask|find|measure|reproduce|understand)
        is it (?:a|an|the|really|one|for) \w+
        (?:what|who|which|where) (?:is|are|does|do|happens|breaks|matters|the) \w+
        who (?:uses|reads|needs|pays)
        """,
    "approach": r"""
        i (?:would|d|ll|will|could|can) <between>(?!(?:<no_deed>)\b)\w+
        i <between>(?:<now>)
        (?:first|then|next|after that|finally|second|secondly|third) (?:i|we|you|the|a|an|it|comes?) \w+
        start(?:ing)? (?:with|by|from|at) \w+
        step (?:one|two|three|\d)
        the way i \w+
        (?:i|we) <between><past>
        (?:we|you) (?:would|d|can|could|need|have to) \w+
        going (?:to|for|with) \w+
        """,
    "tradeoff": r"""
        (?:but|however|although|though|unless|except|whereas|otherwise) (?:\w+ )\w+
        instead of \w+
        rather than \w+
        trade ?offs?
        trad(?:e|ing) \w+
        (?:downside|drawback|disadvantage|catch|price)
        costs? (?:\w+)
        expensive
        on the other hand
        at the (?:expense|cost|price)
        versus
        vs
        compared (?:to|with)
        (?:slower|cheaper|simpler|harder|safer|heavier|worse|riskier|dearer)
        only (?:if|when|where|because)
        not worth
        worth (?:it|the)
        giv(?:e|es|ing) up \w+
        risk \w+
        overkill
        better than \w+
        would not \w+
        wouldn t \w+
        in exchange
        accept(?:ed)? \w+
        """,
    "verify": r"""
        (?:test|tests|tested|testing) \w+
        measur\w+
        verif\w+
        monitor\w*
        benchmark\w*
        compar(?:e|ed|ing) \w+
        metrics?
        alert\w*
        dashboards?
        (?:double )?check(?:s|ed|ing)? (?:that|if|whether|the|with|again|it|for|every)
        to see (?:if|whether|how|that|what|which)
        see (?:if|whether)
        log(?:s|ged|ging)?
        prove[sdn]?
        proof
        confirm\w*
        watch(?:ed|ing)? \w+
        trac(?:e|es|ed|ing)
        profil(?:e|ed|er|ing)
        baseline
        before and after
        reproduc\w+
        canary
        roll(?:ed)? ?back
        a b test\w*
        experiment\w*
        explain anal\w+
        percentile
        p ?9\d
        p50
        p95
        p99
        sample[sd]?
        (?:count|counted|counting) \w+
        (?:know|tell) (?:it|that it|that|if|whether|because) \w+
        reconcil\w+
        survey\w*
        interview(?:ed|ing) \w+
        success (?:is|means|would)
        retention
        conversion
        """,
    "reason": r"""
        because \w+
        so that \w+
        that way \w+
        the reason \w+
        due to \w+
        in order to \w+
        which (?:means|meant|is why|lets|keeps|makes|made)
        that (?:means|meant|s why|is why)
        to avoid \w+
        to (?:prevent|keep|save|stop|protect|reduce|make sure) \w+
        otherwise \w+
        in case \w+
        (?:since|as) (?:it|the|we|i|they|that|this|there) \w+
        if (?:you|we|it|the|a|they|i|one|two|that|something) (?:\w+ ){1,8}(?:then|you|it|we|they|i)
        so (?:i|we|it|the|that|they|you|nobody|each|every) \w+
        """,
    "decision": r"""
        (?:i|we) (?:decided|chose|picked|went with|went for|settled on|dropped|rejected|refused|
          recommended|proposed|suggested|pushed|argued|insisted|opted|preferred|agreed|stopped)
        i (?:would|d) (?:choose|pick|go with|go for|drop|cut|start with|prefer|not|keep|reject|
          leave|avoid|refuse)
        my (?:choice|decision|proposal|suggestion|recommendation|call|idea|guess|hypothesis)
        i said no
        """,
    "vague": r"""
        (?:best|good|bad|common) practices?
        some (?:other|kind of|sort of) (?:way|thing|\w+)
        (?:don t|dont|can t) remember (?:the|why|how|what|exactly)
        team player
        hard ?work(?:er|ing)?
        passion\w*
        (?:very|really|so|super|most) (?:important|good|nice|great|passionate|motivated|useful|
          helpful|interesting|excited|hard|well|happy)
        key to \w+
        end of the day
        and so on
        et cetera
        etc
        stuff(?: like that)?
        things? like that
        or (?:something|whatever|anything)
        somehow
        something like
        and everything
        good communication
        communication is \w+
        outside the box
        (?:hundred and ten|110) percent
        detail oriented
        perfectionist
        (?:fast|quick) learner
        (?:i|we|you) (?:always|usually|generally|normally|typically) \w+
        i (?:try|believe|feel|guess|suppose|think) \w+
        (?:everyone|everybody) \w+
        (?:a )?lots? of \w+
        (?:many|various|several|different|certain|all kinds of|all sorts of) (?:things|ways|
          projects|people|situations|tools|technologies|aspects|factors|areas|challenges|stuff|types|
          kinds)
        basically
        it s all about
        i (?:am|m) (?:a|very|really|good|quite|pretty|always|an|also|the type|someone|comfortable|
          confident|familiar|excited|passionate|open|happy|sure)
        in general
        pretty (?:good|much|well|big|simple)
        (?:experience|familiar|comfortable|worked) with (?:\w+)
        (?:depends|depending) on the (?:situation|case|project|company|person|requirements|needs)
        whatever
        no problem
        never (?:really )?had \w+ (?:problem|issue|conflict)
        it (?:went|goes|all went|was) (?:really |very |pretty )?(?:well|fine|great|good|ok|okay|
          successful|smoothly|a success)
        (?:great|amazing|awesome|fantastic|wonderful) \w+
        as needed
        if needed
        you (?:just )?(?:have|need) to \w+
        we (?:all|are|re) \w+
        any(?:thing| kind| situation| challenge)
        should be (?:fine|good|ok|clean|easy|fast|simple|scalable|robust)
        state of the art
        cutting edge
        world class
        (?:robust|scalable|seamless|efficient|effective|innovative) (?:and )?\w+
        make sure everything
        """,
    "link": r"""
        your (?:company|posting|team|product|products|job|ad|advert|site|website|page|engineers|stack|customers|
          role|position|mission|work|business|blog|office|size|offer) ?\w*
        you (?:re|are) \w+ing
        you (?:do|make|build|run|sell|use|need|work|offer|ship|serve|have|want) \w+
        this (?:role|position|job|company|team) \w+
        with you
    """,
    "loose": r"""
        i (?:guess|think|believe|suppose|feel|hope|expect)
        maybe|perhaps|probably|possibly|somehow|usually|normally|generally|often|sometimes|always
        some|something|things?|stuff|every(?:thing|one|body)|different|various|many|lots?|etc|and so on
        quite|pretty|a bit|really|very|(?:kind|sort) of|good|better|important|nice
        """,
    "pointed": r"""
        no|not|nobody|never|only|instead|except|until|without|unless|otherwise|else
        before|after|first|then|per|under|over
        """,
    "hypothetical": r"""
        (?:i|we|you|one) (?:would|d|could|should|might)
        """,
    "own": r"""
        i <between><past>
        i (?:would|d|ll|will) <between>(?!(?:<no_deed>)\b)\w+
        i <between>(?:<now>)
        my (?:idea|part|proposal|decision|mistake|design|suggestion|fault|own|script|draft|plan|
          call|job was|role was|task was|estimate|error|change|fix|pull request|code)
        i <between>(?!(?:<no_deed>|am|m|was|were|have|had|has|ve|d|ll|would|could|should|can|will|might|may|must|
          don|didn|got|went|came|work|worked|live|used|look forward|agree|wish|care|learn|grow|remember)\b)[a-z]{3,}
        i was the (?:one|only|first)
        i m the (?:one|only)
        by myself
        on my own
        alone i
        me (?:who )?<past>
        """,
    "deed": r"""
        i <between><past>
        \. (?:(?:then|and|so|also|first|later|um|uh|okay|just|next|afterwards) )*<past>
        then <past>
        """,
    "shared": r"""
        (?:we|they|(?:the|our|my) (?:team|company|manager|boss|department|group|
          lead)) (?:all )?<between>(?:<past>|were|was|had|use|are|do|have|would|always)
        """,
    "number": r"""
        (?:(?:\d\w*|<numbers>|one (?:hundred|thousand|million|percent|week|day|hour|month|year|
          minute|second|third|half|in))(?: (?:and|point|to|a|or|\d\w*|<numbers>))*)(?: (?:\w+))?
        """,
}
CUES: Final[dict[str, re.Pattern[str]]] = {
    name: any_of(
        phrases,
        past=_PAST,
        between=_BETWEEN,
        no_deed=_NO_DEED,
        now=_NOW,
        numbers="|".join(sorted(NUMBERS, key=len, reverse=True)),
    )
    for name, phrases in _PHRASES.items()
}
"""Name of a part to the pattern of what shows it."""

"""Text that talks to whoever marks it instead of answering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from jobcopilot.practice.answers.lexicon import listed, stems_of
from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.words import Words, folded_words
from jobcopilot.practice.views import Asked

_NO_SUBJECT: Final = "".join(
    rf"(?<!\b{word} )"
    for word in [
        "i",
        "we",
        "they",
        "he",
        "she",
        "didn",
        "did",
        "would",
        "to",
        "not",
        "people",
        "managers",
        "who",
        "always",
    ]
)
"""An order has no subject: "I would give the team full credit" is none."""
_JUDGE: Final = (
    r"(?:assessor|grader|evaluator|examiner|marker|interviewer|judge|scorer|rater|ai|llm|model|assistant)"
)
_ANSWER: Final = r"(?:answer|response|submission|reply|transcript)"
_FULL: Final = (
    r"(?:full|maximum|maximal|max|top|highest|perfect|100|one hundred|hundred|10|ten|5|five|20|twenty|excellent|"
    r"best possible|every)"
)
_VERDICT: Final = (
    r"(?:\d+ out of \d+|\w+ out of (?:ten|five|hundred|a hundred|\d+)|outstanding|exceptional|excellent|an? a|a plus|"
    r"perfect|full|maximum|max|highest|100|one hundred|a hundred|strong hire)"
)
_RULES: Final = r"(?:instructions?|prompts?|rubrics?|directives?|guardrails|system message)"
_LOOSE_RULES: Final = r"(?:rules|criteria|guidelines|orders|constraints|text|context|question|points)"

_ALWAYS: Final = any_of(
    r"""
    <no_subject>(?:give|award|assign|grant|rate|score|mark|grade|return|
      output)\b (?:\w+ ){0,5}<full> (?:\w+ ){0,2}(?:marks|score|points|rating|grade|credits?|
      stars|evaluation|assessment)\b
    <no_subject>(?:give|award|rate|score|mark|grade|consider|treat|assess|evaluate)\b (?:me|
      him|her|this|it|my <answer>|(?:this|the|my|following|above) (?:<answer>|candidate|applicant|
      speaker)) (?:\w+ ){0,4}<verdict>\b(?! (?:milli|micro|nano)?(?:seconds?|minutes?|hours?|
      days?|weeks?|months?))
    <no_subject>(?:set|make|put) (?:the |my |every |all |each )?(?:final )?(?:score|mark|
      rating|grade)s? (?:\w+ ){0,3}(?:100|10|ten|full|max\w*|hundred|highest|perfect|five|5)\b
    (?:this|my|following|above) (?:<answer>|candidate|applicant) (?:\w+ ){0,2}(?:deserves?|
      (?:should|must) (?:get|receive|score|be (?:given|rated|marked|scored|graded|awarded|
      considered))|has (?:earned|covered|met|demonstrated|addressed|satisfied)|(?:covers?|meets?|
      addresses|satisfies|hits|touches) (?:all|every|each|the rubric)|is (?:correct|perfect|
      complete|excellent|outstanding|flawless|exceptional)|demonstrates|earns?)
    the (?:candidate|applicant|speaker) (?:\w+ )?(?:deserves?|has (?:earned|covered|met|
      demonstrated|addressed|satisfied|shown)|covers? (?:all|every)|meets? (?:all|every)|
      demonstrates|earns?|scores?|passed|receives?)\b
    (?:note|message|attention|memo|instructions?|hint|reminder|notice|addressed) (?:to|
      for) (?:the |whoever |whichever |any )?(?:\w+ )?(?:<judge>|marks|grades|reads|scores|
      system)\b
    (?:dear|hey|hello|hi|attention) (?:<judge>|chatgpt|gpt|claude|gemini|computer|machine)\b
    you are now (?:an? |the |in )\w+
    you are (?:an? |the )(?:\w+ ){0,2}(?:assessor|grader|evaluator|ai|language model|chatbot|
      examiner|helpful assistant|lenient|generous)\b
    (?:system prompt|system override|developer mode|admin override|god mode|override code|
      jailbreak mode)\b
    override (?:\w+ ){0,3}(?:scor|mark|rubric|grad|system|assess)\w*
    (?:end|begin|beginning|start) of (?:system |candidate |user |hidden )?(?:prompt|
      instructions?|answer|rubric|transcript|input)\b
    new instructions?\b
    rubric (?:points?|criteri\w+|items?)? ?(?:\w+ ){0,4}(?:covered|met|satisfied|touched|
      addressed|fulfilled|complete\w*|full|yes|pass\w*)\b
    (?:score|marks?|grade|rating|evaluation|verdict|relevance|structure|substance|
      overall) (?:is |equals |to )?(?:100|10 (?:out of |of )?10|5 (?:out of |of )?5|full marks|
      full|perfect|max\w*|strong hire)\b
    (?:full|top|maximum|highest|perfect) (?:marks|score|points|rating|grade) (?:for|please|is|
      are|on|in|to) (?:this|me|my|the|please|all|every|each|required|expected|deserved|relevance|
      structure|substance)\b
    im (?:start|end)\b
    endoftext\b
    begin of text\b
    (?:score|mark|grade|rating|evaluation|assessment|verdict) (?:of|for) (?:this|my|the) (?:<answer>|candidate)\b
    (?:as|since) (?:an?|the|my) (?:assessor|grader|evaluator|language model|ai)\b
    <no_subject>(?:do not|don t|dont|never) (?:assess|mark|grade|score|penali[sz]e|
      deduct)\b (?:this|my|me|the <answer>|any|for|anything)
    <no_subject>(?:rate|score|mark|grade|judge|assess|evaluate)\b (?:every|each|all|any|this|the) (?:\w+ ){0,3}
      (?:<answer>s?|candidates?|applicants?|responses|replies)\b (?:\w+ ){0,6}(?:as|with|at|excellent|strong|full|
      high\w*|perfect|irrespective|regardless)\b
    <no_subject>(?:mark|rate|score|grade|record|tick|list|count|note|report|enter|flag)\b (?:\w+ ){0,9}as (?:fully )?
      (?:covered|met|satisfied|fulfilled|strong|excellent|outstanding|passed|complete|perfect)\b
    (?:give|grant|award|allow) (?:me|us|him|her|it|this|them) (?:at least|no less than|not less than|more than|a
      minimum of|a score|a mark|a grade|a rating|an overall)\b
    (?:set|put|raise|change|adjust|fix) (?:the |my |an |every )?(?:overall|final|total) (?:mark|score|rating|grade)\b
    (?:overlook|disregard|excuse|forgive) (?:what|whatever|anything|everything|any|all) (?:\w+ ){0,3}(?:missing|lack\w*|
      wrong|weak)\b
    whoever (?:\w+ )?(?:evaluates|marks|grades|scores|rates|assesses|checks|judges|reviews)\b
    (?:previous|prior|earlier|existing|current|old|other) (?:scoring|grading|rating|marking|evaluation|
      assessment) (?:rules?|criteria|guidance|guidelines?|instructions?|scheme)\b
    (?:scoring|grading|marking|evaluation|assessment) (?:rules?|guidance|guidelines?|instructions?|scheme|
      criteria) (?:\w+ ){0,3}(?:void|suspended|obsolete|outdated|replaced|cancelled|superseded|no longer|out of date)\b
    (?:guidance|guidelines?|instructions?|criteria) (?:\w+ ){0,12}(?:void|obsolete|outdated|superseded|
      no longer (?:valid|apply|applies)|out of date)\b
    (?:how|to|who) (?:to )?(?:rate|grade|score) (?:answers?|candidates?|responses?)\b
    (?:awarded|given|receives?|granted|entitled to|get) (?:ten out of ten|full marks|
      (?:the )?(?:maximum|highest|top|best) (?:possible )?(?:mark|score|grade|rating|band)s?)\b
    (?:highest|top|best) (?:band|score|grade|rating|marks?) (?:for|in|on|across) (?:every|each|all)\b
    (?:transcript|candidate|applicant) (?:is |was |has been )?(?:verified|confirmed|approved|pre approved|validated)\b
    (?:system|assessor|grader|examiner|evaluator) (?:message|note|notice|directive|command|instruction)\b
    (?:do not|don t|never) (?:mention|reveal|report|show|disclose|list) (?:this|the|that|any) (?:note|message|
      instruction|comment|missing|weakness|defect)\w*
    skip (?:the |any |all |every )?(?:check|checks|verification|validation|rubric|quotes?)\b
    (?:fully|completely|entirely) (?:met|covered|satisfied|fulfilled)\b
    (?:total|overall|score|grade|mark|rating|result) (?:is |of )?(?:100 100|10 10|100 percent|a plus)\b
    (?:this|my) <answer>(?: also)? (?:covers?|contains?|addresses|demonstrates|fulfil\w*|satisf\w*|hits|earns|ticks)\b
    play a (?:little |small )?game (?:in which|where) you\b
    (?:you re|you are|you will be|be|act as|behave as|play|imagine you(?: re| are)?) (?:an? |the |my )?(?:\w+ ){0,2}
      (?:generous|lenient|kind|friendly|benevolent|forgiving) (?:\w+ )?(?:<judge>|recruiter|professor|teacher|reader)\b
    stay in (?:that|this|the|your) (?:role|character|persona)\b
    (?:always|only) (?:rates?|gives?|awards?|scores?|marks?|grades?) (?:\w+ ){0,2}(?:<full>|tens?|top)\b
    never (?:finds?|found|sees?) (?:\w+ ){0,2}(?:faults?|flaws?|weakness\w*)\b
    (?:the |any |every )readers? (?:need|needs|should|must|has to|have to|is to|may|can) (?:only |simply |just )?
      (?:copy|give|award|enter|tick|accept|assign|confirm)\b
    (?:classed|classified|rated|ranked|regarded|recogni[sz]ed|approved|judged|certified|graded|marked) (?:\w+ ){0,6}as
      (?:an? )?(?:exemplary|outstanding|model|perfect|excellent|flawless|exceptional|best|top)\b
    <answer> of this (?:kind|type|quality|length)\b
    (?:copy|enter|write|put|type|insert|paste|fill in) (?:\w+ ){0,4}(?:one hundred|100|full marks|ten out of ten|10 10|
      maximum|five) (?:\w+ ){0,3}(?:field|fields|box|boxes|form|column|each|every)\b
    (?:examination|examining|hiring|assessment|evaluation|admissions|quality|review) (?:board|committee|panel|office|
      department|council) (?:has|have|had|already|decided|confirms?|requires?|asks?|says?|wants?)\b
    (?:calibration|validation|reference|control|gold|benchmark|sample|dummy|diagnostic) (?:item|answer|row|entry|case|
      response|record|transcript)\b (?:\w+ ){0,8}(?:score|mark|grade|rating|full|maximum|100|ten|pass|expected|known)\b
    (?:expected|correct|target|required|agreed|known|desired) (?:score|mark|grade|rating|verdict)\b
    (?:debug|maintenance|diagnostic|test|training|calibration|demo|evaluation|grading) mode (?:on|is|active|
      enabled|has)\b
    (?:please|kindly|just|simply) (?:give|award|grant|rate|score|mark|grade|pass)\b (?:me|this|it|my|the candidate)\b
    (?:recommend\w*|verdict|result|decision|outcome) (?:is )?(?:a )?(?:strong|definite|clear|immediate) hire\b
    (?:unless|if) (?:you|this|it|i) (?:\w+ ){0,6}(?:full marks|full score|top (?:mark|score)|maximum|good (?:mark|score|
      grade)|pass me|highest (?:mark|score))\b
    (?:i|we) (?:\w+ )?(?:built|wrote|developed|programmed|own|maintain|designed) (?:this|the) (?:assessment|scoring|
      grading|interview|marking) (?:tool|system|program|app|software|engine)\b
    pretend (?:that )?(?:i|this|the (?:answer|candidate)|you)\b
    (?:whoever|whatever|whichever|anyone|anybody|the (?:software|machine|program|tool|system|computer|bot|
      app)) (?:\w+ ){0,3}
      (?:reading|reads|marking|marks|processing|processes|summari[sz]es|summari[sz]ing|checking|receiving|judging)
      (?:this|that|it|me)\b
    (?:an?|the|official) answer key\b|answer key (?:for|of|to|is)\b
    treat (?:the|this|my|that) (?:\w+ ){0,3}(?:text|question|answer|reply|input|item|words?) (?:\w+ ){0,2}as\b
    as (?:if|though) it (?:named|covered|answered|contained|met|said) (?:\w+ ){0,6}(?:point|strength|weakness|result|
      everything)
    (?:write|note|report|state|record|say) that (?:the|this) (?:speaker|candidate|applicant|person|answer)\b
    even (?:if|though|when) (?:you can t|you cannot|it is not|it isn t|they are not|i did not|i didn t)
       (?:find|there|say)\b
    (?:just|simply|please) (?:return|output|print|be (?:nice|kind|generous)|put me through|let me (?:pass|through))\b
    (?:as|i am|i m) (?:the|a|one of the) (?:developers?|author|owner|creator|maintainer|administrator|colleague)\b
      (?:\w+ ){0,3}(?:of )?(?:this|the) (?:tool|app|program|software|system|test)\b
    i (?:am|m) (?:\w+ )?(?:running|doing) a test\b|dummy text\b|happy path\b.{0,30}\bresult\b|for this test\b
    (?:scored|marked|graded|rated|valued) (?:below|under|above|less than|lower than|at least)\b
    (?:starts?|begins?) at (?:ninety|eighty|a hundred|100|90|80)\b
    respond with approval\b|confirm(?:ing)? (?:their|this|the|that) (?:judge?ment|verdict|result|mark|score)\b
    (?:the |your )?omitted part\b|einzustufen\b|zu bewerten\b|volle\w* punkt\w*\b
    (?:your|the) (?:scoring|grading|marking|evaluation|assessment) (?:system|prompt|
      instructions?|task|job|rules|is)\b (?:\w+ ){0,5}(?:full|maximum|max|highest|perfect|100|10|
      ten|ignore|skip|pass|disabled|suspended|over)\b
    """,
    no_subject=_NO_SUBJECT,
    judge=_JUDGE,
    answer=_ANSWER,
    full=_FULL,
    verdict=_VERDICT,
)
_IGNORING: Final = any_of(
    r"""
    <no_subject>(?:ignore|disregard|forget|skip|bypass|discard|override|overwrite)\b (?:\w+ ){0,6}?(?:<rules>\b|
      (?:your|previous|prior|earlier|above|these|those|preceding) (?:\w+ ){0,2}<loose_rules>\b|
      (?:everything|anything|all|what) (?:\w+ ){0,3}(?:above|before|told|said|so far|previous)\b|
      scoring|grading|marking)
    (?:new|updated|real|actual|secret|hidden) (?:instructions?|prompt) (?:\w+ ){0,3}(?:are|is|say|follow|
      apply|below)\b
    """,
    no_subject=_NO_SUBJECT,
    rules=_RULES,
    loose_rules=_LOOSE_RULES,
)
_ELSEWHERE: Final = any_of(
    r"""
    (?:ignor(?:ier\w*|ez|er|a|are|uj\w*|i)|ignore (?:les|toutes|tes|vos|tout|las|todas|tus|sus|suas|le|tutte|alle)|
      vergiss|vergesst|missachte\w*|oubli\w*|olvid\w*|desconsider\w*|dimentic\w*|negeer|vergeet|zignoruj|zapomnij)
       (?:\w+ ){0,6}?(?:anweisung\w*|instru[ckz]\w+|vorgabe\w*|regeln|consignes?|r[eè]gles|reglas|istruzioni|regole|
      polece\w*|zasad\w*)\b
    (?:gib|gebt|geben|vergib|vergebe\w*|bewerte\w*|donne[zr]?|attribue[zr]?|mettez|notez|dame|
      dale|otorg\w*|asign\w*|ponme|ponle|punt[uú]a\w*|califi\w*|atribua|avalie|assegna\w*|dammi|
      valuta\w*|geef|beoordeel|daj|przyznaj|oce[nń]\w*) (?:\w+ ){0,6}?(?:volle\w*|h[oö]chst\w*|
      maxim\w*|m[aá]xim\w*|massim\w*|meilleure|totale|tous|toutes|todos|todas|completa|pleine|
      parfait\w*|pieno|tutti|volledige|maksym\w*|najwy\w*|pe[lł]n\w*|100|10)\b
    (?:volle punktzahl|note maximale|tous les points|puntuaci[oó]n m[aá]xima|
      m[aá]xima puntuaci[oó]n|nota m[aá]xima|m[aá]xima nota|punteggio massimo|massimo punteggio|
      maximale score|maximale punkt\w*)\b
    """,
)
_JUDGING: Final = listed("""
    assessor assessors evaluator evaluators grader graders examiner examiners rubric rubrics criteria criterion grading
    scoring marking assessment
""")
_BEST: Final = listed(
    "full maximum max top highest perfect hundred 100 outstanding best every everything generous"
)
_MARKED: Final = listed("""
    score scores mark marks grade grades rating ratings points credit evaluation total answer answers response candidate
""")
_NEAR: Final = 16
"""Words among which a judge, a mark and a superlative make an order of it."""
_MARKUP: Final = re.compile(
    r"<\|?/?\s*(?:im_start|im_end|system|assistant|user|instructions?|endoftext|inst)\b|\[/?(?:INST|SYSTEM|SYS)\]|<<\s*/?SYS"
    r"|(?:^|\n)\s*#{0,4}\s*(?:system|assistant|developer)\s*:"
    r"|</?\s*(?:answer|assessment|score|grade|evaluation|candidate|transcript|rubric)\s*>"
    r"|<!--[^>]*(?:scor|grad|mark|evaluat|rubric|instruct|assess)|\[x\][^\n]*\b(?:met|covered|pass)"
    r"|[\"'](?:score|marks?|rating|grade|points|verdict|relevance|structure|substance|covered)[\"']\s*:",
    re.IGNORECASE,
)
_PLAINLY, _PERHAPS = 2, 1
_TALK: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        stems_of("""
            answer answers question reply response mark marks marked item category panel judge treat imagine pretend
            consider translate confirm credit credited record recorded count summarise software machine tool dummy
            excellent outstanding perfect highest maximum full best following text input policy administrator
            instruction instructions recording report result points automatically positive approval happy omitted rating
            rate entitled output system developer test testing keep number hundred ninety eighty pass
        """),
        _PERHAPS,
    ),
    **dict.fromkeys(
        stems_of("""
            evaluate evaluation assess assessed assessment assessor grade graded grading score scored scores
            criteria criterion rubric verdict transcript candidate candidates applicant examiner calibration recalibrate
            recalibrating weighting evaluator grader judgement judgment interviewers
        """),
        _PLAINLY,
    ),
}
"""Stems of talk about being marked, and what each says."""
_STRETCH, _ENOUGH = 26, 6
"""Words among which different stems of that talk add up, at least so many of them, to talk about being marked."""
_OFTEN: Final = 2
_CODE: Final = re.compile(r"\b\w+\([^)]*\)|[=!<>]=|:=|\bassert\b|\breturn\b|[{};]\s*$|\bdef \w+")
_OF_MARKING: Final = re.compile(
    r"(?:score|mark|grade|rating|evaluat\w*|assess\w*|candidate|verdict|rubric)", re.IGNORECASE
)
_ABOUT_MODELS: Final = re.compile(
    r"\b(?:prompt|injection|jailbreak|language models?|llms?|generative|chatbot|ai|rag|retrieval)\b"
)


def steering_at(words: Words, asked: Asked) -> tuple[int, int] | None:
    """Return where an answer tells its reader what to do or to give, as a range of `flow`; None where it does not.

    A question about language models may well be answered with what an attacker writes: there, only an order about
    marks counts. The range is the whole line for markup that stands outside the words.
    """
    if _MARKUP.search(words.text) or _programmed(words.text, asked):
        return 0, len(words.flow)
    about_models = _ABOUT_MODELS.search(asked.text.casefold())
    patterns: tuple[re.Pattern[str], ...] = (_ALWAYS, _ELSEWHERE)
    for pattern in patterns if about_models else (*patterns, _IGNORING):
        found = pattern.search(words.flow)
        if found:
            return found.span()
    return _talk_of_marking(words, asked) or _much_talk_of_marking(words, asked)


def _programmed(text: str, asked: Asked) -> bool:
    """Tell whether code speaks of marks, where neither question nor rubric does."""
    told = " ".join((asked.text, *(part for point in asked.points for part in (point.point, *point.signs))))
    return (
        len(_CODE.findall(text)) >= _OFTEN
        and len(_OF_MARKING.findall(text)) >= _OFTEN
        and not _OF_MARKING.search(told)
    )


_OF_ITSELF: Final = any_of(
    r"""
    (?:an?|the|any|every) (?:good|strong|ideal|perfect|excellent|great|model|top|best|strongest) (?:candidate|answer|
      response|applicant) (?:\w+ )?(?:will|would|has|have|knows?|covers?|is|should|must|can|mentions?|names?|says?|
      uses?|does|includes?|touches|shows?)\b
    (?:my|this|the) <answer> (?:covers?|contains?|includes?|mentions?|touches|names?|addresses|lists?|has)\b
    (?:this|that|the (?:first|second|third|fourth|fifth|next|last|other)) point (?:is|covers|says|was)\b
    point (?:one|two|three|four|number \w+) (?:is|covers)\b
    (?:in|for|with) this answer\b
    (?:star|car|soar) (?:method|format|technique)\b
    (?:you|one|candidates?|applicants?|people|i|we) (?:should|must|ought to|need to|has to|have to) (?:mention|name|say|
      cover|show|include|touch|explain|describe|avoid|give)\b
    (?:interviewers?|recruiters?|they|hiring managers?) (?:always |usually |really )?(?:want|like|love|expect|look|
      listen|hope)s? (?:to (?:see|hear)|for)\b
    (?:what|that is what|this is what) (?:matters|counts) (?:with|in|for|here)\b
    (?:the|a|an|any|every|my|this) (?:\w+ )?(?:story|reply|answer|response|example) (?:should|must|names?|covers?|
      shows?|avoids?|includes?|mentions?|begins?|ends?)\b
    bonus points
    in the (?:situation|task|action|result|end) (?:part )?(?:one|you|we)\b
    (?:first|then|next|finally) (?:comes|come) the\b
    it (?:also )?(?:avoids|covers|names|shows|explains|reasons|mentions|says for)\b
    \. (?:names|says|takes|tells|gives|shows|states|explains|describes|mentions|covers|chooses|computes|fixes|avoids|
      admits|proposes|reasons|compares|describes|owns|quantifies|distinguishes|defines|weighs|asks|checks) (?:a|an|the|
      what|how|why|who|whom|that|which|where|when|it|for|of|no|and)\b
    (?:pick|choose|take|use) (?:something|a (?:weakness|story|case|failure|mistake|strength|figure|number)) (?:harmless|
      believable|that|which|with|small|real)\b
    (?:end|finish|close|begin|start) (?:on|with) (?:a|an|the) (?:positive|strong|question|figure|result|lesson)\b
    avoid (?:clich\w+|saying|naming|blaming|jargon|details|buzzwords)\b
    here (?:i|you|we|one) (?:describe|tell|say|explain|mention|name|show|check|give|state|add)s?\b
    """,
    answer=_ANSWER,
)


def speaks_of_itself(words: Words) -> bool:
    """Tell whether an answer names the points of an answer again and again instead of giving one."""
    return sum(1 for _ in _OF_ITSELF.finditer(words.flow)) >= _OFTEN


def _talk_of_marking(words: Words, asked: Asked) -> tuple[int, int] | None:
    """Return where whoever judges, a mark and a superlative stand together, though nobody asked about judging."""
    judging = [index for index, word in enumerate(words.words) if word in _JUDGING]
    rubric = (part for point in asked.points for part in (point.point, *point.signs))
    if not judging or _JUDGING & set(folded_words(" ".join((asked.text, *rubric)))):
        return None
    for index in judging:
        near = words.words[max(0, index - _NEAR) : index + _NEAR]
        if not _BEST.isdisjoint(near) and not _MARKED.isdisjoint(near):
            begin = words.offsets[index]
            return begin, begin + len(words.words[index])
    return None


def _much_talk_of_marking(words: Words, asked: Asked) -> tuple[int, int] | None:
    """Return where many words of being marked stand close together, those of question and rubric not counted."""
    told = (asked.text, *(part for point in asked.points for part in (point.point, *point.signs)))
    own = stems_of(" ".join(folded_words(" ".join(told))))
    places = [index for index, one in enumerate(words.stems) if one in _TALK and one not in own]
    for first, index in enumerate(places):
        near = {words.stems[one] for one in places[first:] if one < index + _STRETCH}
        if sum(_TALK[one] for one in near) >= _ENOUGH and max(_TALK[one] for one in near) == _PLAINLY:
            return words.offsets[index], words.offsets[index] + len(words.words[index])
    return None

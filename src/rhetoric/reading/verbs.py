"""Verbs that hand words, thoughts or stances to somebody, and what their form says about their use.

The lexicon's attribution cues are what a reader is shown. To tell voices apart more verbs count: those of
thinking, wanting and taking sides, which nobody needs to be shown. They stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from rhetoric.reading.lexicon import Hits, Lexicon
from rhetoric.reading.tokens import Bool, Int, Key, Tokens, tokenize


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_REGULAR = """
    suggest show believe hope fear expect suspect doubt worry wonder want plan intend prefer decide refuse
    agree consider propose question criticize criticise praise defend reject oppose support dismiss blame
    call label brand demand seek urge request recommend indicate note observe argue caution signal stress
    highlight conclude estimate forecast predict assume imagine realize realise recognize recognise deem
    portray characterize characterise depict approve disapprove resist voice express discuss cite
    speculate assess judge vow threaten hint imply envision anticipate dispute reiterate repeat warn slam
    blast denounce condemn mock ridicule hail laud applaud concede lament commend accuse allege encourage
"""
_GIVEN = """
    think thinks thought thinking believing know knows knew feel feels felt see sees saw finds
    found understand understands understood learn learned learnt hear hears heard shown dubbed nicknamed
    saying write wrote writes swear swore seeks seeking contending preferred referring refers referred
    urging showing hoping expecting wanting believing fearing calling arguing suggesting warning noting
    describing insists admits vows calls quoted wants denying tells hopes expects
"""
_NOUNS = _set("""
    claim claims report reports charge charges demand demands promise promises warning warnings note notes
    comment comments reply replies remark remarks estimate estimates hope hopes fear fears belief beliefs
    state states order orders call calls request requests question questions plan plans vow vows pledge
    pledges argument arguments finding findings suspect suspects doubt doubts view views thought thoughts
    answer answers concern concerns project projects want wants need needs signal signals show shows find
    finds support offer offers interview interviews quote quotes label labels brand brands tweet tweets
    post posts blast feeling feelings like likes share shares rule rules command commands proposal
    proposals attack attacks praise blame complaint complaints cry cries back backs email emails saying
    sayings writing writings reporting understanding meaning ruling rulings testimony stress forecast
    forecasts forecasted telling dream dreams wish wishes speculation push pushes challenge challenges
    pressure hint hints taunt taunts rebuke rebukes threat means mean spoke challenge dispute disputes
    welcome favor favour caution mention mentions bluster rant rants joke jokes answer scoff shout shouts
    whisper echo
""")
_IRREGULAR = _set(
    "spoke wrote knew thought saw found told felt held understood swore began sought meant shown learnt"
)
_LIKE_ACCORDING = frozenset(
    {"according to", "per the report", "as quoted by", "as quoted in", "as reported by", "as reported in"}
    | {f"{start} of" for start in ("in the words", "in the view", "in the opinion", "in the eyes")}
    | {"from the perspective of", "from the point of view of"}
    | {f"in {whose} {what}" for whose in ("his", "her", "their") for what in ("view", "opinion")}
)
_SUBJECTS = _set("""
    he she they a the officials police authorities prosecutors investigators sources analysts experts
    witnesses residents lawyers supposedly reportedly allegedly correctly rightly aptly astutely was is
    are were
""")
_OBJECTS = _set("that the him her it them us as for over")
_CLAUSAL = _set("""
    show shows showed shown showing find finds found finding see sees saw seen hear hears heard
    feel feels felt know knows knew think thinks thought understand understands understood learn learned
    learnt realize realizes realized realise realised recognize recognizes recognized recognise judge
    judged decide decided decides deciding assume assumed assumes imagine imagined imagines believe consider
    considered signal signaled voice want wants wanted wanting plan plans planned planed planing intend
    intends intended intending prefer prefers preferred refuse refuses refused refusing seek seeks sought
    seeking hope hopes hoped hoping fear fears feared fearing expect expects expected expecting doubt doubts
    doubted worry worries worried wonder wonders wondered question questions questioned questioning support
    supports supported supporting oppose opposes opposed opposing reject rejects rejected resist resists
    resisted threaten threatens threatened learning hearing knowing thinking agree agrees agreed propose
    proposes proposed proposing defend defends defended dismiss dismisses dismissed request requests requested
    approve approves approved approving disapprove disapproves discuss discusses discussed cite cites cited
    citing assess assesses assessed express expresses expressed repeat repeats repeated dispute disputes
    disputed considers anticipate anticipates anticipated encourage encourages encouraged recommend
    recommends recommended observe observes observed indicate indicates indicated highlight highlights
    highlighted conclude concludes concluded
""")
_UNWANTED = _set("states state comment comments answers recount add like back project rule order email reads")


@dataclass(frozen=True, slots=True, eq=False)
class VerbTable:
    """Properties of a lexicon's entries, and after them of the verbs of this module."""

    wanted: Bool
    phrase: Bool  # used as "according to" is
    participle: Bool
    noun: Bool
    base: Bool
    more: Bool  # of this module
    clausal: Bool  # counts only with a clause after it: "hopes that", "found that", not "hopes to win"
    inverts: Bool  # may stand before its source: "said the mayor", not "blamed the mayor"
    own: Bool  # the phrase names its source itself: "in her view"
    skip: Int  # tokens before the verb itself: "police said"
    trim: Int  # tokens after it: "argues that"


def _more() -> list[str]:
    words = set(_GIVEN.split())
    for verb in _REGULAR.split():
        stem = verb[:-1] if verb.endswith("e") else verb
        third = (
            verb + "es"
            if verb.endswith(("ss", "sh"))
            else verb[:-1] + "ies"
            if verb.endswith("ly")
            else verb + "s"
        )
        past = verb[:-1] + "ied" if verb.endswith("ly") else stem + "ed"
        words |= {verb, third, past, stem + "ing"}
    return sorted(words - _UNWANTED)


def _describe(term: str, kind: str, group: str) -> tuple[bool | int, ...]:
    words = term.lower().replace("-", " ").split() or [""]
    phrase = " ".join(words) in _LIKE_ACCORDING
    wanted = kind == "attribution" and " ".join(words) not in _UNWANTED
    skip = trim = 0
    if group == "source-phrase" and not phrase:
        wanted = wanted and words[-1] in ("said", "says", "found", "told", "read")
    while not phrase and len(words) - skip > 1 and words[skip] in _SUBJECTS:
        skip += 1
    if group == "source-phrase" and not phrase:
        skip = len(words) - 1
    while not phrase and len(words) - skip - trim > 1 and words[-1 - trim] in _OBJECTS:
        trim += 1
    verb = words[skip]
    base = not verb.endswith(("s", "d", "ing")) and verb not in _IRREGULAR
    noun = len(words) - skip - trim == 1 and verb in _NOUNS and not (trim and words[-1] == "that")
    unspoken = {"comment", "named", "anonymity", "respond", "record", "believed", "accounts"}
    wanted = wanted and words[-1] not in unspoken - {verb}
    own = phrase and words[-1] in ("view", "opinion")
    clausal = group == "more" and verb in _CLAUSAL
    more = group == "more"
    inverts = not more and group != "accusing"
    return wanted, phrase, verb.endswith("ing"), noun, base, more, clausal, inverts, own, skip, trim


@cache
def verb_table(lexicon: Lexicon) -> VerbTable:
    """What each entry of a lexicon, and each verb of this module after them, says by its form."""
    rows = [_describe(e.term, e.kind, e.group) for e in lexicon.entries]
    rows += [_describe(word, "attribution", "more") for word in _more()]
    columns = np.array(rows, dtype=np.int64).T
    wanted, phrase, participle, noun, base, more, clausal, inverts, own = columns[:9].astype(np.bool_)
    skip, trim = columns[9:]
    return VerbTable(wanted, phrase, participle, noun, base, more, clausal, inverts, own, skip, trim)


@cache
def _more_keys() -> tuple[Key, Int, Bool]:
    """Sorted keys of this module's verbs, their rows, and a table of the keys' first 16 bits."""
    key = tokenize("\n".join(_more())).key
    order = np.argsort(key)
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[(key >> np.uint64(48)).astype(np.int64)] = True
    return key[order], order, table


def find_verbs(tokens: Tokens, hits: Hits, lexicon: Lexicon, quoted: Bool) -> Hits:
    """Find all attributing verbs outside quotations.

    Parameters
    ----------
    tokens : Tokens
    hits : Hits
        Of the lexicon.
    lexicon : Lexicon
    quoted : ndarray of bool
        Which tokens stand between quotation marks.

    Returns
    -------
    Hits
        In the order of the text, the verb's own tokens; ``entry`` is a row of ``verb_table(lexicon)``.
    """
    table = verb_table(lexicon)
    hits = hits.where(table.wanted[hits.entry])
    covered = np.zeros(len(tokens), dtype=np.bool_)
    first, last = hits.first + table.skip[hits.entry], hits.last - table.trim[hits.entry]
    for i in range(int(np.max(hits.last - hits.first, initial=0)) + 1):
        covered[np.minimum(hits.first + i, hits.last)] = True
    key, order, begins = _more_keys()
    at = np.flatnonzero(begins[(tokens.key >> np.uint64(48)).astype(np.int64)] & ~covered)
    where = np.minimum(np.searchsorted(key, tokens.key[at]), len(key) - 1)
    found = key[where] == tokens.key[at]
    at, entry = at[found], order[where[found]] + len(lexicon.entries)
    merged = Hits(np.append(hits.entry, entry), np.append(first, at), np.append(last, at))
    merged = merged.where(np.argsort(merged.first, kind="stable"))
    return merged.where(~quoted[merged.first])

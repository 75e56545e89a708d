"""What a model's card says of its data: files, licences, citations; and what every card says alike."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rhetoric.reading.lexicon import lexicon_files
from rhetoric.training.corpora import OWN

# Their scores stand on the card: a change anywhere on the way from text to score shows there.
PROBES = (
    "The council approved the budget by nine votes to four on Monday.",
    "“It is a disgrace,” said Ana Ruiz, who runs the Brilliant Earth store in St. Ives.",
    "Obviously, nobody at the regime's so-called ‘ministry’ could be bothered to read it!!",
    "Oh sure, 3,000 jobs by May — if true, a BRILLIANT move for naïve voters, isn’t it?",
)
_UNSTATED = "not stated by its authors; distributed for research"
# files, licence, citation
_SOURCES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "newssd_eng": (
        ("newssd_eng/train.tsv", "newssd_eng/val.tsv", "newssd_eng/test.tsv"),
        "CC BY 4.0",
        "Antici et al. (2024), A Corpus for Sentence-Level Subjectivity Detection on English News Articles",
    ),
    "mpqa_1_2": (
        ("mpqa_1_2/train.tsv",),
        _UNSTATED,
        "Wiebe, Wilson and Cardie (2005), Annotating Expressions of Opinions and Emotions in Language",
    ),
    "babe": (
        ("babe/train.tsv",),
        "AGPL-3.0 (repository); no separate data licence stated",
        "Spinde et al. (2021), Neural Media Bias Detection Using Distant Supervision With BABE",
    ),
    "anno_lexical": (
        ("anno_lexical/train.tsv",),
        "MIT (repository), CC BY-NC-ND (data card)",
        "Horych et al. (2024), The Promises and Pitfalls of LLM Annotations in Dataset Labeling",
    ),
    "wnc_sample": (
        ("wnc_sample/train.tsv",),
        "MIT over CC BY-SA text",
        "Pryzant et al. (2020), Automatically Neutralizing Subjective Bias in Text",
    ),
    "basil": (
        ("basil/train.tsv",),
        _UNSTATED,
        "Fan et al. (2019), In Plain Sight: Media Bias Through the Lens of Factual Reporting",
    ),
    "conll2010_bioscope": (
        ("conll2010_bioscope/train.tsv",),
        "CC BY-SA, according to a third party",
        "Farkas et al. (2010), The CoNLL-2010 Shared Task",
    ),
    "sarcasm_v2": (
        ("sarcasm_v2/train.tsv",),
        _UNSTATED,
        "Oraby et al. (2016), Creating and Characterizing a Diverse Corpus of Sarcasm in Dialogue",
    ),
    "iac_sarcasm_ratings": (
        ("iac_sarcasm_ratings/all.tsv",),
        _UNSTATED,
        "Walker et al. (2012), A Corpus for Research on Deliberation and Debate",
    ),
    "conll2010_wiki_weasel": (
        ("conll2010_wiki_weasel/train.tsv",),
        "CC BY-SA, according to a third party",
        "Farkas et al. (2010), The CoNLL-2010 Shared Task",
    ),
}
# Of the texts that the transformer labelled: files, licence, citation
_TAUGHT: dict[str, tuple[tuple[str, ...], str, str]] = {
    "news_vs_opinion_allsides": (
        ("news_vs_opinion_allsides/train.tsv",),
        "Apache-2.0 (repository); texts copyrighted by their publishers",
        "Baly et al. (2020), We Can Detect Your Bias",
    ),
    "articles_reuters21578": (
        ("articles_reuters21578/articles.jsonl",),
        "research only",
        "Lewis (1997), Reuters-21578",
    ),
    "articles_masc": (
        ("articles_masc/docs.jsonl",),
        "open, commercial use included",
        "Ide et al. (2010), The Manually Annotated Sub-Corpus",
    ),
    "polnear": (
        ("polnear/train_articles.jsonl",),
        _UNSTATED,
        "Newell et al. (2018), An Attribution Relations Corpus for Political News",
    ),
    "c3_constructive_comments": (
        ("c3_constructive_comments/all.tsv",),
        "CC BY-NC-SA 4.0 (parent corpus)",
        "Kolhatkar et al. (2023), Classifying constructive comments",
    ),
    "brown_news_editorial": (
        ("brown_news_editorial/train.tsv",),
        "non-commercial",
        "Francis and Kucera (1979), Brown Corpus Manual",
    ),
}

# What each task's card says of it.
TASK_CARDS: dict[str, dict[str, str]] = {
    "opinion": {
        "intended_use": "Telling opinion from report among the sentences of English news pages and of the comments"
        " under them: to check how pages are labelled, to study many articles, to show a reader what argues.",
        "definition": "opinion: the sentence carries its writer's own judgement, speculation, exhortation, sarcasm"
        " or loaded wording; an opinion quoted from or attributed to a source is report (NewsSD-ENG's guidelines)",
        "weights_licence": "The weights are statistics of research corpora, among them some under no stated licence,"
        " one under AGPL-3.0 and texts that their publishers own: for research and evaluation; ask the owners before"
        " commercial use.",
        "caveat": "While the word lists were written, hits of single words were counted on these corpora and, by"
        " mistake, on CheckThat test2023 too; seven words that only the test spoke for were taken out again."
        " The test's figure may still be slightly too good.",
    },
    "loaded": {
        "intended_use": "Finding sentences of English news that are worded in favour of a side, for an editor to look"
        " at, or to compare many articles.",
        "definition": "loaded: trained readers would call the sentence biased by its choice of words (BABE)",
        "weights_licence": "The weights are statistics of research corpora, one under AGPL-3.0, one of them labelled"
        " by language models under a non-commercial licence: for research and evaluation.",
    },
    "sarcasm": {
        "intended_use": "Ranking English reader comments by how sarcastic they are, for a person to read from the top.",
        "definition": "sarcastic: readers would say that the comment means something else than it says",
        "limits": "Trained on posts of political debate forums; a judgement that people share only roughly.",
        "weights_licence": "The weights are statistics of research corpora under no stated licence: for research and"
        " evaluation.",
        "caveat": "While the cue lists were written, n-grams of the Unhealthy Comments validation split were looked"
        " at by mistake (see the head of sarcasm.tsv). The test's figure may be slightly too good.",
    },
    "hedge": {
        "intended_use": "Finding sentences that state something with reserve or without a source, for a writer or an"
        " editor to look at.",
        "definition": "uncertain: the sentence holds a hedge, a weasel word or a claim without a source"
        " (CoNLL-2010 shared task, Wikipedia)",
        "weights_licence": "The weights are statistics of an encyclopedia's text under CC BY-SA and of research"
        " corpora: for research and evaluation.",
    },
}

# What the card of one model says in place of its task's.
NAMED_CARDS: dict[str, dict[str, str]] = {
    "opinion-fast-permissive": {
        "weights_licence": "The weights are statistics of corpora and texts under CC BY 4.0 or as open, taught by a"
        " transformer that learned from nothing else, beginning as one under Apache-2.0. Name the sources when you"
        " pass them on; commercial use included.",
    },
}


def provenance(
    names: Iterable[str], data: Path, rows: Mapping[str, int] | None = None
) -> dict[str, dict[str, str | int]]:
    """Files, sha256, licence and citation of corpora, for a card.

    Parameters
    ----------
    names : iterable of str
        Of labelled corpora, or of collections that the transformer labelled.
    data : Path
        The folder of corpora.
    rows : mapping of str to int, optional
        How many rows of each the model learned from.
    """
    out: dict[str, dict[str, str | int]] = {}
    for name in names:
        if name == "own":
            files: tuple[str, ...] = (OWN.as_posix(),)
            bodies = [OWN.read_bytes()]
            licence, citation = "CC BY 4.0", "written for this project; see datasets/sentences/README.md"
        else:
            files, licence, citation = (_SOURCES | _TAUGHT)[name]
            bodies = [(data / file).read_bytes() for file in files]
        out[name] = {
            "files": ", ".join(files),
            "sha256": hashlib.sha256(b"".join(bodies)).hexdigest(),
            "licence": licence,
            "citation": citation,
        }
        if rows is not None:
            out[name]["rows"] = rows[name]
    return out


def lexicon_hash() -> str:
    """The sha256 of all lexicon files."""
    return hashlib.sha256("".join(f"{n}\n{c}" for n, c in lexicon_files()).encode()).hexdigest()


def shared_card() -> dict[str, Any]:
    """What the card of every model says alike."""
    return {
        "not_for": "Languages other than English; fiction, tweets, transcripts; judging a person or an outlet by"
        " single sentences; whether a claim is true.",
        "seed": 0,
        "made": datetime.now(UTC).date().isoformat(),
        "versions": {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
        "lexicons_sha256": lexicon_hash(),
    }


def rounded(value: Any) -> Any:
    """Figures of a card with four decimals."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value

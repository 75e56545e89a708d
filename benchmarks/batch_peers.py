"""What others make of a collection, from Parquet in to Parquet out: the contenders of benchmarks/batch.py.

Each is made ready by a function that gets some articles, and is then called with an input and an output path.
It splits each article into sentences, scores every sentence, writes the table of sentences and returns their
number; NELA writes a row of features an article. NLTK's data need not be installed: see ``punkt`` and ``_stand_in``.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

Contender = Callable[[Path, Path], int]
Split = Callable[[str], Iterable[str]]
_TRAINED_ON = 300  # articles
_NELA_NEEDS = (
    "taggers/averaged_perceptron_tagger_eng",
    "chunkers/maxent_ne_chunker_tab",
    "corpora/stopwords",
)
# The tags that NELA counts, and the entities of NLTK's chunker.
PTB = (
    "CC CD DT EX FW IN JJ JJR JJS LS MD NN NNS NNP NNPS PDT POS PRP PRP$ RB RBR RBS RP SYM TO UH WP$ WRB VB VBD VBG"
    " VBN VBP VBZ WDT WP $ '' ( ) , -- . : ``"
)
ENTITIES = ("GPE", "PERSON", "ORGANIZATION", "LOCATION", "FACILITY", "GSP")


def punkt(texts: list[str]) -> Any:
    """NLTK's sentence tokenizer as NLTK's data have it, or trained on some articles where they are not there."""
    from nltk.tokenize.punkt import PunktSentenceTokenizer, PunktTokenizer

    if _has("tokenizers/punkt_tab"):
        return PunktTokenizer("english")
    return PunktSentenceTokenizer("\n".join(texts[:_TRAINED_ON]))


def _has(*names: str) -> bool:
    """Whether NLTK's data of all these names are installed."""
    from nltk.data import find

    try:
        for name in names:
            find(name)
    except LookupError:
        return False
    return True


def _give_nltk(tokenizer: Any) -> None:
    """Let NLTK's own sent_tokenize use this tokenizer, which TextBlob and NELA ask for."""

    def get(language: str = "english") -> Any:
        return tokenizer

    import nltk.tokenize

    nltk.tokenize._get_punkt_tokenizer = get


def _scored(split: Split, score: Callable[[list[str]], list[float]], source: Path, output: Path) -> int:
    frame = pd.read_parquet(source, columns=["id", "text"])
    sentences = [list(split(text)) for text in frame["text"]]
    flat = list(chain.from_iterable(sentences))
    ids = frame["id"].repeat([len(s) for s in sentences]).to_numpy()
    pd.DataFrame({"id": ids, "text": flat, "score": score(flat)}).to_parquet(output)
    return len(flat)


def textblob(texts: list[str]) -> Contender:
    """TextBlob: its sentences and their subjectivity."""
    from textblob import TextBlob

    _give_nltk(punkt(texts))

    def run(source: Path, output: Path) -> int:
        frame = pd.read_parquet(source, columns=["id", "text"])
        rows = [
            (key, str(sentence), sentence.sentiment.subjectivity)
            for key, text in zip(frame["id"], frame["text"], strict=True)
            for sentence in TextBlob(text).sentences
        ]
        pd.DataFrame(rows, columns=["id", "text", "score"]).to_parquet(output)
        return len(rows)

    return run


def spacy(texts: list[str]) -> Contender:
    """spaCy's rule-based sentencizer, and TextBlob's subjectivity."""
    import spacy as library
    from textblob import TextBlob

    nlp = library.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 10_000_000

    def split(text: str) -> list[str]:
        return [sentence.text for sentence in nlp(text).sents]

    def score(sentences: list[str]) -> list[float]:
        return [TextBlob(sentence).sentiment.subjectivity for sentence in sentences]

    def run(source: Path, output: Path) -> int:
        return _scored(split, score, source, output)

    return run


def tfidf(texts: list[str]) -> Contender:
    """NLTK's Punkt, and scikit-learn's n-grams; fitted on made-up labels: the speed does not depend on them."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    tokenizer = punkt(texts)
    sentences = list(chain.from_iterable(map(tokenizer.tokenize, texts[:_TRAINED_ON])))
    middle = statistics.median(map(len, sentences))
    pipeline = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
        ),
        LogisticRegression(solver="liblinear"),
    ).fit(sentences, [len(sentence) > middle for sentence in sentences])

    def score(found: list[str]) -> list[float]:
        out: list[float] = []
        for i in range(0, len(found), 1000):
            out += pipeline.predict_proba(found[i : i + 1000])[:, 1].tolist()
        return out

    def run(source: Path, output: Path) -> int:
        return _scored(tokenizer.tokenize, score, source, output)

    return run


def nela(texts: list[str]) -> Contender:
    """NELA's features of each article."""
    import nela_features.nela_features as library

    tokenizer = punkt(texts)
    _give_nltk(tokenizer)
    if not _has(*_NELA_NEEDS):
        _stand_in(library, texts)
    extractor = library.NELAFeatureExtractor()

    def run(source: Path, output: Path) -> int:
        frame = pd.read_parquet(source, columns=["id", "text"])
        rows = [extractor.extract_all(text) for text in frame["text"]]
        features = pd.DataFrame([vector for vector, _ in rows], columns=rows[0][1])
        features.insert(0, "id", frame["id"])
        features.to_parquet(output)
        return sum(len(tokenizer.tokenize(text)) for text in frame["text"])

    return run


def _stand_in(library: Any, texts: list[str]) -> None:
    """Give NELA what NLTK's data hold: its own tagger and chunker, trained on made-up labels, and stop words.

    What runs is NLTK's code; which labels it learned makes little difference to the speed.
    """
    from nltk import word_tokenize
    from nltk.chunk.named_entity import NEChunkParser, NEChunkParserTagger
    from nltk.classify import MaxentClassifier
    from nltk.tag.perceptron import PerceptronTagger
    from nltk.tree import Tree

    words = list(chain.from_iterable(map(word_tokenize, texts[:_TRAINED_ON])))
    tags = PTB.split()
    tagged = [(word, tags[sum(map(ord, word[-2:])) % len(tags)]) for word in words]
    tagger = PerceptronTagger(load=False)
    tagger.train([tagged[i : i + 25] for i in range(0, min(len(tagged), 50_000), 25)], nr_iter=1)

    class EntityTagger(NEChunkParserTagger):  # type: ignore[misc]
        _en_wordlist = frozenset(words)

        def _classifier_builder(self, train: Any) -> Any:
            return MaxentClassifier.train(train, algorithm="gis", max_iter=2, trace=0)

    class Chunker(NEChunkParser):  # type: ignore[misc]
        def _train(self, corpus: Any) -> None:
            self._tagger = EntityTagger(train=[self._parse_to_tagged(s) for s in corpus])

    def tree(some: list[tuple[str, str]]) -> Any:
        named = ((token, token[0][:1].isupper(), ENTITIES[len(token[0]) % len(ENTITIES)]) for token in some)
        return Tree("S", [Tree(label, [token]) if upper else token for token, upper, label in named])

    class StopWords:
        @staticmethod
        def words(language: str) -> list[str]:
            return [word for word, _ in Counter(words).most_common(179)]  # as many as NLTK has

    chunker = Chunker([tree(tagged[i : i + 25]) for i in range(0, min(len(tagged), 5000), 25)])
    library.pos_tag, library.ne_chunk, library.stopwords = tagger.tag, chunker.parse, StopWords


PEERS: dict[str, Callable[[list[str]], Contender]] = {
    "TextBlob: sentences, subjectivity": textblob,
    "spaCy sentencizer + TextBlob": spacy,
    "NLTK Punkt + scikit-learn TF-IDF": tfidf,
    "NELA features": nela,
}

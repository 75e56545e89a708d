"""Our own conformance suite: every estimator does what scikit-learn's users take for granted.

scikit-learn's ``check_estimator`` runs next to nothing on a transformer of texts.
"""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted

from rhetoric.cues import find_cues
from rhetoric.features.columns import VOICE_NAMES, cue_names
from rhetoric.features.cues import CueFeatures
from rhetoric.features.hashed import HashedNgrams
from rhetoric.features.pipeline import feature_union
from rhetoric.features.voice import VoiceFeatures
from rhetoric.reading import read
from rhetoric.types import Cue, Sentence

Make = Callable[[], Any]


def words() -> HashedNgrams:
    return HashedNgrams("word", (1, 2), 9)


def characters() -> HashedNgrams:
    return HashedNgrams(analyzer="char", ngram_range=(2, 4), bits=10)


def cues_by_rule() -> CueFeatures:
    return CueFeatures()


def cues_by_kind() -> CueFeatures:
    return CueFeatures(by="kind")


def voice() -> VoiceFeatures:
    return VoiceFeatures()


SPARSE = (words, characters)
DENSE = (cues_by_rule, cues_by_kind, voice)
ESTIMATORS = SPARSE + DENSE
PARAMETERS: dict[Make, dict[str, object]] = {
    words: {"analyzer": "word", "ngram_range": (1, 2), "bits": 9},
    characters: {"analyzer": "char", "ngram_range": (2, 4), "bits": 10},
    cues_by_rule: {"by": "rule"},
    cues_by_kind: {"by": "kind"},
    voice: {},
}
every = pytest.mark.parametrize("make", ESTIMATORS, ids=[make.__name__ for make in ESTIMATORS])

SENTENCES = [
    "The council met on Monday.",
    "What a shameless, appalling giveaway!",
    "“It is a farce,” said Ann Lee.",
    "",
    "You know, perhaps we should not pay for this?",
    "The so-called “plan” has failed AGAIN!!",
    "😀 \ud800 漢字",
    "The mayor said the bridge was safe, according to the clerk.",
]


def dense(matrix: Any) -> np.ndarray:
    return matrix.toarray() if issparse(matrix) else np.asarray(matrix)


@every
def test_clone_and_parameters(make: Make) -> None:
    estimator = make()
    assert estimator.get_params() == PARAMETERS[make]
    copied = clone(estimator)
    assert copied is not estimator
    assert copied.get_params() == PARAMETERS[make]
    assert type(copied)().set_params(**PARAMETERS[make]).get_params() == PARAMETERS[make]
    assert (dense(copied.fit_transform(SENTENCES)) == dense(estimator.fit_transform(SENTENCES))).all()


@every
def test_init_only_stores(make: Make) -> None:
    estimator = make()
    assert vars(estimator) == PARAMETERS[make]


@every
def test_fit_gives_the_estimator_back_and_learns_names_that_end_in_an_underscore(make: Make) -> None:
    estimator = make()
    assert estimator.fit(SENTENCES) is estimator
    assert estimator.get_params() == PARAMETERS[make]
    assert all(name.endswith("_") for name in set(vars(estimator)) - set(PARAMETERS[make]))


@every
def test_no_fit_is_needed(make: Make) -> None:
    try:
        check_is_fitted(make())
    except NotFittedError:
        pytest.fail("a transformer that learns nothing must count as fitted")
    assert (dense(make().transform(SENTENCES)) == dense(make().fit(SENTENCES[:1]).transform(SENTENCES))).all()


@every
def test_the_labels_are_ignored(make: Make) -> None:
    with_labels = make().fit(SENTENCES, [0, 1] * 4).transform(SENTENCES)
    assert (dense(with_labels) == dense(make().fit_transform(SENTENCES))).all()


@every
def test_shape_and_values(make: Make) -> None:
    matrix = make().fit_transform(SENTENCES)
    assert issparse(matrix) == (make in SPARSE)
    assert matrix.dtype == np.float64
    assert matrix.shape[0] == len(SENTENCES)
    values = dense(matrix)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (values.sum(axis=1) > 0).sum() >= 4


@every
def test_names_match_the_width(make: Make) -> None:
    estimator = make().fit(SENTENCES)
    names = estimator.get_feature_names_out()
    assert names.dtype == object
    assert len(names) == len(set(names)) == estimator.transform(SENTENCES).shape[1]
    assert all(isinstance(name, str) for name in names)


@every
def test_the_same_matrix_after_a_pickle(make: Make) -> None:
    for estimator in (make(), make().fit(SENTENCES)):
        restored = pickle.loads(pickle.dumps(estimator))
        assert restored.get_params() == PARAMETERS[make]
        assert (
            dense(restored.transform(SENTENCES)).tobytes() == dense(estimator.transform(SENTENCES)).tobytes()
        )


@every
def test_the_same_matrix_twice(make: Make) -> None:
    estimator = make()
    assert dense(estimator.transform(SENTENCES)).tobytes() == dense(estimator.transform(SENTENCES)).tobytes()


@every
def test_no_sentences(make: Make) -> None:
    width = make().transform(SENTENCES).shape[1]
    for nothing in ([], (), iter([]), pd.Series([], dtype=object), np.array([], dtype=object)):
        matrix = (
            make().fit(nothing).transform(nothing) if isinstance(nothing, list) else make().transform(nothing)
        )
        assert matrix.shape == (0, width)


@every
def test_order_and_batch_do_not_matter(make: Make) -> None:
    estimator = make()
    whole = dense(estimator.transform(SENTENCES))
    order = [5, 2, 7, 0, 3, 6, 1, 4]
    assert dense(estimator.transform([SENTENCES[i] for i in order])).tobytes() == whole[order].tobytes()
    alone = np.vstack([dense(estimator.transform([s])) for s in SENTENCES])
    assert alone.tobytes() == whole.tobytes()


@every
def test_the_input_is_not_changed(make: Make) -> None:
    given = [*SENTENCES, Sentence(3, 12, "A farce!?", "comment", "quoted")]
    before = copy.deepcopy(given)
    make().fit(given).transform(given)
    assert given == before
    column = np.array(SENTENCES, dtype=object)
    make().transform(column)
    assert column.tolist() == SENTENCES


@every
def test_any_iterable_of_texts(make: Make) -> None:
    expected = dense(make().transform(SENTENCES))
    column = pd.Series(SENTENCES, index=range(10, 18), dtype=object)
    encodable = [s for s in SENTENCES if "\ud800" not in s]
    for given in (tuple(SENTENCES), iter(SENTENCES), np.array(SENTENCES, dtype=object), column):
        assert (dense(make().transform(given)) == expected).all()
    series = pd.Series(encodable, index=range(100, 107))  # pandas' own string type
    assert (dense(make().transform(series)) == dense(make().transform(encodable))).all()


@every
def test_a_sentence_is_read_as_its_text(make: Make) -> None:
    plain = [s for s in SENTENCES if "“" not in s and "mayor said" not in s]
    stated = [Sentence(100 + i, 100 + i + len(s), s) for i, s in enumerate(plain)]
    assert (dense(make().transform(stated)) == dense(make().transform(plain))).all()
    mixed = [plain[0], stated[1], *plain[2:]]
    assert (dense(make().transform(mixed)) == dense(make().transform(plain))).all()


@every
@pytest.mark.parametrize(
    ("given", "got"),
    [
        ("a lone string", "Got 'a lone string' instead"),
        (b"bytes", "Got b'bytes' instead"),
        (None, "Got NoneType instead"),
        (12, "Got int instead"),
        (Sentence(0, 1, "a"), "Got Sentence instead"),
    ],
    ids=["str", "bytes", "None", "int", "Sentence"],
)
def test_no_list_of_sentences(make: Make, given: object, got: str) -> None:
    message = (
        rf"^The 'sentences' parameter of {type(make()).__name__}\.transform must be a list of str.* {got}"
    )
    with pytest.raises(TypeError, match=message):
        make().fit([]).transform(given)


@every
@pytest.mark.parametrize(
    ("entry", "got"),
    [
        (None, "NoneType"),
        (float("nan"), "float"),
        (pd.NA, "NAType"),
        (b"bytes", "bytes"),
        (3, "int"),
        (["a"], "list"),
    ],
    ids=["None", "NaN", "NA", "bytes", "int", "list"],
)
def test_an_entry_that_is_no_text(make: Make, entry: object, got: str) -> None:
    message = (
        rf"^The 'sentences' parameter of {type(make()).__name__}\.transform must hold str or Sentence\. "
        rf"Got {got} at row 1 instead\."
    )
    with pytest.raises(TypeError, match=message):
        make().transform(["a", entry, "b"])


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (
            HashedNgrams(analyzer="words"),
            "The 'analyzer' parameter of HashedNgrams must be .* Got 'words' instead.",
        ),
        (HashedNgrams(analyzer=1), "The 'analyzer' parameter of HashedNgrams must be .* Got 1 instead."),
        (HashedNgrams(ngram_range=(0, 2)), r"The 'ngram_range' parameter .* Got \(0, 2\) instead."),
        (HashedNgrams(ngram_range=(3, 2)), r"The 'ngram_range' parameter .* Got \(3, 2\) instead."),
        (HashedNgrams(ngram_range=(1, 13)), r"The 'ngram_range' parameter .* Got \(1, 13\) instead."),
        (HashedNgrams(ngram_range=2), "The 'ngram_range' parameter .* Got 2 instead."),
        (HashedNgrams(ngram_range=(1, 2, 3)), r"The 'ngram_range' parameter .* Got \(1, 2, 3\) instead."),
        (HashedNgrams(ngram_range=("a", "b")), r"The 'ngram_range' parameter .* Got \('a', 'b'\) instead."),
        (HashedNgrams(ngram_range=(1.5, 2.5)), r"The 'ngram_range' parameter .* Got \(1.5, 2.5\) instead."),
        (HashedNgrams(bits=7), "The 'bits' parameter of HashedNgrams must be .* Got 7 instead."),
        (HashedNgrams(bits=25), "The 'bits' parameter of HashedNgrams must be .* Got 25 instead."),
        (HashedNgrams(bits=18.0), "The 'bits' parameter of HashedNgrams must be .* Got 18.0 instead."),
        (
            CueFeatures(by="rules"),
            "The 'by' parameter of CueFeatures must be 'rule' or 'kind'. Got 'rules' instead.",
        ),
        (CueFeatures(by=["rule"]), r"The 'by' parameter of CueFeatures must be .* Got \['rule'\] instead."),
    ],
    ids=repr,
)
def test_bad_parameters(estimator: BaseEstimator, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimator.fit(SENTENCES)
    with pytest.raises(ValueError, match=message):
        estimator.transform(SENTENCES)


def test_a_list_for_a_pair_is_fine() -> None:
    """As a settings file gives it."""
    expected = words().transform(SENTENCES)
    assert (dense(HashedNgrams("word", [1, 2], 9).fit_transform(SENTENCES)) == dense(expected)).all()
    assert (
        dense(HashedNgrams("word", (1, 2), np.int64(9)).fit_transform(SENTENCES)) == dense(expected)
    ).all()


LABELS = ["opinion", "report"] * 8
TEXTS = ["What a shameless farce this is!", "The council met on Monday in the hall."] * 8


@every
def test_in_a_pipeline(make: Make) -> None:
    pipeline = make_pipeline(make(), LogisticRegression(C=10.0)).fit(TEXTS, LABELS)
    assert pipeline.predict(TEXTS[:2]).tolist() == ["opinion", "report"]
    assert pipeline[:-1].get_feature_names_out().shape == pipeline[-1].coef_.shape[1:]
    restored = pickle.loads(pickle.dumps(pipeline))
    assert restored.predict_proba(TEXTS[:2]).tolist() == pipeline.predict_proba(TEXTS[:2]).tolist()
    # a step's output may be a data frame without harm to the next (sparse ones cannot be)
    if make in DENSE:
        framed = clone(pipeline).set_output(transform="pandas").fit(TEXTS, LABELS)
        assert framed.predict(TEXTS[:2]).tolist() == ["opinion", "report"]


def test_in_a_grid_search() -> None:
    pipeline = Pipeline(
        [
            (
                "features",
                FeatureUnion([("words", words()), ("cues", CueFeatures()), ("voice", VoiceFeatures())]),
            ),
            ("classifier", LogisticRegression()),
        ]
    )
    grid = {
        "features__words__ngram_range": [(1, 1), (1, 2)],
        "features__words__bits": [8, 9],
        "features__cues__by": ["rule", "kind"],
    }
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(pd.Series(TEXTS), LABELS)
    assert search.best_score_ == 1.0
    assert len(search.cv_results_["params"]) == 8


@pytest.mark.parametrize("make", DENSE, ids=[make.__name__ for make in DENSE])
def test_as_a_data_frame(make: Make) -> None:
    encodable = [s for s in SENTENCES if "\ud800" not in s]
    framed = make().set_output(transform="pandas").fit_transform(encodable)
    assert isinstance(framed, pd.DataFrame)
    assert framed.columns.tolist() == make().get_feature_names_out().tolist()
    assert (framed.to_numpy() == make().fit_transform(encodable)).all()
    series = pd.Series(encodable, index=range(50, 57))
    assert make().set_output(transform="pandas").fit_transform(series).index.tolist() == series.index.tolist()


def test_the_union_of_all() -> None:
    union = feature_union((1, 2), 9, (2, 4), 10)
    matrix = union.fit_transform(SENTENCES)
    assert matrix.shape == (len(SENTENCES), 512 + 1024 + len(cue_names("rule")) + len(VOICE_NAMES))
    parts = [dense(make().transform(SENTENCES)) for make in (words, characters, cues_by_rule, voice)]
    assert (dense(matrix) == np.hstack(parts)).all()
    assert len(union.get_feature_names_out()) == matrix.shape[1]


@every
def test_no_warnings(make: Make) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make().fit(SENTENCES).transform(SENTENCES)


# What the columns hold


def column(make: Make, name: str, sentences: list[Any]) -> list[float]:
    estimator = make()
    return estimator.transform(sentences)[:, estimator.get_feature_names_out().tolist().index(name)].tolist()


def test_cues_are_counted_in_the_voice_that_has_them() -> None:
    sentences = ["A farce, a shameless farce.", "“A farce,” said Lee, “a shameless farce.”", "It is late."]
    assert column(cues_by_kind, "loaded", sentences) == [3, 0, 0]
    assert column(cues_by_kind, "loaded (source)", sentences) == [0, 3, 0]
    assert column(cues_by_rule, "loaded/evaluative-noun", sentences) == [2, 0, 0]
    assert column(cues_by_rule, "loaded (source)", sentences) == [0, 3, 0]


def test_the_fourth_cue_adds_nothing() -> None:
    assert column(cues_by_rule, "loaded/evaluative-noun", ["Farce, farce, farce, farce, farce."]) == [3]


def test_a_sentence_keeps_the_cues_it_brings() -> None:
    own = Cue("loaded", 10, 15, "plain", "loaded/evaluative-noun", "made up", 0.5, "writer")
    theirs = Cue("loaded", 10, 15, "plain", "loaded/evaluative-noun", "made up", 0.5, "reported")
    other = Cue("of my own", 10, 15, "plain", "of my own/x", "made up", 0.5, "writer")
    sentences = [
        Sentence(10, 25, "plain farce now", cues=(own,)),
        Sentence(10, 25, "plain farce now", cues=(own, theirs, other)),
        Sentence(10, 25, "plain farce now"),
    ]
    assert column(cues_by_rule, "loaded/evaluative-noun", sentences) == [1, 1, 1]
    assert column(cues_by_rule, "loaded (source)", sentences) == [0, 1, 0]
    assert column(cues_by_kind, "loaded", sentences) == [1, 1, 1]


def test_the_cues_of_a_document_are_those_counted() -> None:
    """Law 1: no cue feature without a span."""
    text = "A shameless farce! “Perhaps,” said Lee. The mayor said it was a so-called “plan”. Who needs it?"
    by_rule = cue_names("rule")
    for sentence in read(text).sentences:
        cues = [c for c in find_cues(text) if sentence.start <= c.start < sentence.end]
        expected = dict.fromkeys(by_rule, 0.0)
        for cue in cues:
            expected[cue.rule if cue.voice == "writer" else f"{cue.kind} (source)"] += 1
        given = Sentence(
            sentence.start, sentence.end, sentence.text, sentence.part, sentence.voice, tuple(cues)
        )
        row = cues_by_rule().transform([given])[0]
        assert dict(zip(by_rule, row.tolist(), strict=True)) == {k: min(v, 3.0) for k, v in expected.items()}


def test_voice_columns() -> None:
    sentences = [
        "We met you, and you met us; I paid!",
        "“It is late,” said Lee.",
        Sentence(0, 11, "It is late?", "comment", "mixed"),
        "",
    ]
    assert column(voice, "voice=writer", sentences) == [1, 0, 0, 1]
    assert column(voice, "voice=quoted", sentences) == [0, 1, 0, 0]
    assert column(voice, "voice=mixed", sentences) == [0, 0, 1, 0]
    assert column(voice, "part=body", sentences) == [1, 1, 0, 1]
    assert column(voice, "part=comment", sentences) == [0, 0, 1, 0]
    assert column(voice, "first person", sentences) == [2, 0, 0, 0]  # two at most
    assert column(voice, "second person", sentences) == [2, 0, 0, 0]
    assert column(voice, "exclamation mark", sentences) == [1, 0, 0, 0]
    assert column(voice, "log words", sentences) == pytest.approx([np.log1p(n) / 4 for n in (9, 5, 3, 0)])

"""Reports built by hand, so that the renderings are tested without a model."""

from __future__ import annotations

from rhetoric.report.report import Report, SentenceReport
from rhetoric.types import Block, BlockKind, Cue, Document, Part, Quotation, Sentence, Voice

KINDS = ("loaded", "hedge", "booster", "scare_quote", "rhetorical_question", "sarcasm", "attribution")

# The scores of the other tasks, by a word of the sentence; without one they are low.
OTHERS = {
    "shameless": {"loaded": 0.9, "sarcasm": 0.7, "hedge": 0.6},
    "annex": {"loaded": 0.2, "sarcasm": 0.1, "hedge": 0.1},
    "Oh great": {"loaded": 0.3, "sarcasm": 0.8, "hedge": 0.1},
}
THRESHOLDS = {"loaded": 0.5, "sarcasm": 0.6, "hedge": 0.55}

Row = tuple[str, float, Part, Voice, tuple[tuple[str, str], ...]]


def make_report(rows: list[Row], *, threshold: float = 0.5, warnings: tuple[str, ...] = ()) -> Report:
    """Join the rows' sentences by blank lines: one block each, a cue for each (kind, wording) of a row."""
    text = "\n\n".join(row[0] for row in rows)
    at, comment = 0, 0
    blocks, sentences, quotations = [], [], []
    for i, (words, p, part, voice, marks) in enumerate(rows):
        cues = []
        for kind, wording in marks:
            start = at + words.index(wording)
            why = f"'{wording}' was marked as {kind}"
            cues.append(
                Cue(
                    kind,
                    start,
                    start + len(wording),
                    wording,
                    f"{kind}/test",
                    why,
                    0.5,
                    "quoted" if voice == "quoted" else "writer",
                )
            )
        first, last = words.find("“"), words.find("”")
        if 0 <= first < last:
            quotations.append(Quotation(at + first, at + last + 1, words[first : last + 1]))
        end = at + len(words)
        kinds: dict[Part, BlockKind] = {"title": "title", "body": "paragraph", "caption": "caption"}
        kind_of = kinds.get(part, "comment")
        number = comment if part == "comment" else None
        author = f"reader {comment}" if number is not None and comment % 2 else None
        blocks.append(Block(at, end, words, kind_of, part, number, author))
        comment += part == "comment"
        sentence = Sentence(at, end, words, part, voice, tuple(sorted(cues, key=_place)))
        sentences.append(
            SentenceReport(i, sentence, scores_of(words, p), "opinion" if p >= threshold else "report")
        )
        at = end + 2
    document = Document(
        text, tuple(blocks), tuple(s.sentence for s in sentences), tuple(quotations), warnings=warnings
    )
    n_words = sum(any(c.isalnum() for c in word) for word in text.split())
    thresholds = {"opinion": threshold, **THRESHOLDS}
    models = dict.fromkeys(thresholds, "fast")
    return Report(document, tuple(sentences), "fast", threshold, KINDS, n_words, thresholds, models)


def scores_of(words: str, p: float) -> dict[str, float]:
    """Scores of all tasks: that of opinion as given."""
    low = dict.fromkeys(THRESHOLDS, 0.1)
    return {"opinion": p, **next((scores for word, scores in OTHERS.items() if word in words), low)}


def _place(cue: Cue) -> tuple[int, int]:
    return cue.start, cue.end


HARBOUR: list[Row] = [
    (
        "The pier is late again, and nobody is to blame",
        0.71,
        "title",
        "writer",
        (("sarcasm", "nobody is to blame"),),
    ),
    (
        "The harbour office said on Tuesday that the pier will open in May.",
        0.06,
        "body",
        "reported",
        (("attribution", "said"),),
    ),
    (
        "It was perhaps a truly brilliant and shameless piece of planning, even for the office "
        "that once painted the wrong lighthouse.",
        0.97,
        "body",
        "writer",
        (
            ("hedge", "perhaps"),
            ("booster", "truly"),
            ("loaded", "truly brilliant"),
            ("loaded", "shameless"),
        ),
    ),
    ("“This is a disgrace,” said Oskar Venn.", 0.38, "body", "quoted", (("loaded", "disgrace"),)),
    (
        "Mr Venn calls it a “learning opportunity” and chairs the committee that chose the builder.",
        0.52,
        "body",
        "mixed",
        (("scare_quote", "“learning opportunity”"),),
    ),
    (
        "Who, one wonders, will teach the teachers?",
        0.9,
        "body",
        "writer",
        (
            ("rhetorical_question", "Who, one wonders, will teach the teachers?"),
            ("hedge", "one wonders"),
        ),
    ),
    ("The old pier, seen in April. Photo: Observer", 0.03, "caption", "writer", ()),
    ("Oh great, another meeting.", 0.88, "comment", "writer", (("sarcasm", "Oh great"),)),
    ("The sum is in the annex on page 31.", 0.08, "comment", "writer", ()),
]


def harbour() -> Report:
    """An article of a few sentences with every kind of cue, and two comments."""
    return make_report(HARBOUR, warnings=("The text has no date.",))

"""Readable pages of the shipped models, made from nothing but their cards.

    python -m rhetoric.training.cards

Writes ``docs/models/<folder>.md`` and ``docs/images/calibration-<folder>-….svg`` for each folder of
``src/rhetoric/models``.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
from pathlib import Path
from typing import Any

from rhetoric.evaluation.calibration import Reliability, draw_reliability
from rhetoric.files import write_atomic
from rhetoric.training.pages import Card, Picture, by_task, page
from rhetoric.types import RhetoricError

log = logging.getLogger(__name__)
MODELS, PAGES, IMAGES = Path("src/rhetoric/models"), Path("docs/models"), Path("docs/images")


def read_cards(models: Path) -> dict[str, dict[str, Any]]:
    """The card of each model folder.

    Raises
    ------
    RhetoricError
        Where there is no card, or one is no JSON object.
    """
    cards: dict[str, dict[str, Any]] = {}
    for path in sorted(models.glob("*/card.json")):
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise RhetoricError(f"{path} is no JSON: {error}. Make the model again.") from error
        if not isinstance(card, dict):
            raise RhetoricError(f"{path} holds no JSON object. Make the model again.")
        cards[path.parent.name] = card
    if not cards:
        raise RhetoricError(f"No model folder with a card.json in '{models}': pass --models.")
    return cards


def pictures_of(folder: str, card: Card) -> list[Picture]:
    """The calibration curves that a card has figures for."""
    out = []
    for task, part in by_task(card).items():
        model = f"{folder}, {task}" if "tasks" in card else folder
        for name, table in part.get("reliability", {}).items():
            slug = re.sub(r"[^a-z0-9]+", "-", f"{model} {name}".lower()).strip("-")
            curve = Reliability.from_dict(table)
            out.append(Picture(task, f"calibration-{slug}.svg", curve, f"{model}: {name}"))
    return out


def make_pages(models: Path, images: str = "../images") -> tuple[dict[str, str], list[Picture]]:
    """All pages by file name, and the pictures that they show, which lie at ``images`` as seen from a page."""
    pages: dict[str, str] = {}
    pictures: list[Picture] = []
    for folder, card in read_cards(models).items():
        files = sorted(p for p in (models / folder).iterdir() if p.is_file() and p.name != "card.json")
        own = pictures_of(folder, card)
        pages[f"{folder}.md"] = page(folder, card, {p.name: p.stat().st_size for p in files}, own, images)
        pictures += own
    return pages, pictures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=Path, default=MODELS, help="the folder of model folders")
    parser.add_argument("--output", type=Path, default=PAGES, help="where the pages go")
    parser.add_argument("--images", type=Path, default=IMAGES, help="where the pictures go")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pages, pictures = make_pages(arguments.models, os.path.relpath(arguments.images, arguments.output))
    for folder in (arguments.output, arguments.images):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        write_atomic(arguments.output / name, text)
    for picture in pictures:
        write_atomic(arguments.images / picture.file, draw_reliability(picture.table, picture.title))
    stale = {p.name for p in arguments.output.glob("*.md")} - set(pages)
    stale |= {p.name for p in arguments.images.glob("calibration-*.svg")} - {p.file for p in pictures}
    log.info("%d pages, %d pictures written", len(pages), len(pictures))
    if stale:
        log.warning("no model has these any more, delete them: %s", ", ".join(sorted(stale)))


if __name__ == "__main__":
    main()

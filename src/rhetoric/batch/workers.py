"""Parts -> finished parts: in this process, or in several of which each loads the model once.

A process that dies takes no row with it: what it may have been at is done again, a part at a time. Rows on which
a process dies again and again are found by halving and listed as errors.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from rhetoric.batch.articles import BadRow
from rhetoric.batch.inputs import Item, PageFile
from rhetoric.batch.parts import Finished, Job, Part, finish, score_items
from rhetoric.scorers import load_scorers, load_words

# One thread a process: there is one a processor.
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def finish_all(parts: Iterable[Part], job: Job, jobs: int) -> Generator[Finished, None, None]:
    """Score and write parts.

    Parameters
    ----------
    parts : iterable of Part
        Read as they are needed: some more than there are processes.
    job : Job
    jobs : int
        Number of processes; 1 for this one.

    Yields
    ------
    Finished
        In the order of the parts.
    """
    if jobs == 1:
        for part in parts:
            yield finish(part, job)
        return
    crew = _Crew(job, jobs)
    try:
        yield from crew.finished(iter(parts))
    finally:
        crew.dismiss()


class _Crew:
    """Processes, and the parts that they are at."""

    def __init__(self, job: Job, jobs: int) -> None:
        self._job, self._jobs = job, jobs
        self._at: deque[tuple[Part, Future[Finished]]] = deque()
        self._pool = _pool(jobs, job.model)

    def finished(self, parts: Iterator[Part]) -> Iterator[Finished]:
        """Yield what the processes have done, in order."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        while True:
            try:
                self._fill(parts)
                if not self._at:
                    return
                done = self._at[0][1].result()
            except BrokenProcessPool:
                yield from self._recovered()
                continue
            self._at.popleft()
            yield done

    def _fill(self, parts: Iterator[Part]) -> None:
        while len(self._at) <= self._jobs and (part := next(parts, None)) is not None:
            future: Future[Finished] = Future()
            self._at.append((part, future))  # before it is handed over: a broken pool refuses it
            self._at[-1] = (part, self._pool.submit(finish, part, self._job))

    def _recovered(self) -> Iterator[Finished]:
        """Do what was under way again, each part in a process of its own."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        self.dismiss()
        while self._at:
            part, future = self._at[0]
            if future.done() and not future.cancelled() and future.exception() is None:
                done = future.result()
            else:
                try:
                    done = _alone(finish, self._job.model, part, self._job)
                except BrokenProcessPool:
                    rest = replace(part, items=_without_killers(part.items, self._job))
                    done = _alone(finish, self._job.model, rest, self._job)
            self._at.popleft()
            yield done
        self._pool = _pool(self._jobs, self._job.model)

    def dismiss(self) -> None:
        """End the processes."""
        self._pool.shutdown(wait=True, kill_workers=True)


def _without_killers(items: Sequence[Item], job: Job) -> list[Item]:
    """The rows, those on which a process dies replaced by a ``BadRow``; the rows are known to hold one."""
    if len(items) == 1:
        return [_killer(items[0])]
    middle = len(items) // 2
    out: list[Item] = []
    for half in (items[:middle], items[middle:]):
        out += half if _survives(half, job) else _without_killers(half, job)
    return out


def _survives(items: Sequence[Item], job: Job) -> bool:
    from joblib.externals.loky.process_executor import BrokenProcessPool

    try:
        _alone(_tried, job.model, items, job)
    except BrokenProcessPool:
        return False
    return True


def _tried(items: Sequence[Item], job: Job) -> int:
    return score_items(items, job.model, job.options).n_sentences


def _killer(item: Item) -> BadRow:
    reason = "the process that scored it died, and died again when it was tried by itself"
    if isinstance(item, PageFile):
        return BadRow(item.name, 1, item.name, reason)
    return BadRow(item.file, item.row, item.id, reason)


def _alone(function: Any, model: str, *arguments: Any) -> Any:
    """Call a function in a process of its own."""
    pool = _pool(1, model)
    try:
        return pool.submit(function, *arguments).result()
    finally:
        pool.shutdown(wait=True, kill_workers=True)


def _pool(jobs: int, model: str) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    arguments = (model, os.getpid())
    return ProcessPoolExecutor(jobs, timeout=None, initializer=_begin, initargs=arguments, env=_THREADS)


def _begin(model: str, parent: int) -> None:
    """Load the models once, when a process begins."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    load_scorers(model)
    load_words(model)


def _end_with(parent: int) -> None:
    """End this process where its parent was killed: nobody would ever ask it again."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)

"""stream.py on a folder that grows while its process is killed with -9 and
started again: every row is in the copy once. scripts/test-spark.sh runs it."""

import csv
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

from test_train import spark  # noqa: F401, the session of both

HERE = pathlib.Path(__file__).parent
FORMATS, PAGE = ((HERE / f"../../docs/{name}.md").read_text() for name in ("formats", "spark"))
COLUMNS = re.findall(r"^\| `([A-Z_]+)` \|", FORMATS.split("\n## Prepared CSV\n")[1].split("\n## ")[0], re.M)
SIZE = 5000


class Folder:
    """A folder of batches, its copy, and the process that copies."""

    def __init__(self, path):
        self.path, self.crimes = path / "dataset-kafka", path / "crimes"
        self.path.mkdir()
        self.checkpoint = path / "crimes.checkpoint"
        self.log = path / "log"
        self.rows, self.batches, self.process = [], 0, None

    def add(self, size=SIZE, full=True, header=COLUMNS, days=0):
        """Writes the next batch as the consumer does: a draft, renamed when it
        is whole. The rows of a provisional one come again in the full one. A file
        brought back from a copy may be days old."""
        number = self.batches + 1
        rows = [[str(number), str(number * 10**6 + i), "", "", 'a "quoted", text', "two\nlines"]
                + ["2024-09-09T10:00:00"] * 3 + ["-104.9800", "39.74"] + [""] * 6 + ["é"] for i in range(size)]
        draft = self.path / f".tmp-{number}"
        with open(draft, "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(header)
            w.writerows(rows)
        then = time.time() - 86400 * days
        os.utime(draft, (then, then))
        self.last = f"batch-{number:06}{'' if full else '.partial'}.csv"
        os.replace(draft, self.path / self.last)
        if full:
            self.batches, self.rows = number, self.rows + rows

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [pathlib.Path(sys.executable).with_name("spark-submit"), "--master", "local[2]", "--conf",
                 "spark.ui.enabled=false", HERE / "stream.py", self.path, self.crimes],
                stdout=log, stderr=log, cwd=self.path.parent, start_new_session=True, env={**os.environ, "PYSPARK_PYTHON": sys.executable})

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait(self, found, what, pause=0.2):
        end = time.monotonic() + 120
        while not found():
            assert self.process.poll() is None, f"ended, no {what}:\n{self.log.read_text()[-4000:]}"
            assert time.monotonic() < end, f"no {what} within 120 s:\n{self.log.read_text()[-4000:]}"
            time.sleep(pause)

    def committed(self):
        """Batches of Spark that are over."""
        return numbers(self.checkpoint / "commits")

    def copy(self):
        """Waits until the newest batch is copied."""
        files = self.checkpoint / "sources" / "0"  # which of them belong to a batch of Spark
        self.wait(lambda: any(self.last in (files / str(n)).read_text() for n in self.committed()), self.last)


def numbers(folder):
    return {int(p.name) for p in folder.glob("[0-9]*") if p.name.isdigit()}


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path)
    yield made
    if made.process and made.process.poll() is None:
        made.kill()


def test_each_row_is_copied_once_over_kills(spark, folder):
    folder.add()
    folder.start()
    folder.copy()
    offsets, parts = folder.checkpoint / "offsets", lambda: set(folder.crimes.glob("*.parquet"))
    killed = []
    for begun in (
        lambda before, _: numbers(offsets) > before,  # a batch is planned
        lambda _, old: parts() > old,  # a part of it is there
    ):
        before, old = numbers(offsets), parts()
        folder.add()
        folder.wait(lambda: begun(before, old), "batch that is begun", 0.001)
        folder.kill()
        killed.append(max(numbers(offsets)) - max(folder.committed()))
        folder.add(0)  # a week without a row
        folder.add(full=False)
        folder.start()
        folder.wait(lambda: len(folder.committed()) > len(before) + 1, "batch after the kill")
        folder.add(days=30)  # Spark by itself leaves out what is 7 days older than the newest
        folder.copy()
    folder.add(header=COLUMNS[::-1])
    assert folder.process.wait(120) != 0
    assert "CSV header does not conform to the schema" in folder.log.read_text()

    assert killed == [1, 1]  # in the middle, both times
    found = spark.read.parquet(str(folder.crimes))
    assert found.columns == COLUMNS
    got = sorted([v or "" for v in r] for r in found.collect())
    assert len(got) == 5 * SIZE and got == sorted(folder.rows[:-SIZE])


def test_the_page_quotes_the_program():
    assert "\n```python\n" + (HERE / "stream.py").read_text() + "```\n" in PAGE

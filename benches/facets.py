#!/usr/bin/env python3
"""What facets cost: one portal with and without three facets in every category, built in turn.

    benches/facets.py --prakat target/quick/prakat --work /dev/shm --items 10000 --rounds 5

The portal is that of benches/corpus.py with the default theme and without search. Items have a kind, a unit and a fiscal year; 24
units, 6 years, 4 kinds. Printed is the CPU time with facets, less what copying the added pages takes, divided by that without. The
bars of docs/performance.md: at most 1.15 at 10,000 items; 80 MiB at 10,000 and 450 MiB at 100,000 items. --former PROGRAM measures
another program on the portal without facets, too. It fails nothing.
"""

import argparse
import functools
import multiprocessing
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import corpus
from build import program, run

KINDS = ["notice", "order", "invitation", "result"]
FACETS = 'facets = ["kind", "unit", "fiscal_year"]\n'


def write_item(out, n):
    corpus.write_item(out, "prakat", n)
    it = corpus.item(n)
    path = out / "content" / it.category / f"{it.slug}.md"
    values = f"kind: {KINDS[n % 4]}\nunit: {corpus.OFFICES[n % len(corpus.OFFICES)]} {n % 24 // 8}\nfiscal_year: {2021 + n % 6}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("summary:", f"{values}summary:", 1), encoding="utf-8")


def write_portal(out, items):
    corpus.write_site(out, "prakat")
    settings = out / "site.toml"
    text = settings.read_text(encoding="utf-8").replace('theme = "bench"\n', "").replace("list = false", "list = true")
    settings.write_text(text, encoding="utf-8")
    shutil.rmtree(out / "themes")
    with multiprocessing.Pool() as pool:
        pool.map(functools.partial(write_item, out), range(items), chunksize=1 + items // 100)


def with_facets(plain, out):
    out.mkdir()
    shutil.copytree(plain / "content", out / "content")
    text = (plain / "site.toml").read_text(encoding="utf-8")
    (out / "site.toml").write_text(text.replace("[[categories]]\n", f"[[categories]]\n{FACETS}"), encoding="utf-8")


def pages(site):
    """The number of files and their bytes."""
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def copied(site, work, name):
    """CPU seconds of copying the pages of facets."""
    target = work / name
    target.mkdir()
    folders = [folder for folder in site.glob("*/by") if folder.is_dir()]
    return run(["cp", "-r", "--parents", *folders, target], work).cpu


def measure(given, work):
    plain, faceted = work / "plain", work / "faceted"
    write_portal(plain, given.items)
    with_facets(plain, faceted)
    builds = [("plain", given.prakat, plain), ("facets", given.prakat, faceted)]
    if given.former:
        builds.append(("former", given.former, plain))
    costs = {name: [] for name, _, _ in builds}
    floors = []
    for turn in range(given.rounds):
        for name, binary, portal in builds:
            site = work / f"site-{name}-{turn}"
            command = [binary, "build", "-q", "--at", "2026-06-01", "-o", site]
            costs[name].append(run(command, portal))
        floors.append(copied(work / f"site-facets-{turn}", work, f"copy-{turn}"))
    for name in costs:
        files, size = pages(work / f"site-{name}-0")
        cpu = statistics.median(cost.cpu for cost in costs[name])
        peak = max(cost.peak for cost in costs[name])
        print(f"{name:7} CPU {cpu:6.2f} s, peak {peak:4.0f} MiB, {files} files, {size / 1e6:.0f} MB")
    pairs = zip(costs["plain"], costs["facets"], floors)
    ratios = [(facets.cpu - floor) / plain.cpu for plain, facets, floor in pairs]
    print(f"copying the added pages: {statistics.median(floors):.2f} s CPU")
    print(f"with facets / without: {statistics.median(ratios):.2f} (bar 1.15 at 10,000 items)")
    if given.former:
        ratios = [plain.cpu / former.cpu for plain, former in zip(costs["plain"], costs["former"])]
        print(f"without facets / former program: {statistics.median(ratios):.2f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--prakat", type=program, required=True)
    arguments.add_argument("--former", type=program)
    arguments.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()))
    arguments.add_argument("--items", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work, prefix="facets-") as folder:
        measure(given, Path(folder))


if __name__ == "__main__":
    sys.exit(main())

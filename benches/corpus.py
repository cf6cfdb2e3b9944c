#!/usr/bin/env python3
"""A made-up municipality's portal of any size, for prakat, Hugo or Blades.

    benches/corpus.py --items 10000 --format prakat --out /tmp/portal

The items are the same in every format: texts, windows, links, headings. Item n is a function of n
alone, so a larger portal holds all items of a smaller one. A tenth is not to be published: not
approved, ended or still to come, a third each. A body has 4 kB of Markdown: five headings, lists,
emphasis, up to three links to other items, and in every third a table.

The formats (templates of equal work are in benches/theme, benches/hugo and benches/blades):

prakat       benches/theme, without search
prakat-full  the default theme, with search
hugo         what is not approved is a draft, windows are publishDate and expiryDate
blades       has no windows, heading ids or lists of contents: what is not to be published is left
             out, and both others are ready-made in the source
"""

import argparse
import bisect
import datetime
import functools
import itertools
import json
import multiprocessing
import random
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent

# The instant at which the benchmarks build. No window opens or closes near it.
AT = "2026-11-01T00:00:00+07:00"

# Identifier, title, share of the items.
CATEGORIES = [
    ("news", "ข่าวประชาสัมพันธ์", 0.28),
    ("procurement", "ประกาศจัดซื้อจัดจ้าง", 0.30),
    ("budget", "งบประมาณและการคลัง", 0.12),
    ("plans", "แผนพัฒนาท้องถิ่น", 0.08),
    ("statistics", "สถิติและรายงานประจำปี", 0.08),
    ("organisation", "โครงสร้างและส่วนราชการ", 0.05),
    ("services", "เรื่องร้องเรียนและมาตรฐานการให้บริการ", 0.09),
]
APPROVERS = ["mayor-01", "clerk-01", "clerk-02", "finance-01", "works-01", "health-01", "education-01", "legal-01"]
REJECTED = 0.1

OFFICES = [
    "สำนักปลัดเทศบาล", "กองคลัง", "กองช่าง", "กองการศึกษา", "กองสาธารณสุขและสิ่งแวดล้อม", "กองสวัสดิการสังคม",
    "กองยุทธศาสตร์และงบประมาณ", "หน่วยตรวจสอบภายใน", "งานนิติการ", "งานพัสดุและทรัพย์สิน",
    "งานป้องกันและบรรเทาสาธารณภัย", "คณะผู้บริหารเทศบาล", "สภาเทศบาล", "คณะกรรมการกำหนดราคากลาง",
    "คณะกรรมการตรวจรับพัสดุ",
]
VERBS = [
    "ดำเนินการจัดทำ", "ประกาศเผยแพร่", "พิจารณาให้ความเห็นชอบ", "ตรวจสอบความถูกต้องของ", "รายงานความก้าวหน้าของ",
    "ทบทวนหลักเกณฑ์ของ", "ติดตามและประเมินผล", "รวบรวมเอกสารประกอบ", "เสนอขออนุมัติ", "เปิดรับฟังความคิดเห็นต่อ",
    "กำหนดผู้รับผิดชอบ", "ปรับปรุงรายละเอียดของ",
]
OBJECTS = [
    "โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก", "โครงการวางท่อระบายน้ำพร้อมบ่อพัก", "แผนดำเนินงานประจำปีงบประมาณ",
    "เทศบัญญัติงบประมาณรายจ่าย", "แผนจัดหาพัสดุประจำปี", "รายงานรับจ่ายประจำไตรมาส",
    "ทะเบียนผู้มีสิทธิรับเบี้ยยังชีพ", "คู่มือการให้บริการประชาชน", "มาตรฐานระยะเวลาการอนุญาต",
    "แผนป้องกันการทุจริต", "รายงานการประชุมสภาสมัยสามัญ", "โครงการปรับปรุงภูมิทัศน์สวนสาธารณะ",
    "ระบบกำจัดขยะมูลฝอยชุมชน", "ศูนย์พัฒนาเด็กเล็ก", "โครงการอบรมอาชีพผู้สูงอายุ",
    "ข้อมูลสถิติการรับเรื่องร้องเรียน", "ผังแสดงเขตพื้นที่รับผิดชอบ", "บัญชีทรัพย์สินของทางราชการ",
    "ผลสำรวจความพึงพอใจของผู้รับบริการ", "ระบบประปาหมู่บ้าน",
]
CONDITIONS = [
    "ตามระเบียบที่กระทรวงกำหนด", "ภายในวงเงินที่ได้รับจัดสรร", "โดยวิธีประกาศเชิญชวนทั่วไป",
    "โดยคำนึงถึงประโยชน์ของประชาชน", "ตามมติที่ประชุมครั้งล่าสุด", "ให้แล้วเสร็จก่อนสิ้นปีงบประมาณ",
    "พร้อมหลักฐานที่ลงนามรับรองแล้ว", "เพื่อให้ตรวจสอบได้ทุกขั้นตอน", "โดยไม่มีค่าธรรมเนียม",
    "ผ่านช่องทางที่สำนักงานและทางเว็บไซต์", "ตามแบบฟอร์มที่แนบท้ายประกาศ", "ในวันและเวลาราชการ",
]
PLACES = [
    "หมู่ที่ ๑ บ้านเหนือ", "หมู่ที่ ๒ บ้านใต้", "หมู่ที่ ๓ บ้านกลาง", "หมู่ที่ ๔ บ้านหนองบัว", "หมู่ที่ ๕ บ้านดอนตาล",
    "หมู่ที่ ๖ บ้านท่าน้ำ", "ชุมชนตลาดเก่า", "ชุมชนริมคลอง", "ซอยสุขใจ", "ถนนเทศบาล ๙", "ถนนประชาร่วมใจ",
    "ลานกีฬาหน้าสำนักงาน",
]
CHAPTERS = [
    "หลักการและเหตุผล", "รายละเอียดการดำเนินงาน", "งบประมาณและแหล่งที่มา", "ขั้นตอนและระยะเวลา", "ผลการพิจารณา",
    "ข้อมูลสำหรับประชาชน", "เอกสารและหลักฐาน", "การติดตามผล",
]
SECTIONS = [
    "คุณสมบัติของผู้ยื่น", "เงื่อนไขเพิ่มเติม", "ผู้รับผิดชอบ", "กำหนดการ", "ช่องทางติดต่อ", "ตัวชี้วัด", "ข้อควรทราบ",
    "วิธีการคำนวณ",
]
UNITS = ["รายการ", "โครงการ", "เมตร", "ครั้ง", "คน", "ชุด", "แห่ง", "เดือน"]


class Item(NamedTuple):
    """What is in front matter. The state is live, unapproved, ended or future."""

    n: int
    category: str
    slug: str
    title: str
    summary: str
    approver: str
    first_day: datetime.date
    last_day: datetime.date
    state: str


@functools.lru_cache(maxsize=50_000)
def item(n):
    dice = random.Random(f"item {n}")
    shares = list(itertools.accumulate(share for _, _, share in CATEGORIES))
    category = CATEGORIES[min(bisect.bisect(shares, dice.random()), len(CATEGORIES) - 1)][0]
    title = f"{dice.choice(VERBS)}{dice.choice(OBJECTS)} {dice.choice(PLACES)} ครั้งที่ {n + 1}"
    first = datetime.date(2023, 1, 1) + datetime.timedelta(days=dice.randint(0, 1200))
    lasts = dice.randint(9_000, 12_000)
    state = "live" if dice.random() >= REJECTED else dice.choice(["unapproved", "ended", "future"])
    if state == "ended":
        lasts = dice.randint(30, 120)
    if state == "future":
        first, lasts = datetime.date(2090, 1, 1) + datetime.timedelta(days=dice.randint(0, 300)), 600
    last = first + datetime.timedelta(days=lasts)
    return Item(n, category, f"{category[:4]}-{n:07}", title, sentence(dice), dice.choice(APPROVERS), first, last, state)


def linked(n, dice):
    """Up to three earlier items that are published."""
    chosen = [item(dice.randrange(n)) for _ in range(dice.randint(1, 3))] if n else []
    return [other for other in chosen if other.state == "live"]


def sentence(dice):
    words = [OFFICES, VERBS, OBJECTS]
    return "".join(map(dice.choice, words)) + f" {dice.choice(PLACES)} {dice.choice(CONDITIONS)}"


def ordered_list(dice):
    lines = []
    for number in range(1, 4):
        lines.append(f"{number}. {dice.choice(VERBS)}{dice.choice(OBJECTS)}")
        lines += [f"   {part}. {dice.choice(OFFICES)} {dice.choice(CONDITIONS)}" for part in range(1, dice.randint(2, 3))]
    return "\n".join(lines)


def table(dice):
    lines = ["| ลำดับ | รายการ | หน่วยนับ | จำนวน | วงเงิน (บาท) |", "|---:|---|---|---:|---:|"]
    for number in range(1, dice.randint(8, 20) + 1):
        amounts = f"{dice.randint(1, 900)} | {dice.randint(5, 9000) * 500:,}"
        lines.append(f"| {number} | {dice.choice(OBJECTS)} | {dice.choice(UNITS)} | {amounts} |")
    return "\n".join(lines)


def body(n, heading, link):
    """The Markdown of item n, and its headings: three chapters, the first two with a section."""
    dice = random.Random(f"body {n}")
    chapters, sections = dice.sample(CHAPTERS, 3), dice.sample(SECTIONS, 2)
    links = " และ ".join(f"[{other.title}]({link(other)})" for other in linked(n, dice))
    parts = [
        sentence(dice),
        heading("##", chapters[0]),
        sentence(dice),
        f"**ข้อสำคัญ** {sentence(dice)} *{dice.choice(CONDITIONS)}*",
        heading("###", sections[0]),
        ordered_list(dice),
        heading("##", chapters[1]),
        *([table(dice)] if n % 3 == 0 else []),
        f"> {sentence(dice)}\n> {dice.choice(CONDITIONS)}",
        heading("###", sections[1]),
        dice.choice(CONDITIONS),
        heading("##", chapters[2]),
        f"{sentence(dice)} ดูเพิ่มเติมที่ {links}" if links else sentence(dice),
    ]
    return "\n\n".join(parts) + "\n", chapters, sections


def quoted(text):
    """For YAML and TOML alike."""
    return json.dumps(text, ensure_ascii=False)


def prakat_source(it):
    text, _, _ = body(it.n, "{} {}".format, lambda other: f"../{other.category}/{other.slug}.md")
    approver = f"approver: {it.approver}\n" if it.state != "unapproved" else ""
    return (
        f"---\ntitle: {quoted(it.title)}\ncategory: {it.category}\n{approver}"
        f"publish_from: {it.first_day}\npublish_until: {it.last_day}\nsummary: {quoted(it.summary)}\n---\n\n{text}"
    )


def hugo_source(it):
    text, _, _ = body(it.n, "{} {}".format, lambda other: f'{{{{< relref "/{other.category}/{other.slug}" >}}}}')
    draft = "draft: true\n" if it.state == "unapproved" else ""
    return (
        f"---\ntitle: {quoted(it.title)}\ndate: {it.first_day}\npublishDate: {it.first_day}\nexpiryDate: {it.last_day}\n{draft}"
        f"summary: {quoted(it.summary)}\nparams:\n  approver: {it.approver}\n---\n\n{text}"
    )


def blades_source(it):
    if it.state != "live":
        return None
    text, chapters, sections = body(it.n, "{0} {1} {{#{1}}}".format, lambda other: f"/{other.category}/{other.slug}/")
    entry = lambda heading, more="": f'<li><a href="#{heading}">{heading}</a>{more}</li>'
    below = lambda section: f"\n<ul>\n{entry(section)}\n</ul>\n"
    entries = map(entry, chapters, [below(sections[0]), below(sections[1]), ""])
    contents = '<nav id="TableOfContents">\n<ul>\n' + "\n".join(entries) + "\n</ul>\n</nav>"
    return (
        f'+++\ntitle = {quoted(it.title)}\nslug = "index"\npath = "{it.category}/{it.slug}"\ndate = {it.first_day}\n'
        f"summary = {quoted(it.summary)}\napprover = {quoted(it.approver)}\n"
        f'publish_from = "{it.first_day}"\npublish_until = "{it.last_day}"\n+++\n{contents}\n\n{text}'
    )


SOURCES = {"prakat": prakat_source, "prakat-full": prakat_source, "hugo": hugo_source, "blades": blades_source}


def write_item(out, form, n):
    it = item(n)
    text = SOURCES[form](it)
    if text:
        (out / "content" / it.category / f"{it.slug}.md").write_text(text, encoding="utf-8")


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def tables(name, key):
    return "".join(f'\n[[{name}]]\n{key} = "{ident}"\ntitle = "{title}"\n' for ident, title, _ in CATEGORIES)


def write_site(out, form):
    """Settings, templates and categories."""
    program = form.split("-")[0]
    shutil.copytree(HERE / program, out)
    for ident, title, _ in CATEGORIES:
        folder = out / "content" / ident
        folder.mkdir(parents=True)
        if program == "hugo":
            (folder / "_index.md").write_text(f"---\ntitle: {title}\n---\n", encoding="utf-8")
        if program == "blades":
            (folder / "index.toml").write_text(f'title = "{title}"\npaginate_by = 50\n', encoding="utf-8")
    if program == "prakat":
        people = "".join(f'\n[people.{name}]\nname = "{name}"\napproves = ["*"]\n' for name in APPROVERS)
        append(out / "site.toml", tables("categories", "id") + people)
        shutil.copytree(HERE / "theme", out / "themes/bench")
    if program == "hugo":
        append(out / "hugo.toml", tables("params.categories", "id"))
        shutil.copytree(HERE / "theme/static", out / "static")
    if program == "blades":
        append(out / "Blades.toml", tables("categories", "id"))
        shutil.copytree(HERE / "theme/static", out / "assets")
    if form == "prakat-full":
        settings = (out / "site.toml").read_text(encoding="utf-8")
        settings = settings.replace('theme = "bench"\n', "").replace("enabled = false\nlist = false", "enabled = true")
        (out / "site.toml").write_text(settings, encoding="utf-8")


def write_portal(out, form, items):
    """Makes the whole, in a folder that does not exist."""
    write_site(out, form)
    with multiprocessing.Pool() as pool:
        pool.map(functools.partial(write_item, out, form), range(items), chunksize=1 + items // 100)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--items", type=int, required=True)
    arguments.add_argument("--format", choices=SOURCES, required=True)
    arguments.add_argument("--out", type=Path, required=True, help="a folder that does not exist")
    given = arguments.parse_args()
    write_portal(given.out, given.format, given.items)


if __name__ == "__main__":
    sys.exit(main())

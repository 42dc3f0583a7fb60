"""The documentation tells the truth: its tables are the code's, its links lead somewhere."""

import re
from pathlib import Path

import pytest

from app.control.actions import ACTIONS
from app.control.addresses import ROOT as ROOT_ADDRESS
from app.control.addresses import address_of
from app.control.manual import PAGES as PAGES_FROM_CODE
from app.control.manual import page_with_tables
from app.control.params import PARAMS
from app.engine.show.expression import DEEPEST, FUNCTIONS, HIGHEST_POWER, LONGEST, MOST_NODES
from app.engine.show.presets import PRESETS
from app.engine.show.show import Film, Finish, React, field_meta
from app.engine.show.sources import GROUPS as SOURCE_GROUPS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("weights/*.md")])


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "settings"), [("docs/react.md", React), ("docs/finish.md", Finish), ("docs/films.md", Film)]
)
def test_every_setting_stands_in_the_manual_with_its_help(name, settings):
    text = page(name)
    for meta in field_meta(settings).values():
        bloompipe = f"`{meta['bloompipe']}`" if meta["bloompipe"] else ""
        assert f"| {meta['label']} | {bloompipe} |" in text
        assert f"| {meta['doc']} |" in text
        if "lo" in meta:
            assert f"| {meta['lo']:g} to {meta['hi']:g}" in text


def test_every_preset_stands_in_the_manual():
    text = page("docs/react.md")
    assert [f"| {p.name} | {p.suits} |" for p in PRESETS if f"| {p.name} | {p.suits} |" not in text] == []


def test_every_kind_of_source_and_every_function_of_expressions_stands_in_the_manual():
    text = page("docs/react.md")
    assert [group for group in SOURCE_GROUPS if f"| {group} |" not in text] == []
    assert [name for name in FUNCTIONS if f"`{name}`" not in text and f"`{name}(" not in text] == []
    limits = f"at most {LONGEST} signs, {MOST_NODES} parts and {DEEPEST} levels, and powers up to {HIGHEST_POWER:g}"
    assert limits in text


@pytest.mark.parametrize("name", PAGES_FROM_CODE)
def test_tables_from_the_code_are_as_the_code_is(name):
    text, tables = page(f"docs/{name}"), PAGES_FROM_CODE[name]()
    assert text == page_with_tables(text, tables), "run: python packaging/write_manual.py"


def test_every_key_and_address_stands_in_the_manual():
    keys, addresses = page("docs/keys.md"), page("docs/osc.md")
    assert [
        key for action in ACTIONS.values() for key in action.keys if f"`{key}`" not in keys and f"` {key} `" not in keys
    ] == []
    known = addresses.replace("/{n}`", "/1`").replace("/{n}/", "/1/")
    assert [p.id for p in PARAMS.values() if p.row < 2 and f"| `{address_of(p.id)}` |" not in known] == []
    assert [a.id for a in ACTIONS.values() if a.address and f"| `{ROOT_ADDRESS}/{a.address}` |" not in addresses] == []


def test_the_keys_of_the_readme_are_keys():
    known = {key for action in ACTIONS.values() for key in action.keys}
    table = page("README.md").partition("## Keys")[2].partition("##")[0]
    assert [key for key in re.findall(r"`([^`]+)`", table) if key not in known] == []


def test_every_option_and_command_stands_in_the_manual():
    from app.cli.arguments import COMMANDS

    text = page("docs/command-line.md")
    options = set(re.findall(r'"(--?[a-z][\w-]*)"', page("app/cli/arguments.py"))) - {"--test-hooks", "-h"}
    assert options
    assert sorted(option for option in options if not re.search(rf"`[^`]*{option}\b", text)) == []
    assert [command for command in COMMANDS if f"anthesis {command}" not in text and f"## {command}" not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_are_named_exist(path):
    named = re.findall(r"`((?:app|tests|packaging|resources|weights|docs)/[\w./-]+)`", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_programs_that_are_named_can_be_run(path):
    named = set(re.findall(r"python -m ([\w.]+)", path.read_text(encoding="utf-8"))) - {"pip", "pytest"}
    assert [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_headings(path):
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", path.read_text(encoding="utf-8"))
    pages = [(path.parent / page if page else path, heading) for page, heading in links]
    assert [f"{page.name}#{heading}" for page, heading in pages if heading not in headings(page)] == []


def headings(path: Path) -> set[str]:
    """What a link may say after its ``#``."""
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    words = (re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", title).strip().lower() for title in titles)
    return {re.sub(r"[^\w\- ]", "", word).replace(" ", "-") for word in words}


def test_the_site_has_every_page():
    nav = set(re.findall(r": ([\w-]+\.md)$", page("mkdocs.yml"), re.MULTILINE))
    assert nav == {path.name for path in (ROOT / "docs").glob("*.md")}


@pytest.mark.parametrize(("name", "most"), [("README.md", 120), ("CONTRIBUTING.md", 60)])
def test_what_everybody_reads_is_short(name, most):
    assert len(page(name).splitlines()) <= most

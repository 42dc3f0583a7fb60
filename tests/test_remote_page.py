"""The phone page: nothing from elsewhere, everything it names is there, and what it decides is right."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.control.actions import ACTIONS
from app.control.addresses import tail_of
from app.control.params import PARAMS
from app.control.settable import QUANTA
from app.control.web_words import act_of, turn_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "resources" / "remote"


def text(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def test_nothing_comes_from_elsewhere():
    """It has to work in a cellar without internet, and the server says so to browsers as well."""
    for file in PAGE.iterdir():
        if file.suffix in (".html", ".css", ".js"):
            found = re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8"))
            assert found == [], file.name
    html = text("index.html")
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "the policy lets no script within the page run"
    assert not re.search(r"\s(?:on\w+|style)=", html), "nor styles and events in attributes"


def test_all_that_the_page_loads_is_there():
    html = text("index.html")
    named = set(re.findall(r"(?:src|href)=\"([^\"]+)\"", html)) | set(
        re.findall(r"from \"\./([^\"]+)\"", text("remote.js"))
    )
    assert named >= {"remote.css", "remote.js", "logic.js", "icon.svg"}
    assert [name for name in named if not (PAGE / name).is_file()] == []


def test_every_part_that_the_script_names_is_in_the_page():
    html, script = text("index.html"), text("remote.js")
    ids = re.findall(r"\bid=\"(\w+)\"", html)
    assert len(ids) == len(set(ids))
    assert sorted(set(re.findall(r"\$\(\"(\w+)\"\)", script)) - set(ids)) == []
    styled = set(re.findall(r"#([a-zA-Z]\w*)[ ,.:\[{]", re.sub(r"#[0-9A-Fa-f]{3,8}\b", "", text("remote.css"))))
    assert sorted(styled - set(ids)) == []


def test_every_button_and_field_has_a_name():
    html = text("index.html")
    for button in re.findall(r"<button[^>]*>.*?</button>", html):
        words = re.sub(r"<[^>]+>", "", button)
        assert re.search(r"[A-Za-z]", words) or "aria-label" in button, button
    assert "aria-label" in re.search(r"<select[^>]*>", html).group()
    assert re.search(r"<label for=\"pin\">", html)
    assert html.count("aria-live") >= 1
    assert 'lang="en"' in html


def test_what_the_page_does_and_sets_exists():
    script = text("remote.js")
    done = set(re.findall(r"\bact\(\"(\w+)\"", script))
    assert done == {"scene", "tap", "resync", "freeze", "blackout", "panic", "back", "xy"}
    for verb in done:
        args = {"xy": (0.5, 0.5), "freeze": (1,), "blackout": (0,)}.get(verb, ())
        act_of(verb, 1 if ACTIONS[verb].numbered else None, args)
    tails = set(re.findall(r"put\(\"([\w/]+)\"", script)) | {f"macro/{n}" for n in range(1, 9)}
    assert tails >= {"mix/crossfade", "scene/quant"}
    settings = {tail_of(p.id): p for p in PARAMS.values()}
    for tail in tails:
        turn_of(tail, settings[tail].default)
    offered = re.search(r"const QUANTA = (.*);", script)
    assert offered is not None
    assert tuple(re.findall(r"\[\"([\w/]+)\", \"[^\"]+\"\]", offered.group(1))) == QUANTA
    asked = set(re.findall(r"state\[\"([\w/]+)\"\]", script))
    known = set(settings) | {action.address for action in ACTIONS.values() if action.holds}
    assert sorted(asked - known) == []


def test_the_manual_has_every_request():
    manual = re.sub(r"\{id\}", "{id:path}", (ROOT / "docs" / "phone.md").read_text(encoding="utf-8"))
    code = (ROOT / "app" / "control" / "web_api.py").read_text(encoding="utf-8")
    routes = re.findall(r"Route\(\"(/api/[^\"]+)\"", code)
    routes += [
        f"/api/{what}" for what in re.search(r"for what in \(([^)]+)\)", code).group(1).replace('"', "").split(", ")
    ]
    assert len(routes) >= 18
    assert [route for route in routes if f" {route}`" not in manual and f"{route}?" not in manual
            and f"{route}`" not in manual] == []  # fmt: skip


def test_fingers_have_room():
    css = text("remote.css")
    assert "button { min-width: 44px; min-height: 44px;" in css
    assert "#quantum { min-height: 44px;" in css
    assert "#fader { position: relative; height: 44px;" in css
    assert "HOLD_MS = 400" in text("logic.js")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_what_the_page_decides():
    command = ["node", str(ROOT / "tests" / "remote" / "logic_checks.mjs"), str(PAGE / "logic.js")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == "all is well"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize("name", ["remote.js", "logic.js"])
def test_the_scripts_are_whole(name):
    with (PAGE / name).open("rb") as script:
        told = subprocess.run(["node", "--check", "--input-type=module"], stdin=script, capture_output=True, text=True,
                              timeout=60, check=False)  # fmt: skip
    assert told.returncode == 0, told.stderr

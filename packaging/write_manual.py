"""Write the tables of docs/keys.md and docs/osc.md anew, from the table of actions and that of parameters."""

from pathlib import Path

from app.control.manual import PAGES, page_with_tables


def main() -> None:
    """Write what changed, and say what was written."""
    docs = Path(__file__).resolve().parents[1] / "docs"
    for name, tables in PAGES.items():
        file = docs / name
        before = file.read_text(encoding="utf-8")
        after = page_with_tables(before, tables())
        if after != before:
            file.write_text(after, encoding="utf-8")
            print(f"{name} is written")


if __name__ == "__main__":
    main()

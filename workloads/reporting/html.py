"""Markup from values. Rule: text is escaped here, once; what is markup already is `Markup`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """Text that is markup."""


def text(value: object) -> Markup:
    """A value as escaped text; markup as it is."""
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def element(tag: str, *children: object, **attributes: object) -> Markup:
    """One element. Attributes: `class_` for class, `aria_label` for aria-label; None leaves one out."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{told}>{''.join(text(child) for child in children)}</{tag}>")


def joined(parts: Iterable[object], by: str = "\n") -> Markup:
    """Several parts, one after the other."""
    return Markup(by.join(text(part) for part in parts))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], words: int = 1, caption: str = "") -> Markup:
    """A table; the first column heads its rows, those from `words` on are figures."""

    def kind(place: int) -> str | None:
        return "n" if place >= words else None

    head = element("tr", *(element("th", name, scope="col", class_=kind(at)) for at, name in enumerate(columns)))
    body = [
        element(
            "tr",
            *(
                element("td" if at else "th", cell, class_=kind(at), scope=None if at else "row")
                for at, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    parts = [element("caption", caption)] if caption else []
    whole = element("table", *parts, element("thead", head), element("tbody", joined(body, "")))
    return element("div", whole, class_="scroll", tabindex="0")


def folded(summary: str, *children: object) -> Markup:
    """What is shown only when asked for."""
    return element("details", element("summary", summary), *children)


def card(title: str, *children: object, wide: bool = False) -> Markup:
    """One part of the page, with its heading."""
    return element("section", element("h2", title), *children, class_="card wide" if wide else "card")


def document(title: str, style: str, *children: object) -> str:
    """A whole page, self-contained."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{joined(children)}\n</main>\n</body>\n</html>\n"
    )


def number(value: float) -> str:
    """A figure to about three digits, whole from a hundred on."""
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return f"{value:,.{digits}f}"


def dollars(value: float | None) -> str:
    """An amount of money."""
    if value is None:
        return "–"
    size = abs(value)
    digits = 0 if size >= 1000 else 2 if size >= 1 or value == 0 else 4 if size >= 0.01 else 6
    return f"${value:,.{digits}f}"

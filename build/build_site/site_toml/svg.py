"""Whether an SVG that a site brings holds all that it shows and runs nothing, and its shape."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree


def size_of_svg(data: bytes) -> tuple[int, int] | None:
    """Width and height in units where the drawing says its shape.

    Raises:
        ValueError: It is no SVG, or one that loads or runs something.
    """
    try:
        text = data.decode("utf-8")
        if re.search(r"<\?(?!xml\s)", text):
            raise ValueError("an SVG with an instruction, <?…?>, which may load something: remove that line")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise ValueError("an SVG with a DOCTYPE, which may hide what is in it: remove that line")
        root = ElementTree.fromstring(text.removeprefix("\ufeff"))
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise ValueError(f"a file that is neither a PNG nor an SVG ({error})") from None
    if _local(root.tag) != "svg":
        raise ValueError(f"XML that is no SVG: its root is {_local(root.tag)}")
    for element in root.iter():
        _check_element(element)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    width, height = (box[2], box[3]) if len(box) == 4 else (root.get("width", ""), root.get("height", ""))
    wide, high = (re.match(r"\d+(\.\d+)?", text) for text in (width, height))
    return (round(float(wide[0])), round(float(high[0]))) if wide and high else None


def _check_element(element: ElementTree.Element) -> None:
    if _local(element.tag) in ("script", "foreignObject"):
        raise ValueError(f"an SVG with a <{_local(element.tag)}>")
    if str(element.tag).startswith("{http://www.w3.org/1999/xhtml}"):
        raise ValueError(f"an SVG with HTML in it, <{_local(element.tag)}>")
    changed = element.get("attributeName", "").rpartition(":")[2]
    if changed == "href" or changed.startswith("on"):
        raise ValueError(f"an SVG that changes {changed}")
    for name, value in element.attrib.items():
        if _local(name).startswith("on"):
            raise ValueError(f"an SVG with a script in {_local(name)}")
        if _local(name) == "href" and not value.startswith(("#", "data:image/")):
            raise ValueError(f"an SVG that loads {value}")
    for text in (element.text or "", *element.attrib.values()):
        if re.search(r"@import|url\(\s*['\"]?(?!['\"]?\s*#|data:)", unescaped(text), re.IGNORECASE):
            raise ValueError("an SVG whose style loads something")


def unescaped(css: str) -> str:
    """CSS as browsers understand it: `u\\72l(` is `url(`."""

    def character(found: re.Match[str]) -> str:
        number = int(found[1], 16) if found[1] else 0
        return found[2] or (chr(number) if 0 < number < 0x110000 else "\ufffd")

    return re.sub(r"\\(?:([0-9a-fA-F]{1,6})[ \t]?|([^\n]))", character, css)


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]

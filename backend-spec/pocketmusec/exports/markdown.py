"""A lesson as Markdown (CommonMark): readable as it is, and one file, with its images at the end."""

import base64
import re
from typing import assert_never

from pocketmusec.exports.sheet import Items, Paragraphs, Pictures, Section, Sheet, Standards, Steps, paragraphs

# what would start something at any place of a line
ANYWHERE = re.compile(r"([\\`*_\[\]<>&~|])")
# what would start something at the beginning of a line: heading, list, quote, rule, fence, table
AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=\s|$|[-=])|\d{1,9}(?=[.)]))")


def write(sheet: Sheet) -> bytes:
    """UTF-8, with a line end at its end."""
    parts = [f"# {_line(sheet.title)}"]
    if sheet.facts:
        parts.append(f"*{_line(sheet.facts)}*")
    for section in sheet.sections:
        parts += [f"## {_line(section.heading)}", _block(section)]
    images = [section.block.pictures for section in sheet.sections if isinstance(section.block, Pictures)]
    for pictures in images:
        parts.append("\n".join(f"[image-{n}]: {_data(picture.content)}" for n, picture in enumerate(pictures, start=1)))
    return ("\n\n".join(parts) + "\n").encode()


def _block(section: Section) -> str:
    block = section.block
    match block:
        case Paragraphs(text):
            return _text(text)
        case Items(items):
            return "\n".join(_item(item) for item in items)
        case Standards(entries):
            return "\n".join(f"- **{_line(code)}**" + (f" {_line(text)}" if text else "") for code, text in entries)
        case Steps(steps):
            return "\n\n".join(
                f"### {_line(step.heading)}" + (f"\n\n{_text(step.text)}" if step.text.strip() else "") for step in steps
            )
        case Pictures(pictures):
            return "\n\n".join(f"![{_line(picture.name)}][image-{n}]" for n, picture in enumerate(pictures, start=1))
    assert_never(block)


def _text(text: str) -> str:
    # a backslash at the end of a line is a line break
    return "\n\n".join("\\\n".join(_line(line) for line in lines) for lines in paragraphs(text))


def _item(text: str) -> str:
    return "- " + _text(text).replace("\n", "\n  ").replace("\n  \n", "\n\n")


def _line(text: str) -> str:
    escaped = ANYWHERE.sub(r"\\\1", " ".join(text.split()))
    if AT_START.match(escaped):
        # a number is escaped at its dot, everything else at its first sign
        return re.sub(r"^(\d+)", r"\1\\", escaped) if escaped[0].isdigit() else f"\\{escaped}"
    return re.sub(r"#(?=#*$)", r"\\#", escaped)


def _data(content: bytes) -> str:
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"

#!/usr/bin/env python3
"""Standard input, a terminal's screen with its colours (tmux capture-pane -e -p), as an SVG on standard output."""
import html
import re
import sys

COLOURS = {31: "#ff7b6b", 32: "#4cc06f", 33: "#e0a83a", 36: "#5cc3d6"}
WIDTH, HEIGHT = 8.0, 18


def spans(line):
    """(column, text, style) for each stretch of one style."""
    style, column = {}, 0
    for code, text in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b]+)", line):
        if text:
            yield column, text, dict(style)
            column += len(text)
            continue
        for number in (int(n or 0) for n in code.split(";")):
            if number in (0, 39):
                style = {} if number == 0 else {k: v for k, v in style.items() if k != "fill"}
            elif number == 1:
                style["font-weight"] = "bold"
            elif number == 2:
                style["opacity"] = "0.6"
            elif number in COLOURS:
                style["fill"] = COLOURS[number]


lines = sys.stdin.read().rstrip("\n").split("\n")
columns = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
width, height = columns * WIDTH + 24, len(lines) * HEIGHT + 20
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}">')
print('<rect width="100%" height="100%" rx="6" fill="#14171a"/>')
print('<g font-family="ui-monospace,DejaVu Sans Mono,monospace" font-size="13" fill="#e6e9ec" style="white-space:pre">')
for row, line in enumerate(lines):
    for column, text, style in spans(line):
        if not text.strip():
            continue
        attributes = "".join(f' {name}="{value}"' for name, value in style.items())
        # The length is said, so that every viewer's font keeps the columns.
        print(f'<text x="{12 + column * WIDTH:.1f}" y="{row * HEIGHT + 24}" textLength="{len(text) * WIDTH:.1f}"'
              f'{attributes}>{html.escape(text)}</text>')
print("</g>\n</svg>")

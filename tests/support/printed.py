"""The commands that README, docs and the workflow print, as somebody would type them."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from number_orders.cli.main import COMMANDS, command

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^ *```console\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:number-orders|temporal) [^`]+)`")
_SEPARATORS = {"|", "||", ";", "&&", "&", "<<<", "<", ">", "do", "then"}
_WITH_A_VALUE = {"--volume", "--entrypoint", "-e", "--profile"}


@dataclass(frozen=True)
class Printed:
    """A command as a page prints it."""

    page: str
    program: str
    """`number-orders` or `temporal`."""
    arguments: tuple[str, ...]
    whole: bool
    """From a block to be typed; a mention in a sentence may leave something out."""

    def __str__(self) -> str:
        return f"{self.page}: {self.program} {shlex.join(self.arguments)}"


def printed_commands() -> list[Printed]:
    """All of them."""
    return [
        command
        for page in PAGES
        for text in [page.read_text()]
        for command in (*_in_blocks(page.name, text), *_in_sentences(page.name, text))
    ]


def _in_blocks(page: str, text: str) -> Iterator[Printed]:
    for block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            for words in _simple_commands(line):
                yield from _ours(page, words, whole=True)


def _in_sentences(page: str, text: str) -> Iterator[Printed]:
    for span in _INLINE.findall(_BLOCK.sub("", text)):
        for words in _simple_commands(span):
            yield from _ours(page, words, whole=False)


def _simple_commands(line: str) -> Iterator[list[str]]:
    """The commands of a line of shell, which one after the other are started."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if word in _SEPARATORS:
            if words:
                yield words
            words = []
        else:
            words.append(word)


def _ours(page: str, words: Sequence[str], *, whole: bool) -> Iterator[Printed]:
    program = words[0].rpartition("/")[2]
    if program in {"number-orders", "temporal"}:
        yield Printed(page, program, tuple(words[1:]), whole)
    elif words[:2] == ["docker-compose", "run"]:
        rest = list(words[2:])
        own = True
        while rest and rest[0].startswith("-"):
            flag = rest.pop(0)
            own = own and flag != "--entrypoint"
            if flag in _WITH_A_VALUE:
                rest.pop(0)
        if own and rest[:1] == ["cli"]:
            yield Printed(page, "number-orders", tuple(rest[1:]), whole)


def parse(arguments: Sequence[str]) -> None:
    """Let Typer's commands parse arguments; raises what a person would be shown."""
    found, rest = find(arguments)
    found.make_context(found.name, list(rest))
    # A group leaves what it does not know for later.
    unknown = [word for word in rest if not word.startswith("-")]
    assert not (unknown and hasattr(found, "commands")), f"No such command {unknown}"


def find(arguments: Sequence[str]) -> tuple[Any, Sequence[str]]:
    """The command that is meant, in as many groups as it takes, and its own arguments."""
    assert arguments[0] in COMMANDS, f"No such command {arguments[:1]}"
    found, rest = command(arguments[0]), arguments[1:]
    while rest and rest[0] in getattr(found, "commands", {}):
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest

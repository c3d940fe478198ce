"""The place names of area codes, as the library `phonenumbers` has them: `make place-names`.

The library loads the whole world's, which takes a second and 100 MiB.
"""

from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA

FOLDER = Path(__file__).parents[2] / "starters" / "place_names"
GERMANY = "49"


def place_names(calling_code: str) -> str:
    """A line for each area code of a country: the code, then its place's name in each language."""
    lines = []
    for prefix, by_language in sorted(GEOCODE_DATA.items()):
        if prefix.startswith(calling_code):
            names = dict.fromkeys((by_language["de"], *by_language.values()))
            lines.append("\t".join([prefix.removeprefix(calling_code), *names]) + "\n")
    return "".join(lines)


if __name__ == "__main__":
    (FOLDER / f"{GERMANY}.tsv").write_text(place_names(GERMANY))

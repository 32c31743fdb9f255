"""A site.toml of somebody's own with everything beside it: flowers, in three languages, with colours, a logo and samples."""

from __future__ import annotations

from pathlib import Path

from tests.tiny_bundle import film, png, write_tiny_bundle

SITE = """
title = "Floralens"
picture = "flower"
pictures = "flowers"
translations = ["fr", "ar"]
contact = "garden@example.org"
citation = "@misc{floralens, title = {Floralens}}"
bundles = ["models/tiny"]
logo = "logo.svg"
css = "own.css"
[classes]
ROSE = "rose"
TULIP = "tulip"
[colours.light]
ground = "#fbf7f2"
accent = "#8a2f5d"
[colours.dark]
accent = "#f0a6c8"
[reading]
prevalence = 12.5
[features]
dicom = false
folders = false
printing = false
[strings]
try_sample = "Or pick one of ours"
[[samples]]
file = "samples/rose.png"
caption = "A rose"
captions.fr = "Une rose"
[[samples]]
file = "samples/tulip.png"
caption = "A tulip"
[texts.fr]
picture = "fleur"
pictures = "fleurs"
classes = { ROSE = "rose", TULIP = "tulipe" }
strings = { try_sample = "Ou choisissez l’une des nôtres" }
[texts.ar]
picture = "زهرة"
pictures = "زهور"
"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><circle cx="32" cy="32" r="28" fill="#b0316f"/></svg>'
)
CSS = ".intro h1 { letter-spacing: 0.02em; }\n"


def write_own_site(folder: Path, text: str = SITE) -> Path:
    """Writes it into a folder; returns its site.toml. The bright sample is a rose, the dark one a tulip."""
    (folder / "samples").mkdir(parents=True)
    write_tiny_bundle(
        folder / "models",
        class_names=["TULIP", "ROSE"],
        positive_class="ROSE",
        training_population="drawn flowers",
        description="It knows bright from dark.",
    )
    (folder / "samples" / "rose.png").write_bytes(png(film(150, 520, 600)))
    (folder / "samples" / "tulip.png").write_bytes(png(film(60, 640, 520)))
    (folder / "logo.svg").write_text(LOGO, "utf-8")
    (folder / "own.css").write_text(CSS, "utf-8")
    (folder / "site.toml").write_text(text, "utf-8")
    return folder / "site.toml"

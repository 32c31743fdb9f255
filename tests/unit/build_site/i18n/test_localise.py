"""Every language of a site has its pages; one in which the site's own words are missing is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_site.config import read_site_config
from build_site.site import build
from plainfilm import node

LANGUAGES = read_site_config(node.template() / "site.toml").translations


def test_every_language_has_its_pages_and_says_where_the_others_are(tiny_site: Path) -> None:
    for language in LANGUAGES:
        for name in ("index.html", "about.html", "model-card.html"):
            page = (tiny_site / language / name).read_text("utf-8")
            assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
            assert f'<a href="../{name}" hreflang="en"' in page
            assert f'<a href="../zh/{name}" hreflang="zh"' in page
            assert not re.search(r"\{[a-z]\w*\}", page[page.index("<body>") : page.rindex("</main>")]), name


def test_longer_texts_name_the_language_that_they_are_in(tiny_site: Path) -> None:
    for language in LANGUAGES:
        about = (tiny_site / language / "about.html").read_text("utf-8")
        assert set(re.findall(r'<section[^>]* lang="([\w-]+)"', about)) == {language}


def test_a_site_with_words_of_its_own_leaves_out_the_languages_that_lack_them(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "site.toml"
    text = (node.template() / "site.toml").read_text("utf-8").replace('pictures = "films"', 'pictures = "scans"')
    config.write_text(text, "utf-8")
    built = build(tmp_path / "dist", bundle=tiny_bundle, config=config).out
    assert not (built / "es").exists()
    assert 'class="languages"' not in (built / "index.html").read_text("utf-8")
    assert "warning: the pages in es, fr, pt, zh, hi, ar are left out" in capsys.readouterr().err


def test_the_languages_add_little_to_the_one_file(tiny_site: Path) -> None:
    page = (tiny_site / "standalone.html").read_text("utf-8")
    packed = re.findall(r'data-path="languages/\w+\.html\.gz">([^<]+)<', page)
    assert len(packed) == len(LANGUAGES)
    assert sum(map(len, packed)) < 600_000

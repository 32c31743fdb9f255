"""A built site of somebody's own: its words in every language, its files, and nothing about X-rays."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from build_site.site import build
from tests.own_site import CSS, LOGO, SITE, write_own_site
from tests.tiny_bundle import operating_point, write_tiny_bundle
from tests.unit.build_site.test_other_pictures import OF_CHEST_FILMS, data_of, words_of

OF_FILMS = re.compile(r"adiogra|thora|tórax|neumon|أشعة|الصدر|胸片|एक्स-रे")


CARD = (
    'intended_use = ["For gardens."]\nfactors = ["Light."]\nknown_failures = ["Weeds."]\nethics = ["No harm."]\n'
    'licence = ["Free."]\n'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    text = SITE.replace('"ar"', '"ar", "es", "pt", "zh", "hi"')
    text += "".join(f'[texts.{tag}]\npicture = "X"\npictures = "Xs"\n' for tag in ("es", "pt", "zh", "hi"))
    words = 'classes = { ROSE = "X", TULIP = "Y" }\nstrings = { try_sample = "X" }\n'
    text = re.sub(r"(\[texts\.(?:es|pt|zh|hi|ar)\]\n)", rf"\1{words}", text)
    config = write_own_site(folder, text)
    (folder / "about.fr.toml").write_text('[[sections]]\ntitle = "Ici"\nparagraphs = ["Toutes les {pictures}"]\n')
    (folder / "model_card.toml").write_text(CARD)
    (folder / "model_card.fr.toml").write_text('intended_use = ["Pour les jardins."]\n', "utf-8")
    return build(folder / "dist", config=config).out


def page_of(site: Path, path: str) -> str:
    return (site / path).read_text("utf-8")


def test_no_language_says_a_word_about_x_rays(site: Path) -> None:
    for folder in ("", "fr/", "es/", "pt/", "zh/", "hi/", "ar/"):
        for name in ("index.html", "about.html", "model-card.html"):
            said = words_of(page_of(site, folder + name))
            assert "Floralens" in said
            assert (OF_CHEST_FILMS.findall(said), OF_FILMS.findall(said)) == ([], []), folder + name


def test_the_shipped_about_page_says_nothing_of_medicine_and_has_its_limits_once(site: Path) -> None:
    for folder, title in {"": "Limits", "es/": "Límites", "pt/": "Limites"}.items():
        said = words_of(page_of(site, f"{folder}about.html"))
        assert re.findall(r"disease|medic|hospital|health|enfermedad|doença|saúde|salud", said) == []
        assert said.count(title) == 1


def test_each_language_has_the_sites_own_words(site: Path) -> None:
    english, french = page_of(site, "index.html"), page_of(site, "fr/index.html")
    assert "Choose flowers" in english
    assert "Or pick one of ours" in english
    assert "<h1>Lisez des fleurs dans votre propre navigateur</h1>" in french
    assert "Ou choisissez l’une des nôtres" in french
    assert "<span>Une rose</span>" in french
    assert [one["label"] for one in data_of(french)["classes"]] == ["tulipe", "rose"]
    assert "Toutes les fleurs" in page_of(site, "fr/about.html")
    assert "For gardens." in page_of(site, "model-card.html")
    assert '<div class="prose" lang="fr"><p>Pour les jardins.' in page_of(site, "fr/model-card.html")
    assert '<div class="prose" lang="en"><p>For gardens.' in page_of(site, "es/model-card.html")


def test_the_card_has_the_sections_of_which_something_is_written_in_order(site: Path) -> None:
    card = page_of(site, "model-card.html")
    assert re.findall(r'<h2 id="card-(\w+)"', card) == [
        "details", "intended", "factors", "data", "preprocessing", "training", "metrics", "points", "calibration",
        "figures", "failures", "ethics", "licence",
    ]  # fmt: skip
    assert re.findall(r'href="#card-(\w+)"', card) == re.findall(r'<h2 id="card-(\w+)"', card)
    assert "Nothing is written yet for this model about: How it travels." in card
    assert "Out of scope" not in card


def test_contact_and_citation_stand_where_people_look_for_them(site: Path) -> None:
    assert '<a href="mailto:garden@example.org">garden@example.org</a>' in page_of(site, "fr/index.html")
    assert "@misc{floralens" in page_of(site, "about.html")


def test_its_files_are_in_the_site_under_names_with_a_hash(site: Path) -> None:
    page = page_of(site, "fr/index.html")
    logo = re.search(r'<img class="logo" src="../(assets/logo-\w{12}\.svg)"', page)
    assert logo
    assert page_of(site, logo[1]) == LOGO
    style = page_of(site, next(path.relative_to(site).as_posix() for path in site.glob("assets/page-*.css")))
    assert style.endswith(CSS)
    assert "--accent:#8a2f5d" in style
    assert '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbf7f2">' in page
    manifest = json.loads(page_of(site, "manifest.webmanifest"))
    assert [icon["type"] for icon in manifest["icons"]] == ["image/svg+xml"]
    assert "application/dicom" not in manifest["file_handlers"][0]["accept"]
    assert 'rel="apple-touch-icon"' not in page
    samples = [one["address"] for one in data_of(page)["samples"]]
    assert [(site / "fr" / address).is_file() for address in samples] == [True, True]
    worker = page_of(site, "service-worker.js").partition("\n")[0]
    later = json.loads(worker.removeprefix("const FILES=").removesuffix(";"))["later"]
    assert len([entry for entry in later if entry["url"].startswith("assets/sample-")]) == 2


def test_what_is_turned_off_is_not_offered(site: Path) -> None:
    page = page_of(site, "index.html")
    assert "JPEG, PNG, TIFF" in page
    assert "DICOM" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert 'for="folder" hidden' in page
    assert 'id="print" hidden' in page
    assert '<p class="prevalence" hidden>' in page, "a question about people with a disease"
    assert 'value="12.5"' in page


def test_the_model_and_the_operating_point_to_begin_with_are_the_sites(tmp_path: Path) -> None:
    points = [operating_point(name, at) for name, at in (("balanced", 0.5), ("screening", 0.2))]
    for name in ("one", "two"):
        write_tiny_bundle(tmp_path, name=name, title=name.title(), operating_points=points)
    config = tmp_path / "site.toml"
    config.write_text('bundles = ["one", "two"]\nmodel = "two"\n[reading]\noperating_point = "screening"\n')
    out = build(tmp_path / "dist", config=config).out
    data = data_of(page_of(out, "index.html"))
    assert [model["name"] for model in data["models"]] == ["two", "one"]
    assert [point["name"] for point in data["models"][1]["operating_points"]] == ["screening", "balanced"]
    assert "Model card: Two" in page_of(out, "model-card.html")
    metadata = json.loads(next(out.glob("models/two-*/metadata.json")).read_text("utf-8"))
    assert metadata["operating_points"][0]["name"] == "balanced", "bundles stay as they are"


def test_a_language_that_lacks_a_word_of_the_site_is_left_out_and_both_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_own_site(tmp_path / "own")
    out = build(tmp_path / "dist", config=config).out
    assert (out / "fr").is_dir()
    assert not (out / "ar").exists()
    said = capsys.readouterr().err
    assert "the page in ar is left out, because what site.toml says is not translated: classes.ROSE" in said
    assert "next:     say it under [texts.ar]" in said

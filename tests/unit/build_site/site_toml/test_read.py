"""A site.toml with all that lies beside it: what is read, what is refused, and what is warned of."""

from __future__ import annotations

import re
import shutil
import struct
import zlib
from pathlib import Path

import pytest

from build_site.__main__ import main
from build_site.config import load, read_site_config
from build_site.site_toml.read import read_site
from plainfilm.bundle import BundleError
from plainfilm.errors import PlainfilmError, UsageError
from tests.own_site import LOGO, SITE, write_own_site
from tests.tiny_bundle import write_tiny_bundle


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG of that size, and a picture that is black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_own_site(tmp_path_factory.mktemp("written") / "site").parent


@pytest.fixture
def own(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "site")) / "site.toml"


def with_line(own: Path, line: str) -> Path:
    """The same with a key more, at the top of the file and in place of one that is there."""
    key = line.partition("=")[0].strip()
    without = re.sub(rf"^\[+{key}\]+\n([^\[].*\n)+", "", SITE, flags=re.MULTILINE)
    kept = [each for each in without.splitlines() if not each.startswith(f"{key} ")]
    own.write_text("\n".join([line, *kept]), "utf-8")
    return own


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as error:
        read_site(path)
    return str(error.value)


def test_what_a_file_leaves_out_is_as_shipped(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(
        'title = "Mine"\n[dicom]\nother_views = ["LAT"]\n[classes]\nPNEUMONIA = "ill"\n'
    )
    config, shipped = read_site_config(tmp_path / "site.toml"), read_site_config()
    assert config.title == "Mine"
    assert (config.headline, config.translations) == (shipped.headline, shipped.translations)
    assert config.classes == {"NORMAL": "normal", "PNEUMONIA": "ill"}
    assert config.dicom is not None
    assert shipped.dicom is not None
    assert (config.dicom.modalities, config.dicom.other_views) == (shipped.dicom.modalities, ["LAT"])
    (tmp_path / "site.toml").write_text("")
    assert read_site_config(tmp_path / "site.toml") == shipped


def test_a_file_that_names_its_pictures_takes_over_nothing_about_x_rays(own: Path) -> None:
    config = read_site_config(own)
    assert config.base == "pictures"
    assert (config.dicom, config.metrics, config.messages) == (None, {}, {})
    assert config.filled().headline == "Read flowers in your own browser"
    assert read_site_config(with_line(own, 'base = "chest-xrays"')).dicom is not None


def test_everything_beside_it_is_read(own: Path) -> None:
    site = read_site(own)
    assert [bundle.metadata["name"] for bundle in site.bundles] == ["tiny"]
    assert (site.files.logo, site.files.icon) == (site.files.icon, site.files.logo)
    assert site.files.logo is not None
    assert site.files.logo.data == LOGO.encode()
    assert [(one.name, one.shown) for one in site.files.samples] == [("rose.png", True), ("tulip.png", True)]
    assert site.warnings == ()


def test_a_wrong_key_of_a_table_hides_no_other_mistake_of_it(own: Path) -> None:
    text = SITE.replace('accent = "#8a2f5d"', 'accent = "#fbf7f2"\nacent = "#8a2f5d"')
    own.write_text(text, "utf-8")
    said = refused(own)
    assert "unknown key colours.light.acent\n  expected: perhaps accent" in said
    assert "colours.light: accent #fbf7f2 on ground #fbf7f2 cannot be read well" in said


def test_every_mistake_of_every_kind_is_said_at_once(own: Path) -> None:
    text = SITE.replace('title = "Floralens"', 'titel = "Floralens"').replace(
        'accent = "#8a2f5d"', 'accent = "#fbf7f2"'
    )
    text = text.replace('"logo.svg"', '"lgo.svg"').replace("[strings]", '[strings]\nchose = "x"')
    text = text.replace('"models/tiny"', '"models/tinny", "mobilenet_v2_distilled"').replace("12.5", "125")
    text = text.replace("[texts.ar]", '[texts.de]\nheadline = "x"\n[texts.ar]')
    own.write_text(text, "utf-8")
    said = refused(own)
    assert "unknown key titel\n  expected: perhaps title" in said
    assert "reading.prevalence is not right\n  received: 125\n  expected: a number from 0 to 100" in said
    assert "colours.light: accent #fbf7f2 on ground #fbf7f2 cannot be read well\n  received: a contrast of 1.00" in said
    assert "logo: there is no file lgo.svg\n  expected: perhaps logo.svg" in said
    assert "unknown key strings.chose\n  expected: perhaps choose" in said
    assert "texts.de: the site has no such language" in said
    assert (
        "bundles: there is no models/tinny and no mobilenet_v2_distilled\n  expected: perhaps mobilenet_v2_distilled_long"
        in said
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('logo = "../logo.svg"', "logo leaves the folder of site.toml"),
        ('logo = "/etc/hostname"', "logo leaves the folder of site.toml"),
        ('logo = "link.svg"', "logo leaves the folder of site.toml"),
        ('logo = "samples"', "logo: there is no file samples"),
        ('logo = "own.css"', "a file that is neither a PNG nor an SVG"),
        ('logo = "empty.png"', "logo: empty.png is empty"),
        ('logo = "large.png"', "large.png is too large\n  received: 600000 bytes\n  expected: at most 500000"),
        ('logo = "script.svg"', "an SVG with a <script>"),
        ('logo = "handler.svg"', "an SVG with a script in onload"),
        ('logo = "remote.svg"', "an SVG that loads https://"),
        ('logo = "style.svg"', "an SVG whose style loads something"),
        ('logo = "entity.svg"', "an SVG with a DOCTYPE"),
        ('logo = "escaped.svg"', "an SVG whose style loads something"),
        ('logo = "later.svg"', "an SVG that changes href"),
        ('logo = "html.svg"', "an SVG with HTML in it, <iframe>"),
        ('logo = "sheet.svg"', "an SVG with an instruction"),
        ('logo = "round.svg"', "logo: 'round.svg' cannot be opened"),
        ('logo = "page.svg"', "XML that is no SVG: its root is html"),
        ('icon = "wide.png"', "icon wide.png is no icon\n  received: 200 × 300 pixels"),
        ('icon = "small.png"', "a square PNG of at least 192 pixels"),
        ('css = "import.css"', "css import.css, line 2: @import would load something"),
        ('css = "escaped.css"', "css escaped.css, line 1: url( would load something"),
        ('css = "crossed.css"', "css crossed.css is not whole"),
        ('css = "cut.css"', "css cut.css is not whole"),
        ('css = "latin.css"', "bytes that are not UTF-8"),
        ('samples = [{file = "own.css", caption = "x"}]', "samples[0].file own.css is no picture that the page can read"),
        ('samples = [{file = "film.dcm", caption = "x"}]', "DICOM, which `features.dicom` turns off"),
        ('samples = [{file = "samples/rose.png", caption = "x", captions.it = "y"}]', "samples.captions.it: the site has no"),
        ("bundles = []", "bundles names no model"),
        ('model = "tyny"', "model: the site has none called tyny\n  expected: perhaps tiny"),
        ('reading = {operating_point = "screning"}', "reading.operating_point: tiny has none called screning"),
        ('language = "xx"', "language: there is no language xx"),
        ('translations = ["fr", "ar", "zz"]', "translations: there is no language zz"),
        ('translations = ["../fr"]', "translations: there is no language ../fr"),
        ('language = "fr"', "texts.fr is the site's own language"),
        ('strings = {empty = "x"}', "unknown key strings.empty\n  expected: it under [messages]"),
        ('strings = {card_confusion_help = "At {treshold}"}', "has {treshold}, which nothing fills in\n  expected: perhaps {threshold}"),
        ('messages = {summary = {one = "x", other = "y"}}', "messages.summary is of the wrong kind"),
        ('messages = {announce-sum = "x"}', "messages.announce-sum is of the wrong kind"),
        ('messages = {announce-sum = {one = "x"}}', "lacks the form `other`"),
        ('address = "example.org"', "expected: an address such as https://example.org/reader/, with a slash at the end"),
        ('address = "https://example.org/reader"', "address is not right"),
        ('contact = "call me"', "expected: an e-mail address, or an address that begins with https://"),
        ('base = "x-rays"', "base is not known\n  received: 'x-rays'\n  expected: 'chest-xrays' or 'pictures'"),
        ('title = ""', "title is not right"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_what_was_expected(own: Path, line: str, said: str) -> None:
    folder = own.parent
    (folder / "link.svg").symlink_to(Path(__file__))
    (folder / "round.svg").symlink_to(folder / "round.svg")
    svg = '<svg xmlns="http://www.w3.org/2000/svg"'
    files = {
        "empty.png": b"",
        "large.png": png_of(1, 1).ljust(600_000),
        "script.svg": f"{svg}><script>1</script></svg>".encode(),
        "handler.svg": f'{svg} onload="x()"/>'.encode(),
        "remote.svg": f'{svg}><image href="https://example.org/a.png"/></svg>'.encode(),
        "style.svg": f"{svg}><style>a{{fill:url(https://example.org)}}</style></svg>".encode(),
        "entity.svg": f'<!DOCTYPE svg [<!ENTITY a "b">]>{svg}/>'.encode(),
        "escaped.svg": f"{svg}><rect style='fill:u\\72l(https://example.org)'/></svg>".encode(),
        "later.svg": f"{svg}><a><animate attributeName='href' to='javascript:x'/></a></svg>".encode(),
        "html.svg": f"{svg}><iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/></svg>".encode(),
        "sheet.svg": f"<?xml version='1.0'?><?xml-stylesheet href='x.css'?>{svg}/>".encode(),
        "escaped.css": b"a { background: u\\72l(x) }",
        "crossed.css": b"} a { color: red } b {",
        "page.svg": b"<html/>",
        "wide.png": png_of(200, 300),
        "small.png": png_of(64, 64),
        "import.css": b"a { color: red }\n@import 'x.css';\n",
        "cut.css": b"a { color: red\n",
        "latin.css": "a::before { content: 'é' }".encode("latin-1"),
        "film.dcm": b"\0" * 128 + b"DICM",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    assert said in refused(with_line(own, line))


def test_a_png_is_a_logo_and_an_icon_in_its_own_size(own: Path) -> None:
    (own.parent / "logo.png").write_bytes(png_of(256, 256))
    files = read_site(with_line(own, 'logo = "logo.png"')).files
    assert files.icon is not None
    assert (files.icon.kind, files.icon.size) == ("image/png", (256, 256))
    (own.parent / "logo.png").write_bytes(png_of(300, 100))
    assert read_site(own).files.icon is None, "a wide logo is no icon"


def test_a_bundle_that_is_given_counts_and_one_that_is_wrong_stays_its_own_error(own: Path, tiny_bundle: Path) -> None:
    assert read_site(own, [tiny_bundle]).bundles[0].path == tiny_bundle
    with pytest.raises(BundleError, match="there is no bundle"):
        read_site(own, [own.parent / "nothing"])


def test_what_nothing_reads_is_warned_of_and_wrong_in_no_other_way(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("logo.png", "style.css", "strngs.toml", "abuot.toml", "about.de.toml", "notes.txt", "pyproject.toml"):
        (own.parent / name).write_text("")
    (own.parent / "about.fr.toml").write_text('[[sections]]\ntitle = "Ici"\nparagraphs = ["Bonjour"]\n')
    own.write_text(SITE.replace('TULIP = "tulip"', 'TULIP = "tulip"\nTULIPP = "x"'), "utf-8")
    main(["check", str(own)])
    printed = capsys.readouterr().out
    assert "logo.png beside site.toml is not read: no key names it (`logo` would)" in printed
    assert "style.css beside site.toml is not read: no key names it (`css` would)" in printed
    assert "strngs.toml beside site.toml is not read: sentences of your own stand in site.toml" in printed
    assert "abuot.toml beside site.toml is not read: perhaps it is to be called about.toml" in printed
    assert "about.de.toml beside site.toml is not read: `translations` does not name its language" in printed
    assert "classes.TULIPP is the name of no class, so it is not used: perhaps TULIP" in printed
    assert not {"notes.txt", "pyproject.toml", "about.fr.toml"} & set(printed.split())


def test_a_longer_text_with_a_mistake_is_named_with_the_rest(own: Path) -> None:
    (own.parent / "about.fr.toml").write_text("[[sections]]\ntitel = 'x'\n")
    (own.parent / "model_card.toml").write_text("intended_use = 'x'\n")
    said = refused(own)
    assert "about.fr.toml: unknown key sections[0].titel" in said
    assert "model_card.toml: intended_use is of the wrong kind" in said


def test_check_says_each_mistake_of_a_site_toml_and_ends_with_one(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own.write_text("titel = 1\n" + SITE.replace('"logo.svg"', '"lgo.svg"'), "utf-8")
    with pytest.raises(PlainfilmError, match="2 things are wrong") as failed:
        main(["check", str(own)])
    assert failed.value.exit_code == 1
    assert "site.toml: 2 wrong" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no"):
        load(tmp_path / "site.toml")
    (tmp_path / "site.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="is not TOML"):
        load(tmp_path / "site.toml")


@pytest.mark.parametrize(
    ("classes", "checks", "base"),
    [
        (["NORMAL", "PNEUMONIA"], {}, "chest-xrays"),
        (["Pneumonia", "Normal"], {}, "chest-xrays"),
        (["Convertible", "Minivan", "Trucks"], {}, "pictures"),
        (["NORMAL", "EFFUSION"], {"mean_film": [0.125] * 64}, "chest-xrays"),
    ],
)
def test_where_nothing_else_tells_the_words_follow_the_model(
    tmp_path: Path, classes: list[str], checks: dict[str, object], base: str
) -> None:
    bundle = write_tiny_bundle(tmp_path, class_names=classes, positive_class=classes[-1], film_checks=checks)
    site = read_site(None, [bundle])
    assert site.config.base == base
    assert len(site.warnings) == (base == "pictures")
    config = tmp_path / "site.toml"
    config.write_text(f'title = "Mine"\nbundles = ["{bundle.name}"]\n')
    for given in ([], [bundle]):
        site = read_site(config, given)
        assert site.config.base == base
        assert [f'say base = "pictures" at the top of {config}' in warning for warning in site.warnings] == [True] * (
            base == "pictures"
        )
    for stated in ("pictures", "chest-xrays"):
        config.write_text(f'base = "{stated}"\nbundles = ["{bundle.name}"]\n')
        site = read_site(config)
        assert (site.config.base, site.warnings) == (stated, ())

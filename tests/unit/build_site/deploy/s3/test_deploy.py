"""Deploying to a bucket, by real boto3 to an S3 server on loopback: what is there afterwards, in which order it came, and what stays."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from build_site.deploy.built import MANIFEST
from build_site.deploy.s3.address import parse_address
from build_site.deploy.s3.bucket import Bucket
from build_site.deploy.s3.plan import RECORD
from build_site.deploy.tools import tool
from build_site.hosts import headers_of
from plainfilm.errors import PlainfilmError, UsageError
from tests.deployed import FILES, NEXT, NEXT_PART, PART, S3, WEIGHTS, deploy, write_site

ALL = {*FILES, MANIFEST, RECORD, PART + ".br"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every path that is written from now on, in order."""
    paths: list[str] = []
    put = Bucket.put

    def noted(self: Bucket, path: str, *rest: Any) -> None:
        put(self, path, *rest)
        paths.append(path)

    monkeypatch.setattr(Bucket, "put", noted)
    return paths


def test_every_file_arrives_with_the_headers_of_the_table_and_shrinks_on_the_way(
    site: Path, server: S3, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(f"s3://{bucket}/a/reader/", "--site", site, "--endpoint-url", server.url)
    assert server.keys(bucket) == {f"a/reader/{path}" for path in ALL}
    for path, data in FILES.items():
        held = server.client.get_object(Bucket=bucket, Key=f"a/reader/{path}")
        table = headers_of(path)
        assert (held["ContentType"], held["CacheControl"]) == (table["Content-Type"], table["Cache-Control"])
        body = held["Body"].read()
        assert (gzip.decompress(body) if held.get("ContentEncoding") == "gzip" else body) == data
        assert ("ContentEncoding" in held) == (path not in (WEIGHTS, ".nojekyll"))
    copy = server.client.get_object(Bucket=bucket, Key=f"a/reader/{PART}.br")
    assert (copy["ContentType"], copy["ContentEncoding"]) == (headers_of(PART)["Content-Type"], "br")
    assert tool("brotli").decompress(copy["Body"].read()) == FILES[PART]
    said = capsys.readouterr().out
    assert f"look at it: {server.url}/{bucket}/a/reader/index.html" in said
    assert f"{len(ALL) - 1}/{len(ALL) - 1} build.json" in said


def test_parts_come_first_then_pages_then_the_service_worker_and_build_json_last(
    site: Path, server: S3, bucket: str, written: list[str]
) -> None:
    deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url)
    assert set(written[:3]) == {PART, PART + ".br", WEIGHTS}
    assert written[3] == RECORD
    assert written[-2:] == ["service-worker.js", MANIFEST]


def test_an_address_in_the_environment_is_as_good_as_an_option(
    site: Path, server: S3, bucket: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    deploy(f"s3://{bucket}", "--site", site)
    assert f"look at it: {server.url}/{bucket}/index.html" in capsys.readouterr().out
    assert server.keys(bucket) == ALL


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    site: Path, server: S3, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url, "--dry-run")
    said = capsys.readouterr().out
    assert f"upload {WEIGHTS}  2 kB\n" in said
    assert f"upload {PART}  2 kB, becomes gzip\n" in said
    assert f"dry run: {len(ALL) - 1} to upload" in said
    assert server.keys(bucket) == set()


def test_what_is_there_already_is_not_sent_again(site: Path, server: S3, bucket: str, written: list[str]) -> None:
    for _ in range(2):
        deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url)
    assert len(written) == len(ALL), "the second time nothing was"


@pytest.mark.parametrize("stopped_after", [1, 3, 5, 9])
def test_a_deploy_that_was_killed_leaves_no_page_without_its_parts_and_goes_on_where_it_stopped(
    stopped_after: int, site: Path, server: S3, bucket: str, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Bucket.put

    def killed(self: Bucket, *given: Any) -> None:
        if len(written) >= stopped_after:
            raise KeyboardInterrupt
        put(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url)
    there = server.keys(bucket)
    assert there < ALL
    assert {PART, WEIGHTS} <= there or not {path for path in there if path.endswith((".html", ".json"))}
    before = written.copy()
    deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url)
    assert server.keys(bucket) == ALL
    again = {*before} & {*written[len(before) :]} - {RECORD}
    assert sorted(again) == [], "nothing is sent twice"


def test_parts_of_an_earlier_deploy_stay_for_a_while_and_its_pages_do_not(
    site: Path, tmp_path: Path, server: S3, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.client.put_object(Bucket=bucket, Key="photos/cat.jpeg", Body=b"a cat")
    server.client.put_object(Bucket=bucket, Key="assets/app-of-somebody.js", Body=b"theirs")
    to = (f"s3://{bucket}", "--endpoint-url", server.url, "--site")
    deploy(*to, site)
    following = write_site(tmp_path / "next", NEXT, title="Tiny again")
    deploy(*to, following)
    assert "(there is 'Tiny' now)" in capsys.readouterr().out
    kept = server.keys(bucket)
    assert {PART, PART + ".br", NEXT_PART, NEXT_PART + ".br"} <= kept
    assert "fr/index.html" not in kept, "its parts will go"
    deploy(*to, following, "--keep-days", "0")
    assert {PART, PART + ".br"} & server.keys(bucket) == set()
    assert {"photos/cat.jpeg", "assets/app-of-somebody.js", WEIGHTS, NEXT_PART} <= server.keys(bucket)
    assert "deleted 2 files of earlier deploys" in capsys.readouterr().out
    assert json.loads(server.client.get_object(Bucket=bucket, Key=RECORD)["Body"].read())["earlier"] == []


def test_parts_go_when_no_page_has_named_them_for_long_enough(
    site: Path, tmp_path: Path, server: S3, bucket: str
) -> None:
    to = (f"s3://{bucket}", "--endpoint-url", server.url, "--site")
    deploy(*to, site)
    following = write_site(tmp_path / "next", NEXT)
    deploy(*to, following)
    record = json.loads(server.client.get_object(Bucket=bucket, Key=RECORD)["Body"].read())
    assert {entry["path"] for entry in record["earlier"]} == {PART, PART + ".br"}
    for entry in record["earlier"]:
        entry["replaced"] = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    server.client.put_object(
        Bucket=bucket, Key=RECORD, Body=json.dumps(record).encode(), Metadata={"plainfilm": "as if written then"}
    )
    deploy(*to, following)
    assert PART not in server.keys(bucket)


def test_an_earlier_version_can_be_deployed_again(site: Path, tmp_path: Path, server: S3, bucket: str) -> None:
    to = (f"s3://{bucket}", "--endpoint-url", server.url, "--keep-days", "0", "--site")
    for folder in (site, write_site(tmp_path / "next", NEXT), site):
        deploy(*to, folder)
    assert server.keys(bucket) == ALL


def test_a_bucket_that_holds_another_site_is_left_alone(site: Path, server: S3, bucket: str) -> None:
    for path in ("index.html", "robots.txt", "style.css"):
        server.client.put_object(Bucket=bucket, Key=path, Body=b"theirs")
    with pytest.raises(PlainfilmError, match=r"(?s)did not write.*index\.html, robots\.txt\n.*s3://.*/reader"):
        deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url)
    assert server.keys(bucket) == {"index.html", "robots.txt", "style.css"}
    deploy(f"s3://{bucket}/reader", "--site", site, "--endpoint-url", server.url)


def test_a_site_that_was_copied_there_by_other_means_is_taken_over(
    site: Path, tmp_path: Path, server: S3, bucket: str
) -> None:
    for path in [*FILES, MANIFEST]:
        server.client.put_object(Bucket=bucket, Key=path, Body=(site / path).read_bytes())
    deploy(
        f"s3://{bucket}",
        "--site",
        write_site(tmp_path / "next", NEXT),
        "--endpoint-url",
        server.url,
        "--keep-days",
        "0",
    )
    assert server.keys(bucket) == {*NEXT, MANIFEST, RECORD, NEXT_PART + ".br"}


def test_a_manifest_in_the_bucket_cannot_make_it_delete_what_is_somebody_elses(
    site: Path, server: S3, bucket: str
) -> None:
    server.client.put_object(Bucket=bucket, Key="thesis.pdf", Body=b"years of work")
    entry = {"path": "thesis.pdf", "bytes": 1, "sha256": "0" * 64}
    listed = {"builder": "plainfilm", "files": [entry, {"path": 7}, "nonsense"]}
    server.client.put_object(Bucket=bucket, Key=MANIFEST, Body=json.dumps(listed).encode())
    record = {"builder": "plainfilm", "earlier": [{"path": "thesis.pdf", "replaced": "2020-01-01"}, {"path": None}]}
    server.client.put_object(
        Bucket=bucket, Key=RECORD, Body=json.dumps(record).encode(), Metadata={"plainfilm": "mark"}
    )
    deploy(f"s3://{bucket}", "--site", site, "--endpoint-url", server.url, "--keep-days", "0")
    assert server.keys(bucket) == {*ALL, "thesis.pdf"}
    kept = json.loads(server.client.get_object(Bucket=bucket, Key=RECORD)["Body"].read())
    assert kept["earlier"] == [], "nor is it looked at again"


def test_what_cannot_be_deleted_is_said_and_the_site_is_there(
    site: Path, tmp_path: Path, server: S3, bucket: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    to = (f"s3://{bucket}", "--endpoint-url", server.url, "--keep-days", "0", "--site")
    deploy(*to, site)

    def denied(*_: object) -> None:
        raise PlainfilmError("access is denied")

    monkeypatch.setattr(Bucket, "delete", denied)
    deploy(*to, write_site(tmp_path / "next", NEXT))
    assert "files of earlier deploys stay\naccess is denied" in capsys.readouterr().err
    assert {NEXT_PART, PART} <= server.keys(bucket)


def test_a_key_that_the_host_does_not_delete_is_an_error(server: S3) -> None:
    class Refusing:
        def delete_objects(self, **_: object) -> dict[str, object]:
            return {"Errors": [{"Key": PART, "Code": "AccessDenied", "Message": "no"}]}

    with pytest.raises(PlainfilmError, match="access to s3://pages is denied"):
        Bucket(parse_address("s3://pages"), server.url, Refusing()).delete([PART])


def test_a_site_that_was_changed_since_it_was_built_is_not_deployed(site: Path) -> None:
    (site / "index.html").write_text("edited", "utf-8")
    (site / "secrets.txt").write_text("added", "utf-8")
    (site / PART).unlink()
    with pytest.raises(PlainfilmError, match=rf"(?s)not the site.*{PART}, index\.html, secrets\.txt"):
        deploy("s3://bucket", "--site", site)


@pytest.mark.parametrize("days", ["-1", "nan", "1e9"])
def test_days_that_are_none_are_refused(days: str, site: Path) -> None:
    with pytest.raises(UsageError, match="keep-days"):
        deploy("s3://bucket", "--site", site, f"--keep-days={days}")

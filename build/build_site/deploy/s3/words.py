"""What boto3 says when something is wrong, in a user's words and with what to do next."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from build_site.deploy.s3.address import Address
from plainfilm.errors import PlainfilmError

AGAIN = "the same command again, which goes on where this one stopped"
CREDENTIALS = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or aws configure"

DENIED = {"AccessDenied", "403", "Forbidden", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess"}
UNKNOWN_KEY = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "InvalidToken", "AuthFailure", "401"}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
SKEWED = {"RequestTimeTooSkewed", "RequestInTheFuture"}
ELSEWHERE = {"PermanentRedirect", "301", "307", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
BUSY = {"SlowDown", "ServiceUnavailable", "InternalError", "500", "502", "503", "504", "RequestTimeout", "Throttling"}


@contextlib.contextmanager
def in_words(address: Address, endpoint: str | None) -> Iterator[None]:
    """Turns boto3's errors in the body into ours.

    Args:
        address: The bucket that is asked.
        endpoint: --endpoint-url, or None for Amazon.

    Raises:
        PlainfilmError: Instead of every error of boto3.
    """
    from botocore import exceptions as boto
    from botocore.parsers import ResponseParserError

    where = endpoint or "Amazon S3"
    try:
        yield
    except boto.ClientError as error:
        raise _answered(error.response, address, where) from None
    except (ResponseParserError, boto.IncompleteReadError) as error:
        raise _no_s3(where, str(error)) from None
    except (boto.NoCredentialsError, boto.PartialCredentialsError, boto.ProfileNotFound) as error:
        raise PlainfilmError(
            f"there are no credentials for {where}", received=str(error), next_step=CREDENTIALS
        ) from None
    except (boto.CredentialRetrievalError, boto.TokenRetrievalError, boto.SSOError, boto.LoginError) as error:
        raise PlainfilmError(
            "the credentials could not be had", received=str(error), next_step=f"aws sso login; or {CREDENTIALS}"
        ) from None
    except boto.SSLError as error:
        raise PlainfilmError(
            f"{where} has no certificate that this machine trusts",
            received=str(error),
            next_step="check the address (http:// or https://), the clock, and AWS_CA_BUNDLE behind a company's proxy",
        ) from None
    except (boto.ConnectionError, boto.HTTPClientError) as error:
        raise PlainfilmError(
            f"{where} cannot be reached",
            received=str(error),
            expected="a network, and an address that answers",
            next_step=f"check the network, a proxy and --endpoint-url; then {AGAIN}",
        ) from None
    except boto.BotoCoreError as error:
        raise PlainfilmError(f"{where} cannot be used", received=str(error), next_step=CREDENTIALS) from None


def _answered(response: Mapping[str, Any], address: Address, where: str) -> PlainfilmError:
    """An error that the host itself sent."""
    error: Mapping[str, Any] = response.get("Error", {})
    code, said = str(error.get("Code", "")), f"{error.get('Code')}: {error.get('Message')}"
    headers: Mapping[str, str] = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if code == "NoSuchBucket":
        return PlainfilmError(
            f"there is no bucket {address.bucket}",
            received=said,
            next_step=f"correct the name, or create it: aws s3 mb s3://{address.bucket}",
        )
    if code in DENIED:
        return PlainfilmError(
            f"access to {address} is denied",
            received=said,
            expected="s3:ListBucket on the bucket; s3:GetObject, s3:PutObject and s3:DeleteObject on what is in it",
            next_step=f"give these credentials the policy that this prints: "
            f"python -m build_site deploy {address} --show deployer-policy",
        )
    if code in UNKNOWN_KEY:
        return PlainfilmError(f"{where} does not accept the credentials", received=said, next_step=CREDENTIALS)
    if code in EXPIRED:
        return PlainfilmError(
            "the credentials have expired", received=said, next_step=f"aws sso login; or {CREDENTIALS}"
        )
    if code in SKEWED:
        here = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return PlainfilmError(
            "this machine's clock is wrong, so its requests are refused",
            received=f"{here} here, {error.get('ServerTime', headers.get('date', 'another time'))} there",
            next_step="set the clock (timedatectl set-ntp true), then the same command again",
        )
    region = error.get("Region") or headers.get("x-amz-bucket-region")
    if code in ELSEWHERE or (code == "400" and region):
        return PlainfilmError(
            f"the bucket {address.bucket} is in another region, or at another address",
            received=said,
            expected=f"region {region}" if region else None,
            next_step=f"set AWS_DEFAULT_REGION{f'={region}' if region else ''}, or give its --endpoint-url",
        )
    if code in BUSY:
        return PlainfilmError(
            f"{where} did not answer properly, also after several tries", received=said, next_step=AGAIN
        )
    if code.isdigit() or code in {"MethodNotAllowed", "NotImplemented", "None", ""}:
        return _no_s3(where, said)
    return PlainfilmError(f"{where} refused a request", received=said)


def _no_s3(where: str, said: str) -> PlainfilmError:
    return PlainfilmError(f"{where} does not answer as S3 does", received=said[:300], next_step="check --endpoint-url")

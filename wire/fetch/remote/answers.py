"""What an object store refuses, in words for an operator.

Law: what only somebody's work mends is `Denied`; what is of the whole bucket a SpoolError; what is of one object an
`Answer`. No message holds a secret.
"""

from typing import Any

import aiohttp
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)

from wire.access import Access
from wire.errors import SpoolError, WireError
from wire.fetch.place import Denied
from wire.fetch.remote.far import Answer
from wire.model import Failure

_KEY = frozenset(
    {
        *("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "InvalidClientTokenId"),
        *("AuthFailure", "NotSignedUp", "InvalidSecurity"),
    }
)
_REGION = frozenset({"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"})
_LIST = "list it"


def answer(error: Exception, server: str, doing: str, access: Access) -> Exception:
    """The error that an error of s3fs, botocore or aiohttp is; a fault that none of them means is itself."""
    cause = error.__cause__ if isinstance(error.__cause__, ClientError) else error
    said = access.hidden(str(error))
    made: Exception = error
    match cause:
        case WireError():
            made = cause
        case ClientError():
            made = _refusal(cause.response, said, server, doing)
        case NoCredentialsError():
            made = Denied(f"nothing to show to {server}: write user and password, or set up this machine's role")
        case SSLError():
            message = f"no secure connection to {server}: {said}; ca_file names who vouches for it"
            made = Denied(message, Failure.TLS)
        case ReadTimeoutError():
            made = SpoolError(f"{server} took too long to {doing}: given up")
        case ConnectionError() | HTTPClientError() | aiohttp.ClientError() | OSError():
            made = SpoolError(f"{server} can't be reached, or broke off, when asked to {doing}: {said}")
        case BotoCoreError():
            made = SpoolError(f"{server} can't be asked to {doing}: {said}; look at region and endpoint")
    return made


def _refusal(response: Any, said: str, server: str, doing: str) -> Exception:
    code = str(response.get("Error", {}).get("Code", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    made: Exception = Answer(code, f"{code}: {said}")
    if code in _KEY:
        made = Denied(
            f"{server} does not take the key: {code}: {said}; look at user (its id) and password (its secret)"
        )
    elif code == "NoSuchBucket":
        made = SpoolError(f"there is no such bucket: {server}")
    elif code in _REGION:
        made = Denied(f"{server} is elsewhere: {said}; write its region, or its endpoint")
    elif status in {401, 403} and doing == _LIST:
        made = Denied(f"{server} does not let this key list it (s3:ListBucket): {code}: {said}")
    elif status in {401, 403}:
        needs = "s3:GetObject to read, s3:PutObject and s3:DeleteObject to move"
        made = Answer(code, f"this key may not {doing} ({needs}): {said}")
    elif status >= 500 or code in {"SlowDown", "ServiceUnavailable", "RequestTimeout"}:
        made = SpoolError(f"{server} fails for the time being, when asked to {doing}: {code}: {said}")
    return made

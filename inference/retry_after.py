"""The Retry-After header (RFC 9110, 10.2.3): seconds, or a date."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST = 60.0


def retry_after(headers: Mapping[str, str], *, otherwise: float) -> float:
    """Seconds from now, 0 to LONGEST."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            seconds = otherwise
    return min(max(seconds, 0.0), LONGEST) if math.isfinite(seconds) else otherwise

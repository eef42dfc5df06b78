"""Figures for Prometheus at `/metrics`: requests by route, and how long they took.

One worker counts for itself; set `PROMETHEUS_MULTIPROC_DIR` before starting to have all workers counted together.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
REQUESTS = Counter("maskqms_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("maskqms_request_seconds", "Time to the first byte", ["method", "route"], buckets=BUCKETS)
REFUSALS = Counter("maskqms_refusals", "Acts refused", ["reason"])


def measure(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)


def exposition() -> tuple[bytes, str]:
    """Everything counted, in Prometheus' text format."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST

"""Is the server alive, is it ready, how is it doing: for operators, without content."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.aiohttp import make_aiohttp_handler

from rightfit.web.problems import Handler

READINESS: web.AppKey[Callable[[], Awaitable[dict[str, Any]]]] = web.AppKey("readiness")
routes = web.RouteTableDef()


class Metrics:
    """Counts and times by route and status; nothing in them comes from a client."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "rightfit_requests", "Requests answered", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "rightfit_request_seconds", "Time to answer", ["route"], registry=self.registry
        )
        self.oldest_waiting = Gauge(
            "rightfit_oldest_waiting_seconds",
            "Age of the oldest message without its turn",
            registry=self.registry,
        )


METRICS = web.AppKey("metrics", Metrics)


@routes.get("/healthz")
async def healthz(request: web.Request) -> web.Response:
    """200 while the process answers at all."""
    return web.json_response({"alive": True})


@routes.get("/readyz")
async def readyz(request: web.Request) -> web.Response:
    """200 if clients can be served, else 503; says of each part how it is."""
    parts = await request.app[READINESS]()
    ready = all(part["ready"] for part in parts.values())
    return web.json_response({"ready": ready, **parts}, status=200 if ready else 503)


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request under the name of its route."""
    metrics = request.app[METRICS]
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    started = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        metrics.requests.labels(route, str(status)).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - started)


def add_metrics(app: web.Application) -> None:
    """Serve the metrics of this app at ``/metrics`` in Prometheus's format."""
    app[METRICS] = Metrics()
    app.router.add_get("/metrics", make_aiohttp_handler(registry=app[METRICS].registry))

"""Figures for ``/metrics``, in Prometheus' format; one registry a process, no label that names a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, generate_latest


class Figures:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.handlers = Counter("relais_handled", "Handlers run", ("kind", "handler"), registry=self.registry)
        late = "Interactions that were over before anything was answered"
        self.late = Counter("relais_late", late, ("platform",), registry=self.registry)
        self.figures = Counter("relais_figures", "What cogs count", ("figure",), registry=self.registry)

    def handled(self, kind: str, handler: str) -> None:
        self.handlers.labels(kind, handler).inc()

    def overdue(self, platform: str) -> None:
        self.late.labels(platform).inc()

    def count(self, name: str, by: float) -> None:
        self.figures.labels(name).inc(by)

    def page(self) -> bytes:
        return generate_latest(self.registry)

"""What the server counts of calls and of usage. Loaded only where metrics are on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from billing.intake import UNRATED, UsageBatch
from billing.operations.context import Store
from billing.operations.ingest import Outcome
from billing.process.metrics import PoolGauges
from billing.refusals import Refusal
from server.around import Answer, Around, Call, Context, End, answered, refused
from server.health import Health
from server.interceptors import Guard

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
RECORDING = frozenset({"RecordUsage", "StreamUsage"})
REASONS = [refusal.reason.value for refusal in sorted(Refusal)]


class ServerMetrics:
    """The metrics of a server process, besides those that every process has."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.calls = CallMetrics(registry)
        self.usage = UsageMetrics(registry)
        self._pools = PoolGauges(registry)
        self._under_way = Gauge(
            "prorata_calls_under_way",
            "Calls under way, without the streams that follow",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._followers = Gauge(
            "prorata_followers",
            "Streams that follow the feed, a closing or a rehearsal",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._store_up = Gauge(
            "prorata_store_up",
            "Whether the store answers: 1 or 0",
            registry=registry,
            multiprocess_mode="livemin",
        )

    def refresh(self, store: Store, guard: Guard, health: Health) -> None:
        """Look at what is under way."""
        self._under_way.set(guard.calls_under_way)
        self._followers.set(guard.follower_count)
        self._store_up.set(health.serving)
        self._pools.refresh(store)


class CallMetrics:
    """Calls by RPC, and by how they ended."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "prorata_calls",
            "Calls that have ended, by RPC, gRPC status, and reason of ErrorInfo",
            ["method", "status", "reason"],
            registry=registry,
        )
        self._seconds = Histogram(
            "prorata_call_seconds",
            "What calls took until they ended; streams as long as they lasted",
            ["method", "status"],
            registry=registry,
            buckets=SECONDS,
        )
        self._batches = Counter(
            "prorata_usage_batches",
            "Batches of usage that came, each a message of RecordUsage or StreamUsage",
            ["method"],
            registry=registry,
        )
        self._bytes = Counter(
            "prorata_usage_bytes",
            "Bytes of the batches of usage that came",
            ["method"],
            registry=registry,
        )
        self._of: dict[tuple[str, End], _Tellers] = {}

    def ended(self, method: str, start: float, end: End) -> None:
        """A call that began at a moment of `perf_counter` has ended."""
        tellers = self._of.get((method, end))
        if tellers is None:
            tellers = self._of[method, end] = _Tellers(
                self._ended.labels(method, *end).inc, self._seconds.labels(method, end.status).observe
            )
        tellers.more()
        tellers.took(perf_counter() - start)

    def batch_came(self, method: str, encoded: bytes) -> None:
        """A batch of usage has come."""
        self._batches.labels(method).inc()
        self._bytes.labels(method).inc(len(encoded))


class _Tellers(NamedTuple):
    """Looked up once, as looking up takes longer than telling."""

    more: Callable[[], None]
    took: Callable[[float], None]


class CallCounter(Around):
    """Counts the calls."""

    def __init__(self, metrics: CallMetrics) -> None:
        super().__init__()
        self._metrics = metrics

    def around(self, answer: Answer, call: Call) -> Answer:
        """Count a call when it ends, and the batches that it brings."""
        metrics, name = self._metrics, call.name
        records = name in RECORDING

        async def counted(encoded: Any, context: Context) -> Any:
            start = perf_counter()
            if records:
                encoded = self._weighed(encoded, name)
            try:
                response = await answer(encoded, context)
            except BaseException:
                metrics.ended(name, start, refused(context))
                raise
            metrics.ended(name, start, answered(context))
            return response

        return counted

    def _weighed(self, encoded: Any, name: str) -> Any:
        if not isinstance(encoded, bytes):
            return self._each_weighed(encoded, name)
        self._metrics.batch_came(name, encoded)
        return encoded

    async def _each_weighed(self, messages: AsyncIterator[bytes], name: str) -> AsyncIterator[bytes]:
        async for encoded in messages:
            self._metrics.batch_came(name, encoded)
            yield encoded


class UsageMetrics:
    """What became of records of usage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        events = Counter(
            "prorata_usage_events",
            "Usage events that were recorded, or had been before",
            ["outcome"],
            registry=registry,
        )
        self._recorded, self._repeated = events.labels("recorded"), events.labels("repeated")
        self._unrated = Counter(
            "prorata_usage_unrated_events",
            "Usage events recorded without an amount, which are priced here",
            registry=registry,
        )
        self._refused = Counter(
            "prorata_usage_refused",
            "Records of usage that were refused, by the reason that their senders were given",
            ["reason"],
            registry=registry,
        )

    def tell(self, batch: UsageBatch, outcome: Outcome) -> None:
        """Count a batch, in columns: nothing is done for each of its records."""
        counts = np.bincount(outcome.refusal, minlength=len(REASONS))
        repeated = int(np.count_nonzero(outcome.repeated))
        recorded = int(counts[Refusal.NONE]) - repeated
        if recorded:
            self._recorded.inc(recorded)
            new = (outcome.refusal == Refusal.NONE) & ~outcome.repeated
            self._unrated.inc(int(np.count_nonzero(new & (batch.amount_nanos == UNRATED))))
        if repeated:
            self._repeated.inc(repeated)
        for code in np.flatnonzero(counts[1:]) + 1:
            self._refused.labels(REASONS[code]).inc(int(counts[code]))

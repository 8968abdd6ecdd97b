"""How the store, the month-end and the feed stand, as metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from billing.closings import ClosingState
from billing.operations.observation import Observation
from billing.period import Period


def told(seen: Observation) -> Iterable[Metric]:
    """How the store stands, as metrics."""
    yield from _backlog(seen)
    yield from _closing(seen)
    if seen.due_time is not None:
        yield gauge(
            "prorata_closing_due_timestamp_seconds",
            "When the next closing starts by itself, in business time",
            seen.due_time.timestamp(),
        )
        yield gauge(
            "prorata_closing_overdue_seconds",
            "For how long the next closing should have started by itself",
            _age(seen, seen.due_time),
        )
    yield from _feed(seen)
    if seen.schema_version is not None:
        yield gauge("prorata_store_schema_version", "The last migration of the store", seen.schema_version)


def _backlog(seen: Observation) -> Iterable[Metric]:
    yield gauge("prorata_backlog_batches", "Batches of usage that are not rolled up yet", seen.backlog.batch_count)
    yield gauge("prorata_backlog_events", "Usage events that are not rolled up yet", seen.backlog.event_count)
    yield gauge(
        "prorata_backlog_seconds",
        "For how long the oldest batch that is not rolled up waits",
        _age(seen, seen.backlog.oldest_time),
    )


def _closing(seen: Observation) -> Iterable[Metric]:
    closing = seen.closing
    if closing is None:
        return
    period = str(Period.of(closing.first_day))
    yield _by(
        "prorata_closing_state",
        "1 for the state of the latest closing, 0 for the others",
        ("period", "state"),
        [((period, state.name), state == closing.state) for state in ClosingState],
    )
    took = ((closing.complete_time or seen.moment) - closing.start_time).total_seconds()
    for name, about, value in (
        ("prorata_closing_shards", "Shards of the latest closing", closing.shard_count),
        (
            "prorata_closing_shards_done",
            "Shards of the latest closing that are calculated and emitted",
            closing.done_count,
        ),
        (
            "prorata_closing_shards_failing",
            "Shards of the latest closing whose last attempt failed",
            closing.failing_count,
        ),
        ("prorata_closing_owners_set_apart", "Owners that the latest closing has set apart", closing.set_apart_count),
        ("prorata_closing_records", "Charge records that the latest closing has emitted", closing.record_count),
        ("prorata_closing_seconds", "What the latest closing took, or has taken so far, in business time", took),
    ):
        yield _by(name, about, ("period",), [((period,), value)])


def _feed(seen: Observation) -> Iterable[Metric]:
    last, relayed, oldest = seen.feed
    yield gauge("prorata_feed_position", "The position of the last charge record of the feed", last)
    yield gauge("prorata_feed_relayed_position", "Up to which position the feed is in the stream", relayed)
    yield gauge("prorata_feed_relay_lag_records", "Charge records that are not in the stream yet", last - relayed)
    yield gauge(
        "prorata_feed_relay_lag_seconds",
        "For how long the oldest record that is not in the stream waits",
        _age(seen, oldest),
    )
    yield gauge("prorata_feed_consumers", "Consumers that have ever acknowledged", seen.consumer_count)
    names = [(consumer.consumer,) for consumer in seen.consumers]
    for name, about, values in (
        (
            "prorata_feed_consumer_position",
            "Up to which position a consumer has acknowledged; of the 20 that did so last",
            [consumer.feed_position for consumer in seen.consumers],
        ),
        (
            "prorata_feed_consumer_lag_records",
            "Charge records that a consumer has not acknowledged",
            [last - consumer.feed_position for consumer in seen.consumers],
        ),
        (
            "prorata_feed_consumer_lag_seconds",
            "For how long the oldest record that a consumer has not acknowledged is there",
            [_age(seen, consumer.oldest_time) for consumer in seen.consumers],
        ),
        (
            "prorata_feed_consumer_acknowledged_timestamp_seconds",
            "When a consumer has acknowledged last, in business time",
            [consumer.record_time.timestamp() for consumer in seen.consumers],
        ),
    ):
        yield _by(name, about, ("consumer",), zip(names, values, strict=True))


def _age(seen: Observation, moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (seen.moment - moment).total_seconds())


def gauge(name: str, about: str, value: float) -> Metric:
    """A single number."""
    return GaugeMetricFamily(name, about, value=float(value))


def _by(name: str, about: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for each, value in values:
        family.add_metric(each, float(value))
    return family

"""What the dashboard shows: rows of panels, and what each asks Prometheus."""

from __future__ import annotations

from typing import NamedTuple


class Query(NamedTuple):
    """What is asked, and how each series is called."""

    query: str
    legend: str = ""


class Panel(NamedTuple):
    """A panel: its title, what it says, the unit of Grafana, what it asks, and of which kind it is."""

    title: str
    about: str
    unit: str
    queries: tuple[Query, ...]
    kind: str = "timeseries"


def latest(metric: str, by: str = "") -> str:
    """A number of the store, which every worker tells."""
    return f"max by ({by}) ({metric})" if by else f"max({metric})"


def rate(metric: str, by: str = "", where: str = "") -> str:
    """By how much a counter grows a second, over all processes."""
    summed = f"sum by ({by})" if by else "sum"
    return f"{summed} (rate({metric}{where}[$__rate_interval]))"


def quantile(share: float, metric: str, by: str, where: str = "") -> str:
    """What a share of the observations of a histogram stays below."""
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({metric}_bucket{where}[$__rate_interval])))"


UNARY = '{status="OK",method!~"Stream.*|Watch.*"}'

ROWS: dict[str, tuple[Panel, ...]] = {
    "Month-end": (
        Panel(
            "Closing",
            "The state of the closing that was started last.",
            "none",
            (Query(latest("prorata_closing_state", "period, state") + " == 1", "{{period}} {{state}}"),),
            "stat",
        ),
        Panel(
            "Next closing due",
            "When it starts by itself, in business time.",
            "dateTimeAsIso",
            (Query("1000 * " + latest("prorata_closing_due_timestamp_seconds")),),
            "stat",
        ),
        Panel(
            "Overdue",
            "For how long the next closing should have started.",
            "s",
            (Query(latest("prorata_closing_overdue_seconds")),),
            "stat",
        ),
        Panel(
            "Owners set apart",
            "Their calculation fails; the closing is blocked until they are retried or released.",
            "none",
            (Query(latest("prorata_closing_owners_set_apart", "period"), "{{period}}"),),
            "stat",
        ),
        Panel(
            "Shards",
            "Of the latest closing: all, done, and those whose last attempt failed.",
            "none",
            (
                Query(latest("prorata_closing_shards", "period"), "{{period}} all"),
                Query(latest("prorata_closing_shards_done", "period"), "{{period}} done"),
                Query(latest("prorata_closing_shards_failing", "period"), "{{period}} failing"),
            ),
        ),
        Panel(
            "Records emitted",
            "Charge records of the latest closing.",
            "none",
            (Query(latest("prorata_closing_records", "period"), "{{period}}"),),
        ),
        Panel(
            "Duration",
            "What the latest closing took, or has taken so far; while it is blocked it goes on.",
            "s",
            (Query(latest("prorata_closing_seconds", "period"), "{{period}}"),),
        ),
    ),
    "Calls": (
        Panel(
            "Calls a second",
            "Calls that ended, by RPC.",
            "reqps",
            (Query(rate("prorata_calls_total", "method"), "{{method}}"),),
        ),
        Panel(
            "Refused and failed",
            "Calls that were not answered, by gRPC status and reason.",
            "reqps",
            (Query(rate("prorata_calls_total", "status, reason", '{status!="OK"}'), "{{status}} {{reason}}"),),
        ),
        Panel(
            "p99",
            "What the slowest hundredth of the answered calls took, by RPC; without streams.",
            "s",
            (Query(quantile(0.99, "prorata_call_seconds", "method", UNARY), "{{method}}"),),
        ),
        Panel(
            "p50",
            "The median likewise.",
            "s",
            (Query(quantile(0.5, "prorata_call_seconds", "method", UNARY), "{{method}}"),),
        ),
        Panel(
            "Under way",
            "Calls, and streams that follow; each kind has room of its own.",
            "none",
            (
                Query("sum by (instance) (prorata_calls_under_way)", "{{instance}} calls"),
                Query("sum by (instance) (prorata_followers)", "{{instance}} followers"),
            ),
        ),
    ),
    "Usage": (
        Panel(
            "Events a second",
            "Recorded, repeated, and of those recorded the ones that are priced here.",
            "cps",
            (
                Query(rate("prorata_usage_events_total", "outcome"), "{{outcome}}"),
                Query(rate("prorata_usage_unrated_events_total"), "unrated"),
            ),
        ),
        Panel(
            "Refused records a second",
            "By the reason that their senders were given.",
            "cps",
            (Query(rate("prorata_usage_refused_total", "reason"), "{{reason}}"),),
        ),
        Panel(
            "Batches a second",
            "Messages of RecordUsage and StreamUsage that came.",
            "cps",
            (Query(rate("prorata_usage_batches_total", "method"), "{{method}}"),),
        ),
        Panel(
            "Bytes a second",
            "Of these batches.",
            "Bps",
            (Query(rate("prorata_usage_bytes_total", "method"), "{{method}}"),),
        ),
        Panel(
            "Backlog",
            "What is recorded and not rolled up yet.",
            "none",
            (
                Query(latest("prorata_backlog_events"), "events"),
                Query(latest("prorata_backlog_batches"), "batches"),
            ),
        ),
        Panel(
            "Age of the backlog",
            "For how long the oldest batch waits.",
            "s",
            (Query(latest("prorata_backlog_seconds")),),
        ),
        Panel(
            "Rolled up a second",
            "Events; late ones came after the closing of their period began.",
            "cps",
            (Query(rate("prorata_rolled_up_events_total", "late"), "late {{late}}"),),
        ),
    ),
    "Feed": (
        Panel(
            "Position",
            "Of the feed, and up to which it is in the stream.",
            "none",
            (
                Query(latest("prorata_feed_position"), "feed"),
                Query(latest("prorata_feed_relayed_position"), "relayed"),
                Query(latest("prorata_feed_consumer_position", "consumer"), "{{consumer}}"),
            ),
        ),
        Panel(
            "Records behind",
            "That are not in the stream, or not acknowledged.",
            "none",
            (
                Query(latest("prorata_feed_relay_lag_records"), "relay"),
                Query(latest("prorata_feed_consumer_lag_records", "consumer"), "{{consumer}}"),
            ),
        ),
        Panel(
            "Time behind",
            "For how long the oldest of these records is there.",
            "s",
            (
                Query(latest("prorata_feed_relay_lag_seconds"), "relay"),
                Query(latest("prorata_feed_consumer_lag_seconds", "consumer"), "{{consumer}}"),
            ),
        ),
        Panel(
            "Last acknowledged",
            "By each consumer, of the 20 that did so last.",
            "dateTimeAsIso",
            (
                Query(
                    "1000 * " + latest("prorata_feed_consumer_acknowledged_timestamp_seconds", "consumer"),
                    "{{consumer}}",
                ),
            ),
            "stat",
        ),
        Panel(
            "Stream and consumers",
            "Entries that the stream keeps; consumers that ever acknowledged.",
            "none",
            (
                Query(latest("prorata_stream_entries"), "entries"),
                Query(latest("prorata_feed_consumers"), "consumers"),
            ),
        ),
    ),
    "Workers": (
        Panel(
            "Steps of the sweep that fail",
            "A second, by step.",
            "cps",
            (Query(rate("prorata_sweep_steps_total", "step", '{outcome="failed"}'), "{{step}}"),),
        ),
        Panel(
            "Steps of the sweep, p99",
            "What the slowest hundredth took.",
            "s",
            (Query(quantile(0.99, "prorata_sweep_step_seconds", "step"), "{{step}}"),),
        ),
        Panel(
            "Jobs a second",
            "By name, done and failed.",
            "cps",
            (Query(rate("prorata_jobs_total", "job_name, outcome"), "{{job_name}} {{outcome}}"),),
        ),
        Panel(
            "Jobs, p99",
            "What the slowest hundredth took.",
            "s",
            (Query(quantile(0.99, "prorata_job_seconds", "job_name"), "{{job_name}}"),),
        ),
    ),
    "Store and processes": (
        Panel(
            "Store and Redis",
            "1 where they answer, by process.",
            "none",
            (
                Query("min by (instance) (prorata_store_up)", "{{instance}} store"),
                Query("min by (instance) (prorata_redis_up)", "{{instance}} Redis"),
            ),
        ),
        Panel(
            "Connections",
            "To the store, by process and pool: in use, the most there may be, and who waits for one.",
            "none",
            (
                Query('prorata_store_connections{state="in_use"}', "{{instance}} {{pool}} in use"),
                Query("prorata_store_connections_limit", "{{instance}} {{pool}} limit"),
                Query("prorata_store_connections_waiting", "{{instance}} {{pool}} waiting"),
            ),
        ),
        Panel(
            "Warnings in the logs",
            "In five minutes, by the event's name.",
            "none",
            (Query("sum by (event) (increase(prorata_warnings_total[5m]))", "{{event}}"),),
        ),
        Panel(
            "Age of what is known of the store",
            "Since when no worker could look at it.",
            "s",
            (Query("time() - " + latest("prorata_observed_timestamp_seconds")),),
        ),
        Panel(
            "CPU",
            "Cores in use, by process.",
            "none",
            (
                Query(
                    'rate(process_cpu_seconds_total{job=~"prorata-.*"}[$__rate_interval])', "{{instance}} {{process}}"
                ),
            ),
        ),
        Panel(
            "Memory",
            "Resident, by process.",
            "bytes",
            (Query('process_resident_memory_bytes{job=~"prorata-.*"}', "{{instance}} {{process}}"),),
        ),
        Panel(
            "Builds",
            "Which versions run, and the schema of the store.",
            "none",
            (
                Query("count by (version, commit, python) (prorata_build_info)", "{{version}} {{commit}} {{python}}"),
                Query(latest("prorata_store_schema_version"), "schema"),
            ),
            "stat",
        ),
    ),
}

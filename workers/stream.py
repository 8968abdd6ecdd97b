"""The Redis stream `charges`: entries appended at its end, and up to which position of the feed it has them.

The position is kept beside the stream and set with each append, so that it stays when consumers trim the stream, and is
lost, or is that of an older replica, together with the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arq.connections import ArqRedis

STREAM = "charges"
POSITION = "{charges}:position"  # in the slot of the stream, where Redis has slots
KEYS = [STREAM, POSITION]

# One call for many entries: sending each as a command of its own costs the worker five times as much.
APPEND = """
if redis.call('GET', KEYS[2]) ~= ARGV[2] then
    return 0
end
for place = 3, #ARGV, 3 do
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*',
               'id', ARGV[place], 'position', ARGV[place + 1], 'record', ARGV[place + 2])
end
redis.call('SET', KEYS[2], ARGV[#ARGV - 1])
return 1
"""


class Entry(NamedTuple):
    """An entry: id and position of a charge record, and the record as the contract has it."""

    charge_id: str
    position: int
    record: bytes


GO_ON = """
if redis.call('EXISTS', KEYS[1]) ~= tonumber(ARGV[1]) or (redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then
    return 0
end
redis.call('SET', KEYS[2], ARGV[3])
return 1
"""


class Seen(NamedTuple):
    """What was seen of the stream.

    Attributes:
        there: whether it is there.
        kept: the position that is kept beside it.
        position: up to which it has, or had, all entries: 0 when it is gone; None when nothing tells, as it is there
            without any entry and without its position.
    """

    there: bool
    kept: int | None
    position: int | None


async def seen(redis: ArqRedis) -> Seen:
    """How far the stream is."""
    async with redis.pipeline() as pipeline:
        pipeline.exists(STREAM)
        pipeline.get(POSITION)
        pipeline.xrevrange(STREAM, count=1)
        there, kept, last = await pipeline.execute()
    kept = int(kept) if kept is not None else None
    if not there:
        return Seen(False, kept, 0)
    known = [int(fields[b"position"]) for _, fields in last if b"position" in fields]
    known += [kept] if kept is not None else []
    return Seen(True, kept, max(known, default=None))


async def go_on_after(redis: ArqRedis, before: Seen, position: int) -> bool:
    """The next entry to be appended is the one after a position; False when the stream is not as it was seen.

    It may have been lost since, and with it more than what comes after the position.
    """
    kept = "" if before.kept is None else before.kept
    return bool(await redis.register_script(GO_ON)(keys=KEYS, args=[int(before.there), kept, position]))


async def append(redis: ArqRedis, entries: Sequence[Entry], length: int) -> bool:
    """Append entries that follow one another; False when the stream is not where they go on.

    Args:
        redis: where the stream is.
        entries: at least one.
        length: about how many entries the stream keeps.
    """
    arguments: list[int | str | bytes] = [length, entries[0].position - 1]
    for entry in entries:
        arguments += entry
    return bool(await redis.register_script(APPEND)(keys=KEYS, args=arguments))

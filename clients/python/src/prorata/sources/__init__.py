"""Files that usage is read from: CSV, JSON lines, and pages of Twilio's UsageRecords API.

A source yields every record of its file either as usage or as malformed with the fields at fault; nothing is
left out in silence. What can not be read at all raises `SourceError`.
"""

from prorata.sources.delimited import CsvSource
from prorata.sources.json_lines import JsonLinesSource
from prorata.sources.rows import Malformed, Row, Source, SourceError
from prorata.sources.twilio import TwilioSource, missing_pages, overlapping_categories, read_mapping

__all__ = [
    "CsvSource",
    "JsonLinesSource",
    "Malformed",
    "Row",
    "Source",
    "SourceError",
    "TwilioSource",
    "missing_pages",
    "overlapping_categories",
    "read_mapping",
]

package com.prorata;

import java.util.List;

/**
 * What became of the rows that were acknowledged so far.
 *
 * @param newCount rows that were new
 * @param repeatedCount rows that were recorded before, with the same content
 * @param refusedCount rows that were refused
 * @param refused the refused ones, in the order of the answers
 */
public record UsageReport(
    long newCount, long repeatedCount, long refusedCount, List<RefusedRow> refused) {}

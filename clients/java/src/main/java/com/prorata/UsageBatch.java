package com.prorata;

import com.google.protobuf.ByteString;
import com.prorata.v1.UsageColumns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Usage records that are gathered into the columns of one batch for StreamUsage: little-endian
 * bytes.
 */
public final class UsageBatch {
  /** The most rows of a batch. */
  public static final int MAX_ROWS = 50_000;

  private static final int MAX_BYTES = 4_000_000;
  private static final int BATCH_BYTES =
      1_000; // more than the message takes around rows and entries
  private static final int ROW_BYTES = 48;
  private static final int ENTRY_BYTES =
      8; // more than an entry of a dictionary takes around its text
  private static final long UNRATED_NANOS = Long.MIN_VALUE;

  private final int maxRows;
  private final ByteBuffer eventIds;
  private final ByteBuffer accountIndexes;
  private final ByteBuffer productIndexes;
  private final ByteBuffer occurTimes;
  private final ByteBuffer quantities;
  private final ByteBuffer amounts;
  private final Map<String, Integer> accounts = new LinkedHashMap<>();
  private final Map<String, Integer> products = new LinkedHashMap<>();
  private String currencyCode = "";
  private int rowCount;
  private int bytes = BATCH_BYTES;

  /** An empty batch. */
  public UsageBatch(int maxRows) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows: from 1 to " + MAX_ROWS + ", not " + maxRows);
    }
    this.maxRows = maxRows;
    eventIds = ByteBuffer.allocate(16 * maxRows); // in the order in which a UUID is written
    accountIndexes = column(4 * maxRows);
    productIndexes = column(4 * maxRows);
    occurTimes = column(8 * maxRows);
    quantities = column(8 * maxRows);
    amounts = column(8 * maxRows);
  }

  /** How many rows it has. */
  public int rowCount() {
    return rowCount;
  }

  /**
   * Takes a row, unless the batch is full.
   *
   * @param row a row
   * @return whether it was taken
   * @throws IllegalArgumentException for an amount in another currency than those before
   */
  public boolean add(Usage row) {
    int size =
        ROW_BYTES + entryBytes(accounts, row.accountSid()) + entryBytes(products, row.productId());
    if (rowCount == maxRows || (rowCount > 0 && bytes + size > MAX_BYTES)) {
      return false;
    }
    row.amount().ifPresent(amount -> takeCurrency(amount.currencyCode()));
    eventIds.putLong(row.eventId().getMostSignificantBits());
    eventIds.putLong(row.eventId().getLeastSignificantBits());
    accountIndexes.putInt(index(accounts, row.accountSid()));
    productIndexes.putInt(index(products, row.productId()));
    occurTimes.putLong(row.occurTimeMicros());
    quantities.putLong(row.quantityMicros());
    amounts.putLong(row.amountNanos().orElse(UNRATED_NANOS));
    rowCount++;
    bytes += size;
    return true;
  }

  /** The rows as a message. */
  public UsageColumns toColumns() {
    return UsageColumns.newBuilder()
        .setEventIds(taken(eventIds))
        .setAccountIndexes(taken(accountIndexes))
        .setProductIndexes(taken(productIndexes))
        .setOccurTimesMicros(taken(occurTimes))
        .setQuantitiesMicros(taken(quantities))
        .setAmountsNanos(taken(amounts))
        .addAllAccountSids(accounts.keySet())
        .addAllProductIds(products.keySet())
        .setCurrencyCode(currencyCode)
        .build();
  }

  private void takeCurrency(String code) {
    if (!currencyCode.isEmpty() && !currencyCode.equals(code)) {
      throw new IllegalArgumentException("amount: in " + code + ", others are in " + currencyCode);
    }
    currencyCode = code;
  }

  private static ByteBuffer column(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteString taken(ByteBuffer column) {
    return ByteString.copyFrom(column.duplicate().flip());
  }

  private static int entryBytes(Map<String, Integer> entries, String entry) {
    return entries.containsKey(entry)
        ? 0
        : entry.getBytes(StandardCharsets.UTF_8).length + ENTRY_BYTES;
  }

  private static int index(Map<String, Integer> entries, String entry) {
    return entries.computeIfAbsent(entry, added -> entries.size());
  }
}

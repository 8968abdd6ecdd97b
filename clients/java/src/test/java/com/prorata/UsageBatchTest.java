package com.prorata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.prorata.v1.UsageColumns;
import com.prorata.v1.UsageRecord;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageBatchTest {
  private static final String EVENT = "00112233-4455-6677-8899-aabbccddeeff";
  private static final String ACCOUNT = "AC" + "0".repeat(32);
  private static final String OTHER = "AC" + "f".repeat(32);
  private static final Instant MOMENT = Instant.parse("2026-06-15T09:30:00.250Z");
  private static final Instant BEFORE_1970 = Instant.ofEpochSecond(0, -1_000);

  private static Usage row(String account, String product, String quantity, Instant moment) {
    return new Usage(EventIds.of(EVENT), account, product, new BigDecimal(quantity), moment);
  }

  private static Usage rated(String quantity, Instant moment, Amount amount) {
    return new Usage(
        EventIds.of(EVENT), OTHER, "sms", new BigDecimal(quantity), moment, Optional.of(amount));
  }

  @Test
  @DisplayName("rows become little-endian columns and dictionaries")
  void columns() {
    UsageBatch batch = new UsageBatch(5);
    assertTrue(batch.add(row(ACCOUNT, "sms", "1.5", MOMENT)));
    assertTrue(batch.add(rated("0", BEFORE_1970, Amount.of("999999999.999999999", "USD"))));
    assertTrue(batch.add(row(ACCOUNT, "sms", "999999999999.999999", MOMENT)));
    UsageColumns columns = batch.toColumns();
    assertEquals("00112233445566778899aabbccddeeff".repeat(3), hex(columns.getEventIds()));
    assertEquals("000000000100000000000000", hex(columns.getAccountIndexes()));
    assertEquals("000000000000000000000000", hex(columns.getProductIndexes()));
    long moment = MOMENT.toEpochMilli() * 1_000;
    assertEquals(List.of(moment, -1L, moment), numbers(columns.getOccurTimesMicros()));
    assertEquals(
        List.of(1_500_000L, 0L, 999_999_999_999_999_999L), numbers(columns.getQuantitiesMicros()));
    assertEquals(
        List.of(Long.MIN_VALUE, 999_999_999_999_999_999L, Long.MIN_VALUE),
        numbers(columns.getAmountsNanos()));
    assertEquals(List.of(ACCOUNT, OTHER), columns.getAccountSidsList());
    assertEquals(List.of("sms"), columns.getProductIdsList());
    assertEquals("USD", columns.getCurrencyCode());
  }

  @Test
  @DisplayName("a batch ends with its rows, or before it has too many bytes")
  void full() {
    UsageBatch few = new UsageBatch(1);
    assertTrue(few.add(row(ACCOUNT, "sms", "1", MOMENT)));
    assertFalse(few.add(row(ACCOUNT, "sms", "1", MOMENT)));
    assertEquals(1, few.rowCount());

    UsageBatch wide = new UsageBatch(UsageBatch.MAX_ROWS);
    int count = 0;
    while (wide.add(row(ACCOUNT, "p%063d".formatted(count), "1", MOMENT))) {
      count++;
    }
    assertEquals(count, wide.rowCount());
    assertTrue(count < UsageBatch.MAX_ROWS);
    int size = wide.toColumns().getSerializedSize();
    assertTrue(size <= 4_000_000 && size > 3_700_000, () -> size + " bytes");
    assertEquals(count, wide.toColumns().getProductIdsCount());
    assertThrows(IllegalArgumentException.class, () -> new UsageBatch(50_001));
  }

  @Test
  @DisplayName("a batch has one currency")
  void currency() {
    UsageBatch batch = new UsageBatch(5);
    batch.add(rated("1", MOMENT, Amount.of("1", "USD")));
    Usage other = rated("1", MOMENT, Amount.of("1", "EUR"));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> batch.add(other));
    assertEquals("amount: in EUR, others are in USD", error.getMessage());
    assertEquals(1, batch.rowCount());
  }

  @ParameterizedTest
  @CsvSource({
    "-1, , quantity: it is negative",
    "0.0000001, , quantity: more than 6 decimal places",
    "1e-1000000000, , quantity: more than 6 decimal places",
    "1e12, , quantity: it is not below 1000000000000",
    "1, -0.01, amount: it is negative",
    "1, 1000000000, amount: it is not below 1000000000",
  })
  @DisplayName("a row that a record can not have is refused with the name of its field")
  void unfit(String quantity, String amount, String message) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Usage(
                    EventIds.of(EVENT),
                    ACCOUNT,
                    "sms",
                    new BigDecimal(quantity),
                    MOMENT,
                    Optional.ofNullable(amount).map(value -> Amount.of(value, "USD"))));
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }

  @Test
  @DisplayName("a moment beyond 64 bits, and an amount without a currency, are refused")
  void unfitToo() {
    IllegalArgumentException far =
        assertThrows(IllegalArgumentException.class, () -> row(ACCOUNT, "sms", "1", Instant.MAX));
    assertTrue(far.getMessage().startsWith("occurTime: too far"), far.getMessage());
    IllegalArgumentException bare =
        assertThrows(IllegalArgumentException.class, () -> rated("1", MOMENT, Amount.of("1", "")));
    assertEquals("amount: it needs its currency code", bare.getMessage());
  }

  @Test
  @DisplayName("a row in a message keeps its numbers, before 1970 too")
  void message() {
    UsageRecord record = rated("1.5", BEFORE_1970, Amount.of("0.0079", "USD")).toRecord();
    assertEquals(1_500_000, record.getQuantityMicros());
    assertEquals(-1, record.getOccurTime().getSeconds());
    assertEquals(999_999_000, record.getOccurTime().getNanos());
    assertEquals(Amount.of("0.0079", "USD"), Amount.fromMoney(record.getAmount()));
    assertFalse(row(ACCOUNT, "sms", "1", MOMENT).toRecord().hasAmount());
  }

  @Test
  @DisplayName("an event id of any text is the one that clients in other languages derive (4.1)")
  void eventIds() {
    assertEquals("1caf4572-ac18-5b24-8cb2-f653661600de", EventIds.of("SM1").toString());
    assertEquals("769717e8-c316-54ae-ba76-c1e14a2d03d4", EventIds.of("SM–ü").toString());
    assertEquals(UUID.fromString(EVENT), EventIds.of(EVENT.toUpperCase(java.util.Locale.ROOT)));
    assertNotEquals(EventIds.of("SM1"), EventIds.of("SM1", UUID.fromString(EVENT)));
    assertThrows(IllegalArgumentException.class, () -> EventIds.of(""));
  }

  private static String hex(ByteString column) {
    return HexFormat.of().formatHex(column.toByteArray());
  }

  private static List<Long> numbers(ByteString column) {
    ByteBuffer buffer = ByteBuffer.wrap(column.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    return LongStream.range(0, column.size() / 8).map(at -> buffer.getLong()).boxed().toList();
  }
}

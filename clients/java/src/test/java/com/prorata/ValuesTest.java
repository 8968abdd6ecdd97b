package com.prorata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import com.google.type.Date;
import com.google.type.Decimal;
import com.google.type.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "12.34, 12, 340000000",
    "-12.34, -12, -340000000",
    "-0.000000001, 0, -1",
    "100, 100, 0",
    "9223372036854775807.999999999, 9223372036854775807, 999999999",
    "-9223372036854775807.999999999, -9223372036854775807, -999999999",
  })
  @DisplayName("an amount is its message, and back, with its currency")
  void amounts(String value, long units, int nanos) {
    Money money = Money.newBuilder().setCurrencyCode("USD").setUnits(units).setNanos(nanos).build();
    assertEquals(money, Amount.of(value, "USD").toMoney());
    assertEquals(money, Amount.of(value + (value.contains(".") ? "0" : ".00"), "USD").toMoney());
    assertEquals(Amount.of(value, "USD"), Amount.fromMoney(money));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0000000001", "1e-1000000000", "9223372036854775808", "-1e19", "1e1000000000"})
  @DisplayName("what a message can not hold is refused rather than rounded")
  void unfit(String value) {
    assertThrows(IllegalArgumentException.class, () -> Amount.of(value, "USD"));
  }

  @ParameterizedTest
  @CsvSource({"0.0079, 0.0079", "1E+3, 1000", "-2.50, -2.50", "0.000000000001, 0.000000000001"})
  @DisplayName("a number is written without an exponent, and read back")
  void decimals(BigDecimal number, String text) {
    Decimal decimal = Decimals.toDecimal(number);
    assertEquals(text, decimal.getValue());
    assertEquals(0, number.compareTo(Decimals.fromDecimal(decimal)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "one", "1e1000000000", "1e-1000000000"})
  @DisplayName("a text that is no number is refused")
  void noNumber(String text) {
    Decimal decimal = Decimal.newBuilder().setValue(text).build();
    assertThrows(IllegalArgumentException.class, () -> Decimals.fromDecimal(decimal));
  }

  @ParameterizedTest
  @CsvSource({"2026-06-15, 2026, 6, 15", "2024-02-29, 2024, 2, 29", "9999-12-31, 9999, 12, 31"})
  @DisplayName("a day is its message, and back")
  void days(LocalDate day, int year, int month, int dayOfMonth) {
    Date date = Date.newBuilder().setYear(year).setMonth(month).setDay(dayOfMonth).build();
    assertEquals(date, Days.toDate(day));
    assertEquals(day, Days.fromDate(date));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "2026, 2, 29", "2026, 13, 1", "2026, 6, 0", "10000, 1, 1"})
  @DisplayName("a message that names no day is refused")
  void noDay(int year, int month, int dayOfMonth) {
    Date date = Date.newBuilder().setYear(year).setMonth(month).setDay(dayOfMonth).build();
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Days.fromDate(date));
    assertTrue(error.getMessage().startsWith("no day"), error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Days.toDate(LocalDate.of(10_000, 1, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-06-15T09:30:00.25Z, 1781515800, 250000000",
    "1969-12-31T23:59:59.9Z, -1, 900000000"
  })
  @DisplayName("a moment is its message, and back")
  void moments(Instant moment, long seconds, int nanos) {
    Timestamp timestamp = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    assertEquals(timestamp, Moments.toTimestamp(moment));
    assertEquals(moment, Moments.fromTimestamp(timestamp));
  }
}

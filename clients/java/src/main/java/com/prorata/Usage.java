package com.prorata;

import com.prorata.v1.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * One record of usage.
 *
 * @param eventId unique per account and period: sent again with the same content it counts once
 * @param accountSid the account that used
 * @param productId what was used
 * @param quantity how much, in the product's unit: not negative, below 10¹², at most 6 decimal
 *     places
 * @param occurTime the moment it occurred, kept to the microsecond; it must not be restamped when
 *     sent again
 * @param amount its amount, if it was rated upstream: not negative, below 10⁹; without one the
 *     server prices it
 */
public record Usage(
    UUID eventId,
    String accountSid,
    String productId,
    BigDecimal quantity,
    Instant occurTime,
    Optional<Amount> amount) {
  private static final int QUANTITY_PLACES = 6;
  private static final BigDecimal QUANTITY_LIMIT = BigDecimal.TEN.pow(12);
  private static final BigDecimal AMOUNT_LIMIT = BigDecimal.TEN.pow(9);

  /**
   * A record.
   *
   * @throws IllegalArgumentException with the name of the field, for what a record can not have
   */
  public Usage {
    Objects.requireNonNull(eventId, "eventId");
    Objects.requireNonNull(accountSid, "accountSid");
    Objects.requireNonNull(productId, "productId");
    Objects.requireNonNull(quantity, "quantity");
    Objects.requireNonNull(occurTime, "occurTime");
    Objects.requireNonNull(amount, "amount");
    micros(occurTime);
    micros(quantity);
    amount.ifPresent(Usage::nanos);
  }

  /** A record that the server prices. */
  public Usage(
      UUID eventId, String accountSid, String productId, BigDecimal quantity, Instant occurTime) {
    this(eventId, accountSid, productId, quantity, occurTime, Optional.empty());
  }

  /** The record for RecordUsage, which takes few of them. */
  public UsageRecord toRecord() {
    UsageRecord.Builder record =
        UsageRecord.newBuilder()
            .setEventId(eventId.toString())
            .setAccountSid(accountSid)
            .setProductId(productId)
            .setQuantityMicros(quantityMicros())
            .setOccurTime(Moments.toTimestamp(occurTime.truncatedTo(ChronoUnit.MICROS)));
    amount.ifPresent(value -> record.setAmount(value.toMoney()));
    return record.build();
  }

  long quantityMicros() {
    return micros(quantity);
  }

  long occurTimeMicros() {
    return micros(occurTime);
  }

  Optional<Long> amountNanos() {
    return amount.map(Usage::nanos);
  }

  private static long micros(BigDecimal quantity) {
    return Decimals.scaled("quantity", quantity, QUANTITY_PLACES, QUANTITY_LIMIT);
  }

  private static long nanos(Amount amount) {
    if (amount.currencyCode().isEmpty()) {
      throw new IllegalArgumentException("amount: it needs its currency code");
    }
    return Decimals.scaled("amount", amount.value(), Amount.PLACES, AMOUNT_LIMIT);
  }

  private static long micros(Instant moment) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, moment.truncatedTo(ChronoUnit.MICROS));
    } catch (ArithmeticException error) {
      throw new IllegalArgumentException("occurTime: too far from 1970, " + moment, error);
    }
  }
}

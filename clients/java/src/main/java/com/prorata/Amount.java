package com.prorata;

import com.google.type.Money;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * An exact amount of money.
 *
 * @param value how much, without zeros at the end; negative for what is given back
 * @param currencyCode in which currency (ISO 4217); empty only in messages that were not set
 */
public record Amount(BigDecimal value, String currencyCode) {
  static final int PLACES = 9;
  private static final BigDecimal LIMIT = BigDecimal.valueOf(2).pow(63);

  /**
   * An amount that a message can hold.
   *
   * @throws IllegalArgumentException for more than 9 decimal places, or 2⁶³ and more
   */
  public Amount {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(currencyCode, "currencyCode");
    if (value.abs().compareTo(LIMIT) >= 0) {
      throw new IllegalArgumentException("an amount is below 2^63");
    }
    value = plain(Decimals.exact("an amount", value, PLACES));
  }

  /** An amount as text. */
  public static Amount of(String value, String currencyCode) {
    return new Amount(new BigDecimal(value), currencyCode);
  }

  /** The amount of a message. */
  public static Amount fromMoney(Money money) {
    BigDecimal units = BigDecimal.valueOf(money.getUnits());
    BigDecimal value = units.add(BigDecimal.valueOf(money.getNanos(), PLACES));
    return new Amount(value, money.getCurrencyCode());
  }

  /** The message of this amount. */
  public Money toMoney() {
    BigDecimal[] parts = value.divideAndRemainder(BigDecimal.ONE);
    return Money.newBuilder()
        .setCurrencyCode(currencyCode)
        .setUnits(parts[0].longValueExact())
        .setNanos(parts[1].movePointRight(PLACES).intValueExact())
        .build();
  }

  private static BigDecimal plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}

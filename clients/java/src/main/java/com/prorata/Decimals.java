package com.prorata;

import com.google.type.Decimal;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Exact decimal numbers, such as prices and bounds of tiers: messages of the contract and
 * BigDecimal, in pairs.
 */
public final class Decimals {
  private static final int MOST_DIGITS = 60;

  private Decimals() {}

  /**
   * The message of a number.
   *
   * @param number a number
   * @return its message, which writes the number without an exponent
   * @throws IllegalArgumentException for more than 60 digits before or after the point
   */
  public static Decimal toDecimal(BigDecimal number) {
    return Decimal.newBuilder().setValue(sized(number).toPlainString()).build();
  }

  /**
   * The number of a message.
   *
   * @param decimal a message that is set
   * @return its number
   * @throws IllegalArgumentException when it is not a number, as one that is not set
   */
  public static BigDecimal fromDecimal(Decimal decimal) {
    try {
      return sized(new BigDecimal(decimal.getValue()));
    } catch (NumberFormatException error) {
      throw new IllegalArgumentException("no number: \"" + decimal.getValue() + "\"", error);
    }
  }

  /** How many 10⁻ᵖˡᵃᶜᵉˢ a number is; what is wrong with it is said with its name in front. */
  static long scaled(String name, BigDecimal number, int places, BigDecimal limit) {
    if (number.signum() < 0) {
      throw new IllegalArgumentException(name + ": it is negative, " + number);
    }
    if (number.compareTo(limit) >= 0) {
      throw new IllegalArgumentException(name + ": it is not below " + limit.toPlainString());
    }
    return exact(name, number, places).unscaledValue().longValueExact();
  }

  /** The same number with so many places after the point. */
  static BigDecimal exact(String name, BigDecimal number, int places) {
    if (number.stripTrailingZeros().scale() > places) {
      throw new IllegalArgumentException(name + ": more than " + places + " decimal places");
    }
    return number.setScale(places, RoundingMode.UNNECESSARY);
  }

  private static BigDecimal sized(BigDecimal number) {
    if (number.scale() > MOST_DIGITS || number.precision() - (long) number.scale() > MOST_DIGITS) {
      throw new IllegalArgumentException(
          "a number has at most " + MOST_DIGITS + " digits before and after the point");
    }
    return number;
  }
}

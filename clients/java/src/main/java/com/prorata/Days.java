package com.prorata;

import com.google.type.Date;
import java.time.DateTimeException;
import java.time.LocalDate;

/** Days: messages of the contract and local dates, in pairs. */
public final class Days {
  private Days() {}

  /**
   * The message of a day.
   *
   * @param day a day
   * @return its message
   * @throws IllegalArgumentException outside the years 1 to 9999
   */
  public static Date toDate(LocalDate day) {
    if (day.getYear() < 1 || day.getYear() > 9999) {
      throw new IllegalArgumentException("no day of the years 1 to 9999: " + day);
    }
    return Date.newBuilder()
        .setYear(day.getYear())
        .setMonth(day.getMonthValue())
        .setDay(day.getDayOfMonth())
        .build();
  }

  /**
   * The day of a message.
   *
   * @param date a message that is set
   * @return its day
   * @throws IllegalArgumentException when it names no day, as one that is not set
   */
  public static LocalDate fromDate(Date date) {
    if (date.getYear() < 1 || date.getYear() > 9999) {
      throw new IllegalArgumentException("no day, the year is " + date.getYear());
    }
    try {
      return LocalDate.of(date.getYear(), date.getMonth(), date.getDay());
    } catch (DateTimeException error) {
      throw new IllegalArgumentException("no day, " + error.getMessage(), error);
    }
  }
}

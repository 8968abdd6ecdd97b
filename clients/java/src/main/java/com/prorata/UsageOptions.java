package com.prorata;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How usage is sent; begin with {@link #DEFAULT}.
 *
 * @param batchRows the rows of a batch, at most 50,000
 * @param window how many batches may be without an answer
 * @param answerTimeout how long to wait for the next answer while one is due
 * @param progress told what became of the rows so far, after every answer
 */
public record UsageOptions(
    int batchRows, int window, Duration answerTimeout, Consumer<UsageReport> progress) {
  /** 20,000 rows a batch, of which 4 may be without an answer, which may take a minute. */
  public static final UsageOptions DEFAULT =
      new UsageOptions(20_000, 4, Duration.ofMinutes(1), report -> {});

  private static final int MOST_BATCHES = 1_000;

  /**
   * Options.
   *
   * @throws IllegalArgumentException with the name of the option, for what it can not be
   */
  public UsageOptions {
    checkBetween("batchRows", batchRows, UsageBatch.MAX_ROWS);
    checkBetween("window", window, MOST_BATCHES);
    if (answerTimeout.isNegative() || answerTimeout.isZero()) {
      throw new IllegalArgumentException("answerTimeout: more than 0, not " + answerTimeout);
    }
  }

  /** With batches of another size. */
  public UsageOptions withBatchRows(int rows) {
    return new UsageOptions(rows, window, answerTimeout, progress);
  }

  /** With another window. */
  public UsageOptions withWindow(int batches) {
    return new UsageOptions(batchRows, batches, answerTimeout, progress);
  }

  /** With more or less patience. */
  public UsageOptions withAnswerTimeout(Duration timeout) {
    return new UsageOptions(batchRows, window, timeout, progress);
  }

  /** With someone who is told. */
  public UsageOptions withProgress(Consumer<UsageReport> listener) {
    return new UsageOptions(batchRows, window, answerTimeout, listener);
  }

  private static void checkBetween(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + ": from 1 to " + most + ", not " + value);
    }
  }
}

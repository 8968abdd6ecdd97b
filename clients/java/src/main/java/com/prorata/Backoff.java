package com.prorata;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;

/**
 * The pauses between the attempts of a stream, which gives up when it has failed for too long
 * without an answer.
 */
final class Backoff {
  private final Repeats repeats;
  private final Optional<Duration> patience; // empty: for as long as it takes
  private final BreakListener listener;
  private int failedAttempts;
  private long failingSince;

  Backoff(Repeats repeats, Optional<Duration> patience, BreakListener listener) {
    this.repeats = repeats;
    this.patience = patience;
    this.listener = listener;
  }

  /** Notes an answer: what fails from now on fails for the first time. */
  void reset() {
    failedAttempts = 0;
  }

  /** The pause after an error, which is thrown when there is to be no other attempt. */
  Duration pause(StatusRuntimeException error) {
    if (failedAttempts++ == 0) {
      failingSince = System.nanoTime();
    }
    Failure failure = Failure.of(error);
    Duration pause = repeats.pause(failure, failedAttempts).orElseThrow(() -> error);
    Duration failed = Duration.ofNanos(System.nanoTime() - failingSince);
    if (patience.isPresent() && failed.plus(pause).compareTo(patience.get()) >= 0) {
      throw error;
    }
    listener.onBreak(failure, pause);
    return pause;
  }
}

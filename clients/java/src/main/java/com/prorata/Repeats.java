package com.prorata;

import com.prorata.v1.ErrorReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When what failed is tried again, and after what time. That is safe: reads have no effect, writes
 * carry a request id, usage records are their own keys.
 */
record Repeats(Duration firstPause, Duration longestPause, boolean renewable) {

  /** The pause before the next attempt, with jitter; empty when there is to be none. */
  Optional<Duration> pause(Failure failure, int failedAttempts) {
    if (!mayPass(failure)) {
      return Optional.empty();
    }
    double full = firstPause.toNanos() * Math.pow(2, failedAttempts - 1.0);
    double backoff =
        Math.min(full, longestPause.toNanos()) * ThreadLocalRandom.current().nextDouble(0.5, 1);
    return Optional.of(
        failure
            .retryDelay()
            .map(asked -> asked.plusNanos((long) backoff / 2))
            .orElse(Duration.ofNanos((long) backoff)));
  }

  private boolean mayPass(Failure failure) {
    return switch (failure.code()) {
      case UNAVAILABLE -> true;
      case RESOURCE_EXHAUSTED, ABORTED -> failure.retryDelay().isPresent();
      default -> renewable && failure.is(ErrorReason.ERROR_REASON_CREDENTIALS_EXPIRED);
    };
  }
}

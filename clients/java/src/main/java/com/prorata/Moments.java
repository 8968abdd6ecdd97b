package com.prorata;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Moments: messages of the contract and instants, in pairs. */
public final class Moments {
  private Moments() {}

  /** The message of a moment. */
  public static Timestamp toTimestamp(Instant moment) {
    return Timestamp.newBuilder()
        .setSeconds(moment.getEpochSecond())
        .setNanos(moment.getNano())
        .build();
  }

  /** The moment of a message. */
  public static Instant fromTimestamp(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static Duration fromDuration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}

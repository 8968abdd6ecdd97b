package com.prorata;

import java.time.Duration;

/** Told whenever a stream broke off and is going to be opened again. */
@FunctionalInterface
public interface BreakListener {
  /** A stream broke off. */
  void onBreak(Failure failure, Duration pause);
}

package com.prorata;

import com.prorata.v1.ErrorReason;

/** The stable names of reasons, which google.rpc.ErrorInfo has too. */
final class Reasons {
  private static final String PREFIX = "ERROR_REASON_";

  private Reasons() {}

  static String name(ErrorReason reason) {
    String name = reason.name();
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }
}

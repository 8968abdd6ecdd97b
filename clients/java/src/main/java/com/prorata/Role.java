package com.prorata;

/** The role of a caller, for a server that takes callers at their word. */
public enum Role {
  /** Staff, who may do everything. */
  STAFF("staff"),
  /** A customer's own console. */
  SELF_SERVICE("self-service");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}

package com.prorata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives the bearer token of a call; asked before every attempt, as tokens expire. */
@FunctionalInterface
public interface TokenSource {
  /**
   * The token as it is now.
   *
   * @return the token, without "Bearer"
   * @throws IOException when there is none to be had; the call then fails as UNAUTHENTICATED
   */
  String token() throws IOException;

  /**
   * A file that is read anew for every call, so that whoever renews the token only writes the file.
   */
  static TokenSource fromFile(Path path) {
    return () -> Files.readString(path).strip();
  }
}

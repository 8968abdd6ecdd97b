package com.prorata;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;

/** The ids that make each usage record count once (4.1). */
public final class EventIds {
  /**
   * The namespace of event ids derived from ids that are not UUIDs, unless another one is given.
   */
  public static final UUID NAMESPACE = UUID.fromString("6f0a3c58-2f4d-5b7e-9c1a-8d2e4b60f317");

  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private EventIds() {}

  /**
   * The event id of a text: the UUID that it writes, or a UUIDv5, the same in every language's
   * client.
   *
   * @param text the id that the event has where it comes from
   * @return its event id
   * @throws IllegalArgumentException for an empty text
   */
  public static UUID of(String text) {
    return of(text, NAMESPACE);
  }

  /**
   * The event id of a text, with a namespace of its own.
   *
   * @param text the id that the event has where it comes from
   * @param namespace what tells apart texts of different origin
   * @return its event id
   * @throws IllegalArgumentException for an empty text
   */
  public static UUID of(String text, UUID namespace) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an event id is required");
    }
    return UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : derived(text, namespace);
  }

  private static UUID derived(String text, UUID namespace) {
    MessageDigest sha1 = sha1();
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(namespace.getMostSignificantBits())
            .putLong(namespace.getLeastSignificantBits())
            .array());
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
    long most = hash.getLong() & ~0xf000L | 0x5000L;
    long least = hash.getLong() & ~(3L << 62) | 2L << 62;
    return new UUID(most, least);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException("every Java platform has SHA-1", error);
    }
  }
}

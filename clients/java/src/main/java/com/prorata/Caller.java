package com.prorata;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * Tells the server who calls: by a token, by name and role, or not at all where a certificate does.
 */
final class Caller extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<String> CALLER = key("prorata-caller");
  private static final Metadata.Key<String> ROLE = key("prorata-role");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private final Metadata word = new Metadata();
  private final TokenSource source; // null without tokens
  private final boolean loopback;

  private Caller(TokenSource source, boolean loopback) {
    this.source = source;
    this.loopback = loopback;
  }

  static Caller certified() {
    return new Caller(null, false);
  }

  static Caller named(String name, Role role) {
    Caller caller = new Caller(null, false);
    caller.word.put(ROLE, role.word());
    if (!name.isEmpty()) {
      caller.word.put(CALLER, name);
    }
    return caller;
  }

  static Caller withToken(TokenSource source, boolean loopback) {
    return new Caller(source, loopback);
  }

  boolean renewable() {
    return source != null;
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
    if (source == null) {
      applier.apply(word);
    } else if (call.getSecurityLevel() != SecurityLevel.PRIVACY_AND_INTEGRITY && !loopback) {
      applier.fail(refused("it is not sent in plaintext to " + call.getAuthority()));
    } else {
      executor.execute(() -> applyToken(applier)); // a source may wait
    }
  }

  private void applyToken(MetadataApplier applier) {
    String token;
    try {
      token = source.token();
    } catch (IOException | RuntimeException error) {
      applier.fail(refused("there is none, " + error).withCause(error));
      return;
    }
    if (token == null || !TOKEN.matcher(token).matches()) {
      applier.fail(refused("it is empty, or has blanks or characters that a header can not carry"));
      return;
    }
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, "Bearer " + token);
    applier.apply(metadata);
  }

  private static Status refused(String why) {
    return Status.UNAUTHENTICATED.withDescription("token: " + why);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}

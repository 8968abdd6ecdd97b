package com.prorata;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a client connects, and what is checked of that before anything is sent. */
public final class ClientBuilder {
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:/\\[\\]]+):([0-9]{1,5})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|\\[::1]|127(\\.[0-9]{1,3}){3}");
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");
  private static final int MAX_PORT = 65_535;
  private static final int MAX_RECEIVED_BYTES = 64 * 1024 * 1024; // a record with very many parts
  private static final int MAX_DETAILS_BYTES = 64 * 1024; // the fields at fault of a large request
  private static final int KEEP_ALIVE_MINUTES = 6; // servers take pings every five at most

  private final String address;
  private final boolean loopback;
  private ChannelCredentials tls; // null for plaintext
  private String caller;
  private Role role;
  private TokenSource token;
  private Duration timeout = Duration.ofSeconds(30);
  private Duration firstPause = Duration.ofMillis(100);
  private Duration longestPause = Duration.ofSeconds(5);
  private BreakListener listener = (failure, pause) -> {};

  ClientBuilder(String address) {
    Matcher parts = ADDRESS.matcher(address);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "address: give host:port, such as 127.0.0.1:50051, not \"" + address + "\"");
    }
    this.address = address;
    this.loopback = LOOPBACK.matcher(parts.group(1)).matches();
  }

  /**
   * Secures the channel; a server is trusted for whom the well-known authorities vouch. It is
   * plaintext otherwise.
   */
  public ClientBuilder tls() {
    return tls(TlsChannelCredentials.create());
  }

  /**
   * Secures the channel, as gRPC's own credentials say: with authorities of one's own, or a
   * certificate of the caller's (mTLS).
   */
  public ClientBuilder tls(ChannelCredentials credentials) {
    tls = Objects.requireNonNull(credentials, "credentials");
    return this;
  }

  /** Says who calls, to a server that takes callers at their word. */
  public ClientBuilder caller(String name) {
    caller = name;
    return this;
  }

  /** Says in which role, to a server that takes callers at their word; staff unless said. */
  public ClientBuilder role(Role given) {
    role = given;
    return this;
  }

  /** Says who calls by a bearer token. It is never sent in plaintext, except to loopback. */
  public ClientBuilder token(TokenSource source) {
    token = source;
    return this;
  }

  /**
   * The deadline of unary calls that have none, all attempts together; 30 s unless given. Streams
   * that do not follow give up after the same time without an answer.
   */
  public ClientBuilder timeout(Duration given) {
    timeout = given;
    return this;
  }

  /**
   * How soon what failed for the moment is tried again.
   *
   * <p>100 ms unless given
   */
  public ClientBuilder pauses(Duration first, Duration longest) {
    firstPause = first;
    longestPause = longest;
    return this;
  }

  /** Told whenever a stream of the client broke off. */
  public ClientBuilder onBreak(BreakListener told) {
    listener = Objects.requireNonNull(told, "listener");
    return this;
  }

  /**
   * The client.
   *
   * @return a client, which connects with its first call
   * @throws IllegalArgumentException for what does not go together
   */
  public ProrataClient build() {
    checkCaller();
    checkPositive("timeout", timeout);
    checkPositive("pauses", firstPause);
    checkPositive("pauses", longestPause);
    return new ProrataClient(
        channel(),
        timer(),
        identity(),
        timeout,
        new Repeats(firstPause, longestPause, token != null),
        listener);
  }

  private ManagedChannel channel() {
    ChannelCredentials credentials = tls == null ? InsecureChannelCredentials.create() : tls;
    ManagedChannelBuilder<?> channel =
        Grpc.newChannelBuilder("dns:///" + address, credentials)
            .maxInboundMessageSize(MAX_RECEIVED_BYTES)
            .maxInboundMetadataSize(MAX_DETAILS_BYTES)
            .keepAliveTime(KEEP_ALIVE_MINUTES, TimeUnit.MINUTES);
    if (loopback) {
      channel.proxyDetector(target -> null); // what is for this machine alone stays on it
    }
    return channel.build();
  }

  private Caller identity() {
    if (token != null) {
      return Caller.withToken(token, loopback);
    }
    if (hasCertificate()) {
      return Caller.certified();
    }
    return Caller.named(caller == null ? "" : caller, role == null ? Role.STAFF : role);
  }

  private void checkCaller() {
    boolean named = caller != null || role != null;
    if (token != null && named) {
      throw new IllegalArgumentException(
          "token: it names the caller already, leave caller and role out");
    }
    if (hasCertificate() && named) {
      throw new IllegalArgumentException(
          "tls: the certificate names the caller already, leave caller and role out");
    }
    if (caller != null && !PRINTABLE.matcher(caller).matches()) {
      throw new IllegalArgumentException("caller: printable ASCII only, as it is sent in a header");
    }
    boolean plaintext = tls == null || tls instanceof InsecureChannelCredentials;
    if (token != null && plaintext && !loopback) {
      throw new IllegalArgumentException(
          "token: it is not sent in plaintext to " + address + ", set tls");
    }
  }

  private boolean hasCertificate() {
    return tls instanceof TlsChannelCredentials given
        && (given.getCertificateChain() != null || given.getKeyManagers() != null);
  }

  private static void checkPositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + ": more than 0, not " + duration);
    }
  }

  private static ScheduledExecutorService timer() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, "prorata-repeats");
          thread.setDaemon(true);
          return thread;
        });
  }
}

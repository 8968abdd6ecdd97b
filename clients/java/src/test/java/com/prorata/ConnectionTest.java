package com.prorata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.prorata.v1.Account;
import com.prorata.v1.GetAccountRequest;
import com.prorata.v1.GetAccountResponse;
import com.prorata.v1.GetTestClockRequest;
import com.prorata.v1.GetTestClockResponse;
import com.prorata.v1.PlanServiceGrpc.PlanServiceImplBase;
import com.prorata.v1.TestClockServiceGrpc.TestClockServiceImplBase;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.bouncycastle.operator.OperatorCreationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
  private static final Duration TOO_LONG = Duration.ofMinutes(2); // to be tried again in time

  private static final class Clock extends TestClockServiceImplBase {
    @Override
    public void getTestClock(
        GetTestClockRequest request, StreamObserver<GetTestClockResponse> responses) {
      responses.onNext(GetTestClockResponse.getDefaultInstance());
      responses.onCompleted();
    }
  }

  private record Told(String authorization, String caller, String role) {}

  /** What the server was told of the caller by one call. */
  private static Told told(StubServer server, UnaryOperator<ClientBuilder> options) {
    try (ProrataClient client = options.apply(server.client()).build()) {
      readClock(client);
    }
    Metadata metadata = server.received.get(server.received.size() - 1);
    return new Told(
        metadata.get(key("authorization")),
        metadata.get(key("prorata-caller")),
        metadata.get(key("prorata-role")));
  }

  private static void readClock(ProrataClient client) {
    client.clock().getTestClock(GetTestClockRequest.getDefaultInstance());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Status.Code refused(StubServer server, UnaryOperator<ClientBuilder> options) {
    return assertThrows(
            StatusRuntimeException.class,
            () -> told(server, client -> options.apply(client.pauses(TOO_LONG, TOO_LONG))))
        .getStatus()
        .getCode();
  }

  @Test
  @DisplayName("caller and role are sent, staff unless said otherwise")
  void callersWord() throws IOException {
    try (StubServer server = new StubServer(new Clock())) {
      assertEquals(new Told(null, null, "staff"), told(server, client -> client));
      assertEquals(
          new Told(null, "console", "self-service"),
          told(server, client -> client.caller("console").role(Role.SELF_SERVICE)));
    }
  }

  @Test
  @DisplayName("a token is asked for anew with every call, and sent instead of caller and role")
  void token() throws IOException {
    AtomicInteger count = new AtomicInteger();
    try (StubServer server = new StubServer(new Clock());
        ProrataClient client =
            server.client().token(() -> "token-" + count.incrementAndGet()).build()) {
      for (String expected : List.of("Bearer token-1", "Bearer token-2")) {
        readClock(client);
        Metadata metadata = server.received.get(server.received.size() - 1);
        assertEquals(expected, metadata.get(key("authorization")));
        assertNull(metadata.get(key("prorata-role")));
      }
    }
  }

  @Test
  @DisplayName("a token in a file is read with every call")
  void tokenInFile(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("token");
    try (StubServer server = new StubServer(new Clock())) {
      for (String token : List.of("first", "second")) {
        Files.writeString(path, token + "\n");
        Told told = told(server, client -> client.token(TokenSource.fromFile(path)));
        assertEquals("Bearer " + token, told.authorization());
      }
      Files.delete(path);
      StatusRuntimeException error =
          assertThrows(
              StatusRuntimeException.class,
              () -> told(server, client -> client.token(TokenSource.fromFile(path))));
      assertEquals(Status.Code.UNAUTHENTICATED, error.getStatus().getCode());
      assertEquals(NoSuchFileException.class, error.getCause().getClass());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret\nsecond line", "sécret"})
  @DisplayName("a token that no header can carry is refused without being shown")
  void badToken(String token) throws IOException {
    try (StubServer server = new StubServer(new Clock())) {
      StatusRuntimeException error =
          assertThrows(
              StatusRuntimeException.class,
              () -> told(server, client -> client.token(() -> token)));
      assertEquals(Status.Code.UNAUTHENTICATED, error.getStatus().getCode());
      assertTrue(error.getMessage().contains("token: it is empty"), error.getMessage());
      assertFalse(error.getMessage().contains("cret"), error.getMessage());
      assertTrue(server.received.isEmpty());
    }
  }

  @Test
  @DisplayName("over TLS, a server of the authorities given is talked to, and no other")
  void tls() throws IOException, OperatorCreationException {
    Authority authority = new Authority("authority of the test");
    Authority.Identity identity = authority.issue("server of the test");
    try (StubServer server =
        new StubServer(
            new Clock(), TlsServerCredentials.create(identity.certificate(), identity.key()))) {
      TlsChannelCredentials.Builder trusting =
          TlsChannelCredentials.newBuilder().trustManager(authority.certificate());
      Told told = told(server, client -> client.tls(trusting.build()).token(() -> "of-the-test"));
      assertEquals(new Told("Bearer of-the-test", null, null), told);
      assertEquals(Status.Code.UNAVAILABLE, refused(server, ClientBuilder::tls));
      assertEquals(1, server.received.size());
    }
  }

  @Test
  @DisplayName("a server that asks for a certificate takes that of its authority, no other (mTLS)")
  void mutualTls() throws IOException, OperatorCreationException {
    Authority authority = new Authority("authority of the test");
    Authority callers = new Authority("authority of callers");
    Authority.Identity identity = authority.issue("server of the test");
    try (StubServer server =
        new StubServer(
            new Clock(),
            TlsServerCredentials.newBuilder()
                .keyManager(identity.certificate(), identity.key())
                .trustManager(callers.certificate())
                .clientAuth(ClientAuth.REQUIRE)
                .build())) {
      TlsChannelCredentials.Builder good = certified(authority, callers);
      assertEquals( // the certificate says it all
          new Told(null, null, null), told(server, client -> client.tls(good.build())));
      assertEquals(
          new Told("Bearer of-the-test", null, null),
          told(server, client -> client.tls(good.build()).token(() -> "of-the-test")));
      TlsChannelCredentials.Builder foreign = certified(authority, authority);
      assertEquals(Status.Code.UNAVAILABLE, refused(server, client -> client.tls(foreign.build())));
      TlsChannelCredentials.Builder none =
          TlsChannelCredentials.newBuilder().trustManager(authority.certificate());
      assertEquals(Status.Code.UNAVAILABLE, refused(server, client -> client.tls(none.build())));
      assertEquals(2, server.received.size());
    }
  }

  private static TlsChannelCredentials.Builder certified(Authority trusted, Authority issuer)
      throws IOException, OperatorCreationException {
    Authority.Identity console = issuer.issue("console");
    return TlsChannelCredentials.newBuilder()
        .trustManager(trusted.certificate())
        .keyManager(console.certificate(), console.key());
  }

  static List<Arguments> refusedBeforeAnythingIsSent() throws Exception {
    TokenSource secret = () -> "secret";
    TlsChannelCredentials.Builder certified =
        certified(new Authority("one"), new Authority("other"));
    return List.of(
        refused("prorata.internal:443", c -> c.token(secret), "token: it is not sent in plaintext"),
        refused(
            "prorata.internal:443",
            c -> c.token(secret).tls(InsecureChannelCredentials.create()),
            "token: it is not sent in plaintext to prorata.internal:443"),
        refused("8.8.8.8:443", c -> c.token(secret), "token: it is not sent in plaintext"),
        refused(
            "127.0.0.1.example:443", c -> c.token(secret), "token: it is not sent in plaintext"),
        refused("localhost:1", c -> c.token(secret).role(Role.STAFF), "token: it names the caller"),
        refused(
            "localhost:1",
            c -> c.tls(certified.build()).caller("console"),
            "tls: the certificate names the caller already"),
        refused("localhost:1", c -> c.caller("Büro"), "caller: printable ASCII"),
        refused("localhost:1", c -> c.timeout(Duration.ZERO), "timeout: more than 0"),
        refused("localhost:1", c -> c.pauses(Duration.ZERO, TOO_LONG), "pauses: more than 0"),
        refused("https://localhost:1", c -> c, "address: give host:port"),
        refused("localhost", c -> c, "address: give host:port"),
        refused("localhost:0", c -> c, "address: give host:port"),
        refused("localhost:65536", c -> c, "address: give host:port"));
  }

  private static Arguments refused(
      String address, UnaryOperator<ClientBuilder> options, String message) {
    return Arguments.of(address, options, message);
  }

  @ParameterizedTest
  @MethodSource
  @DisplayName("what does not go together is refused before anything is sent")
  void refusedBeforeAnythingIsSent(
      String address, UnaryOperator<ClientBuilder> options, String message) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> options.apply(ProrataClient.builder(address)).build());
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
    assertFalse(error.getMessage().contains("secret"));
  }

  @Test
  @DisplayName("an answer of more than 4 MB is taken")
  void large() throws IOException {
    String name = "x".repeat(5_000_000);
    PlanServiceImplBase plans =
        new PlanServiceImplBase() {
          @Override
          public void getAccount(
              GetAccountRequest request, StreamObserver<GetAccountResponse> responses) {
            responses.onNext(
                GetAccountResponse.newBuilder()
                    .setAccount(Account.newBuilder().setDisplayName(name))
                    .build());
            responses.onCompleted();
          }
        };
    try (StubServer server = new StubServer(plans);
        ProrataClient client = server.client().build()) {
      GetAccountResponse response =
          client.plans().getAccount(GetAccountRequest.getDefaultInstance());
      assertEquals(name, response.getAccount().getDisplayName());
    }
  }

  @Test
  @DisplayName("a proxy is not used for loopback")
  void proxy() throws IOException {
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(
                new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", 1)));
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException error) {}
        });
    try (StubServer server = new StubServer(new Clock())) {
      assertEquals("Bearer t", told(server, client -> client.token(() -> "t")).authorization());
    } finally {
      ProxySelector.setDefault(before);
    }
  }
}

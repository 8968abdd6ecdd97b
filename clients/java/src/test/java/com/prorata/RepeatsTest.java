package com.prorata;

import static com.prorata.StubServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.prorata.v1.CreateAccountRequest;
import com.prorata.v1.CreateAccountResponse;
import com.prorata.v1.ErrorReason;
import com.prorata.v1.PlanServiceGrpc;
import com.prorata.v1.PlanServiceGrpc.PlanServiceImplBase;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class RepeatsTest {
  private static final RetryInfo RETRY = retryAfter(Duration.ofMillis(20));
  private static final CreateAccountRequest REQUEST =
      CreateAccountRequest.newBuilder().setDisplayName("Owl Post").build();

  private static RetryInfo retryAfter(Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            com.google.protobuf.Duration.newBuilder()
                .setSeconds(delay.getSeconds())
                .setNanos(delay.getNano()))
        .build();
  }

  /** Fails with each of its errors once, and then answers. */
  private static final class Flaky extends PlanServiceImplBase {
    final List<CreateAccountRequest> requests = new CopyOnWriteArrayList<>();
    private final Deque<StatusRuntimeException> errors;

    Flaky(StatusRuntimeException... errors) {
      this.errors = new ConcurrentLinkedDeque<>(List.of(errors));
    }

    static Flaky forEver(StatusRuntimeException error) {
      return new Flaky(Collections.nCopies(1_000, error).toArray(StatusRuntimeException[]::new));
    }

    @Override
    public void createAccount(
        CreateAccountRequest request, StreamObserver<CreateAccountResponse> responses) {
      requests.add(request);
      StatusRuntimeException error = errors.poll();
      if (error != null) {
        responses.onError(error);
        return;
      }
      responses.onNext(CreateAccountResponse.getDefaultInstance());
      responses.onCompleted();
    }
  }

  private static StatusRuntimeException away() {
    return refusal(Status.Code.UNAVAILABLE, "away");
  }

  private static Failure failureOf(ProrataClient client, CreateAccountRequest request) {
    return Failure.of(
        assertThrows(StatusRuntimeException.class, () -> client.plans().createAccount(request)));
  }

  @Test
  @DisplayName("what may pass is tried again, with the same request id")
  void repeated() throws IOException {
    Flaky plans =
        new Flaky(
            away(),
            refusal(Status.Code.RESOURCE_EXHAUSTED, "full", RETRY),
            refusal(Status.Code.ABORTED, "again", RETRY));
    try (StubServer server = new StubServer(plans);
        ProrataClient client = server.client().build()) {
      client.plans().createAccount(REQUEST);
      assertEquals(4, plans.requests.size());
      Set<CreateAccountRequest> different = new HashSet<>(plans.requests);
      assertEquals(1, different.size());
      assertEquals("Owl Post", plans.requests.get(0).getDisplayName());
      assertTrue(
          plans
              .requests
              .get(0)
              .getRequestId()
              .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
      client.plans().createAccount(REQUEST);
      assertNotEquals(plans.requests.get(0).getRequestId(), plans.requests.get(4).getRequestId());
      client.plans().createAccount(REQUEST.toBuilder().setRequestId("of the caller").build());
      assertEquals("of the caller", plans.requests.get(5).getRequestId());
    }
  }

  @Test
  @DisplayName("what expired is sent again where another token can be had")
  void renewed() throws IOException {
    ErrorInfo expired =
        ErrorInfo.newBuilder().setDomain("prorata").setReason("CREDENTIALS_EXPIRED").build();
    StatusRuntimeException refusal = refusal(Status.Code.UNAUTHENTICATED, "expired", expired);
    AtomicInteger tokens = new AtomicInteger();
    try (StubServer server = new StubServer(new Flaky(refusal, refusal));
        ProrataClient renewing =
            server.client().token(() -> "token-" + tokens.incrementAndGet()).build();
        ProrataClient other = server.client().build()) {
      assertTrue(failureOf(other, REQUEST).is(ErrorReason.ERROR_REASON_CREDENTIALS_EXPIRED));
      renewing.plans().createAccount(REQUEST);
      Metadata.Key<String> key = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
      assertEquals("Bearer token-2", server.received.get(2).get(key));
    }
  }

  @Test
  @DisplayName("a server that says when to come again is not asked before")
  void asked() throws IOException {
    RetryInfo later = retryAfter(Duration.ofMillis(300));
    try (StubServer server =
            new StubServer(new Flaky(refusal(Status.Code.RESOURCE_EXHAUSTED, "full", later)));
        ProrataClient client = server.client().build()) {
      long start = System.nanoTime();
      client.plans().createAccount(REQUEST);
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(300).toNanos());
    }
  }

  @Test
  @DisplayName("a server that says to come again after the deadline is not waited for")
  void askedTooLate() throws IOException {
    RetryInfo later = retryAfter(Duration.ofMinutes(1));
    try (StubServer server =
            new StubServer(new Flaky(refusal(Status.Code.RESOURCE_EXHAUSTED, "full", later)));
        ProrataClient client = server.client().build()) {
      long start = System.nanoTime();
      Failure failure = failureOf(client, REQUEST);
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure.code());
      assertEquals(Optional.of(Duration.ofMinutes(1)), failure.retryDelay());
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
    }
  }

  static List<StatusRuntimeException> hopeless() {
    return List.of(
        refusal(Status.Code.RESOURCE_EXHAUSTED, "too large"),
        refusal(Status.Code.ABORTED, "without a time"),
        refusal(Status.Code.INVALID_ARGUMENT, "bad", RETRY),
        refusal(Status.Code.INTERNAL, "unexpected"));
  }

  @ParameterizedTest
  @MethodSource
  @DisplayName("what will not pass is not tried again")
  void hopeless(StatusRuntimeException error) throws IOException {
    Flaky plans = new Flaky(error);
    try (StubServer server = new StubServer(plans);
        ProrataClient client = server.client().build()) {
      assertEquals(error.getStatus().getCode(), failureOf(client, REQUEST).code());
      assertEquals(1, plans.requests.size());
    }
  }

  @Test
  @DisplayName("a failure carries reason, fields, time and request id")
  void failure() throws IOException {
    ErrorInfo foreign = ErrorInfo.newBuilder().setDomain("example.com").setReason("QUOTA").build();
    ErrorInfo info =
        ErrorInfo.newBuilder().setDomain("prorata").setReason("CHANGE_PENDING").build();
    BadRequest fields =
        BadRequest.newBuilder()
            .addFieldViolations(
                BadRequest.FieldViolation.newBuilder()
                    .setField("prices[3].per_unit.unit_price")
                    .setDescription("it is negative"))
            .build();
    StatusRuntimeException error =
        refusal(
            Status.Code.FAILED_PRECONDITION, "another is pending", foreign, info, fields, RETRY);
    try (StubServer server = new StubServer(new Flaky(error));
        ProrataClient client = server.client().build()) {
      Failure failure = failureOf(client, REQUEST.toBuilder().setRequestId("mine").build());
      assertEquals(
          new Failure(
              Status.Code.FAILED_PRECONDITION,
              "another is pending",
              "CHANGE_PENDING",
              List.of(new Failure.Violation("prices[3].per_unit.unit_price", "it is negative")),
              Optional.of(Duration.ofMillis(20)),
              Optional.of("mine")),
          failure);
      assertTrue(failure.is(ErrorReason.ERROR_REASON_CHANGE_PENDING));
    }
  }

  @Test
  @DisplayName("details that can not be read leave the plain status")
  void unreadable() {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {1, 2, 3});
    Status status = Status.NOT_FOUND.withDescription("no such account");
    Failure failure = Failure.of(status.asRuntimeException(trailers));
    assertEquals(Status.Code.NOT_FOUND, failure.code());
    assertEquals("no such account", failure.message());
    assertEquals("", failure.reason());
    assertEquals(Status.Code.UNKNOWN, Failure.of(new IllegalStateException("ours")).code());
  }

  @Test
  @DisplayName("the deadline bounds all attempts, and the error tells why they failed")
  void deadline() throws IOException {
    Flaky plans = Flaky.forEver(away());
    try (StubServer server = new StubServer(plans);
        ProrataClient client = server.client().build()) {
      failureOf(new Bounded(client, Duration.ofMillis(500))); // connects, unmeasured
      int before = plans.requests.size();
      long start = System.nanoTime();
      Failure failure = failureOf(new Bounded(client, Duration.ofMillis(500)));
      assertEquals(Status.Code.UNAVAILABLE, failure.code());
      assertEquals("away", failure.message());
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
      assertTrue(plans.requests.size() > before + 3, () -> plans.requests.size() + " requests");
    }
  }

  private record Bounded(ProrataClient client, Duration timeout) {}

  private static Failure failureOf(Bounded call) {
    return Failure.of(
        assertThrows(
            StatusRuntimeException.class,
            () ->
                call.client()
                    .plans()
                    .withDeadlineAfter(call.timeout().toNanos(), TimeUnit.NANOSECONDS)
                    .createAccount(REQUEST)));
  }

  @Test
  @DisplayName("an attempt that the deadline ends tells why the one before it failed")
  void silent() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    PlanServiceImplBase plans =
        new PlanServiceImplBase() {
          @Override
          public void createAccount(
              CreateAccountRequest request, StreamObserver<CreateAccountResponse> responses) {
            if (requests.incrementAndGet() == 1) {
              responses.onError(away());
            }
          }
        };
    try (StubServer server = new StubServer(plans);
        ProrataClient client = server.client().build()) {
      Failure failure = failureOf(new Bounded(client, Duration.ofSeconds(3)));
      assertEquals("away", failure.message());
      assertEquals(2, requests.get());
    }
  }

  @Test
  @DisplayName("the deadline of the call that it is made for bounds it too")
  void outerDeadline() throws Exception {
    RetryInfo later = retryAfter(Duration.ofSeconds(20));
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (StubServer server =
            new StubServer(Flaky.forEver(refusal(Status.Code.ABORTED, "later", later)));
        ProrataClient client = server.client().build();
        Context.CancellableContext context =
            Context.current().withDeadlineAfter(10, TimeUnit.SECONDS, timer)) {
      long start = System.nanoTime();
      assertEquals("later", context.call(() -> failureOf(client, REQUEST)).message());
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(9).toNanos());
    } finally {
      timer.shutdown();
    }
  }

  @Test
  @DisplayName("a server that is not there is UNAVAILABLE")
  void nobody() {
    try (ProrataClient client =
        ProrataClient.builder("127.0.0.1:1")
            .pauses(Duration.ofMillis(5), Duration.ofMillis(20))
            .timeout(Duration.ofSeconds(1))
            .build()) {
      Failure failure = failureOf(client, REQUEST);
      assertEquals(Status.Code.UNAVAILABLE, failure.code());
      assertTrue(failure.requestId().isPresent());
    }
  }

  @Test
  @DisplayName("a call that is cancelled in a pause ends at once")
  void cancelled() throws Exception {
    RetryInfo later = retryAfter(Duration.ofSeconds(20));
    Flaky plans = Flaky.forEver(refusal(Status.Code.ABORTED, "later", later));
    try (StubServer server = new StubServer(plans);
        ProrataClient client = server.client().build()) {
      ListenableFuture<CreateAccountResponse> call =
          PlanServiceGrpc.newFutureStub(client.channel()).createAccount(REQUEST);
      waitForRequest(plans);
      call.cancel(true);
      assertThrows(CancellationException.class, call::get);

      Thread caller = Thread.currentThread();
      int before = plans.requests.size();
      Thread interrupter =
          new Thread(
              () -> {
                waitForRequest(plans, before + 1);
                caller.interrupt();
              });
      interrupter.start();
      assertEquals(Status.Code.CANCELLED, failureOf(client, REQUEST).code());
      assertTrue(Thread.interrupted());
      interrupter.join();
      assertEquals(before + 1, plans.requests.size());
    }
  }

  @Test
  @DisplayName("a client that is closed in a pause ends the call with what it failed with")
  void closed() throws Exception {
    Flaky plans = Flaky.forEver(away());
    try (StubServer server = new StubServer(plans)) {
      ProrataClient client = server.client().build();
      ListenableFuture<CreateAccountResponse> call =
          PlanServiceGrpc.newFutureStub(client.channel()).createAccount(REQUEST);
      waitForRequest(plans);
      client.close();
      ExecutionException error =
          assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
      assertEquals(Status.Code.UNAVAILABLE, Failure.of(error).code());
    }
  }

  @Test
  @DisplayName("pauses grow, with jitter, up to the longest")
  void pauses() {
    Repeats repeats = new Repeats(Duration.ofMillis(100), Duration.ofSeconds(5), false);
    Failure failure = Failure.of(away());
    for (int attempt = 1; attempt <= 80; attempt++) {
      long full = Math.min(100L << Math.min(attempt - 1, 20), 5_000);
      long pause = repeats.pause(failure, attempt).orElseThrow().toMillis();
      assertTrue(pause >= full / 2 - 1 && pause <= full, attempt + ": " + pause);
    }
    Set<Long> different =
        Collections.nCopies(20, 1).stream()
            .map(attempt -> repeats.pause(failure, attempt).orElseThrow().toNanos())
            .collect(Collectors.toSet());
    assertTrue(different.size() > 10);
  }

  private static void waitForRequest(Flaky plans) {
    waitForRequest(plans, 1);
  }

  private static void waitForRequest(Flaky plans, int count) {
    while (plans.requests.size() < count) {
      Thread.onSpinWait();
    }
  }
}

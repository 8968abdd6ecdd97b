package com.prorata;

import static com.prorata.StubServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.prorata.v1.BillingServiceGrpc.BillingServiceImplBase;
import com.prorata.v1.ChargeRecord;
import com.prorata.v1.Closing;
import com.prorata.v1.Rehearsal;
import com.prorata.v1.StreamChargesRequest;
import com.prorata.v1.StreamChargesRequest.StartCase;
import com.prorata.v1.StreamChargesResponse;
import com.prorata.v1.WatchClosingRequest;
import com.prorata.v1.WatchClosingResponse;
import com.prorata.v1.WatchRehearsalRequest;
import com.prorata.v1.WatchRehearsalResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ResumedStreamTest {

  /** Answers each stream with one response, or none, and then breaks off, but for the last. */
  private static final class Breaking extends BillingServiceImplBase {
    final List<Message> requests = new CopyOnWriteArrayList<>();
    private final List<Optional<Message>> responses;

    Breaking(List<Optional<Message>> responses) {
      this.responses = responses;
    }

    @SuppressWarnings("unchecked")
    private <R> void answer(Message request, StreamObserver<R> observer) {
      requests.add(request);
      responses.get(requests.size() - 1).ifPresent(response -> observer.onNext((R) response));
      if (requests.size() == responses.size()) {
        observer.onCompleted();
      } else {
        observer.onError(refusal(Status.Code.UNAVAILABLE, "going away"));
      }
    }

    @Override
    public void streamCharges(
        StreamChargesRequest request, StreamObserver<StreamChargesResponse> observer) {
      answer(request, observer);
    }

    @Override
    public void watchClosing(
        WatchClosingRequest request, StreamObserver<WatchClosingResponse> observer) {
      answer(request, observer);
    }

    @Override
    public void watchRehearsal(
        WatchRehearsalRequest request, StreamObserver<WatchRehearsalResponse> observer) {
      answer(request, observer);
    }
  }

  private static Optional<Message> page(long... positions) {
    StreamChargesResponse.Builder page = StreamChargesResponse.newBuilder();
    LongStream.of(positions)
        .forEach(position -> page.addRecords(ChargeRecord.newBuilder().setPosition(position)));
    Arrays.stream(positions).forEach(page::setLastPosition);
    return Optional.of(page.build());
  }

  private static Optional<Message> nothing() {
    return Optional.empty();
  }

  private static <T> List<T> all(ResumedStream<T> stream) {
    List<T> items = new ArrayList<>();
    try (stream) {
      stream.forEachRemaining(items::add);
    }
    return items;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("a feed that breaks goes on after the last position, followed or not")
  void feed(boolean follow) throws IOException {
    Breaking billing = new Breaking(List.of(nothing(), page(4, 5), nothing(), page(6)));
    List<Failure> breaks = new ArrayList<>();
    try (StubServer server = new StubServer(billing);
        ProrataClient client =
            server.client().onBreak((failure, pause) -> breaks.add(failure)).build()) {
      StreamChargesRequest request =
          StreamChargesRequest.newBuilder().setAfterPosition(3).setFollow(follow).build();
      List<Long> positions =
          all(client.streamCharges(request)).stream().map(ChargeRecord::getPosition).toList();
      assertEquals(List.of(4L, 5L, 6L), positions);
    }
    List<StreamChargesRequest> requests =
        billing.requests.stream().map(StreamChargesRequest.class::cast).toList();
    assertEquals(
        List.of(3L, 3L, 5L, 5L),
        requests.stream().map(StreamChargesRequest::getAfterPosition).toList());
    assertTrue(requests.stream().allMatch(each -> each.getFollow() == follow));
    assertEquals(3, breaks.size());
    assertEquals("going away", breaks.get(0).message());
  }

  @Test
  @DisplayName("a consumer's feed begins where the consumer is, until something was received")
  void consumer() throws IOException {
    Breaking billing = new Breaking(List.of(nothing(), page(8), page(9)));
    try (StubServer server = new StubServer(billing);
        ProrataClient client = server.client().build()) {
      all(client.streamCharges(StreamChargesRequest.newBuilder().setConsumer("ledger").build()));
    }
    assertEquals(
        List.of(StartCase.CONSUMER, StartCase.CONSUMER, StartCase.AFTER_POSITION),
        billing.requests.stream()
            .map(request -> ((StreamChargesRequest) request).getStartCase())
            .toList());
    assertEquals(8, ((StreamChargesRequest) billing.requests.get(2)).getAfterPosition());
  }

  @Test
  @DisplayName("a closing and a rehearsal are watched over breaks")
  void watched() throws IOException {
    Closing closing = Closing.newBuilder().setDoneShardCount(3).build();
    Optional<Message> step =
        Optional.of(WatchClosingResponse.newBuilder().setClosing(closing).build());
    Breaking closings = new Breaking(List.of(step, nothing(), step));
    try (StubServer server = new StubServer(closings);
        ProrataClient client = server.client().build()) {
      assertEquals(List.of(closing, closing), all(client.watchClosing("2026-06")));
      assertEquals(3, closings.requests.size());
      assertEquals("2026-06", ((WatchClosingRequest) closings.requests.get(2)).getPeriod());
    }
    Rehearsal rehearsal = Rehearsal.newBuilder().setDoneShardCount(3).build();
    Optional<Message> report =
        Optional.of(WatchRehearsalResponse.newBuilder().setRehearsal(rehearsal).build());
    Breaking rehearsals = new Breaking(List.of(report, report));
    try (StubServer server = new StubServer(rehearsals);
        ProrataClient client = server.client().build()) {
      assertEquals(List.of(rehearsal, rehearsal), all(client.watchRehearsal(7)));
      assertEquals(7, ((WatchRehearsalRequest) rehearsals.requests.get(1)).getRehearsalNumber());
    }
  }

  @Test
  @DisplayName("a feed that is not followed is given up after the time of a call, others are not")
  void patience() throws InterruptedException {
    CountDownLatch breaks = new CountDownLatch(30);
    try (ProrataClient client =
        ProrataClient.builder("127.0.0.1:1")
            .pauses(Duration.ofMillis(5), Duration.ofMillis(20))
            .timeout(Duration.ofMillis(150))
            .onBreak((failure, pause) -> breaks.countDown())
            .build()) {
      StreamChargesRequest once = StreamChargesRequest.getDefaultInstance();
      assertEquals(
          Status.Code.UNAVAILABLE,
          Failure.of(
                  assertThrows(StatusRuntimeException.class, () -> all(client.streamCharges(once))))
              .code());
      try (ResumedStream<ChargeRecord> followed =
          client.streamCharges(once.toBuilder().setFollow(true).build())) {
        Thread follower = new Thread(() -> followed.forEachRemaining(record -> {}));
        follower.start();
        assertTrue(breaks.await(30, TimeUnit.SECONDS));
        Runnable end = followed::close; // in a pause or in an attempt
        end.run();
        follower.join(5_000);
        assertFalse(follower.isAlive());
      }
    }
  }

  @Test
  @DisplayName("closing a stream, or interrupting its reader, ends the call at the server")
  void ended() throws IOException, InterruptedException {
    CountDownLatch ended = new CountDownLatch(2);
    BillingServiceImplBase billing =
        new BillingServiceImplBase() {
          @Override
          public void streamCharges(
              StreamChargesRequest request, StreamObserver<StreamChargesResponse> observer) {
            ((ServerCallStreamObserver<StreamChargesResponse>) observer)
                .setOnCancelHandler(ended::countDown);
            observer.onNext((StreamChargesResponse) page(1).orElseThrow());
          }
        };
    StreamChargesRequest request = StreamChargesRequest.newBuilder().setFollow(true).build();
    try (StubServer server = new StubServer(billing);
        ProrataClient client = server.client().build()) {
      try (ResumedStream<ChargeRecord> feed = client.streamCharges(request)) {
        assertEquals(1, feed.next().getPosition());
      }
      try (ResumedStream<ChargeRecord> feed = client.streamCharges(request)) {
        assertEquals(1, feed.next().getPosition());
        Thread.currentThread().interrupt();
        StatusRuntimeException error = assertThrows(StatusRuntimeException.class, feed::hasNext);
        assertEquals(Status.Code.CANCELLED, error.getStatus().getCode());
        assertTrue(Thread.interrupted());
        assertFalse(feed.hasNext());
      }
      assertTrue(ended.await(10, TimeUnit.SECONDS));
    }
  }
}

package com.prorata;

import static com.prorata.StubServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.prorata.v1.BillingServiceGrpc.BillingServiceImplBase;
import com.prorata.v1.ErrorReason;
import com.prorata.v1.RefusedUsage;
import com.prorata.v1.StreamUsageRequest;
import com.prorata.v1.StreamUsageResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UsageSendingTest {
  private static final StatusRuntimeException AWAY = refusal(Status.Code.UNAVAILABLE, "going away");

  /** Answers each stream in a way of its own; the last way is for all further ones. */
  private static final class Billing extends BillingServiceImplBase {
    final List<List<Long>> streams = new CopyOnWriteArrayList<>();
    private final List<Function<StreamObserver<StreamUsageResponse>, Way>> ways;

    Billing(List<Function<StreamObserver<StreamUsageResponse>, Way>> ways) {
      this.ways = ways;
    }

    Billing(Function<StreamObserver<StreamUsageResponse>, Way> way) {
      this(List.of(way));
    }

    @Override
    public StreamObserver<StreamUsageRequest> streamUsage(
        StreamObserver<StreamUsageResponse> responses) {
      List<Long> numbers = new CopyOnWriteArrayList<>();
      streams.add(numbers);
      Way way = ways.get(Math.min(streams.size(), ways.size()) - 1).apply(responses);
      return new StreamObserver<>() {
        @Override
        public void onNext(StreamUsageRequest request) {
          numbers.add(request.getBatchNumber());
          way.take(request, numbers.size());
        }

        @Override
        public void onError(Throwable error) {
          way.ended();
        }

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  /** What a stream does with the requests it gets. */
  private interface Way {
    void take(StreamUsageRequest request, int count);

    default void ended() {}
  }

  private static StreamUsageResponse answer(StreamUsageRequest request) {
    return StreamUsageResponse.newBuilder()
        .setBatchNumber(request.getBatchNumber())
        .setNewCount(7)
        .setRepeatedCount(2)
        .setRefusedCount4(1)
        .addRefused5(
            RefusedUsage.newBuilder()
                .setIndex(9)
                .setReason(ErrorReason.ERROR_REASON_PRICE_NOT_FOUND)
                .setField("columns.product_indexes[9]")
                .setMessage("it has no price"))
        .build();
  }

  private static Usage row(int index) {
    return new Usage(
        EventIds.of("SM" + index), "AC" + "0".repeat(32), "sms", BigDecimal.ONE, Instant.EPOCH);
  }

  private static List<Usage> rows(int count) {
    return IntStream.range(0, count).mapToObj(UsageSendingTest::row).toList();
  }

  private static Failure failureOf(ProrataClient client, Iterable<Usage> rows, UsageOptions how) {
    return Failure.of(
        assertThrows(StatusRuntimeException.class, () -> client.sendUsage(rows, how)));
  }

  @Test
  @DisplayName(
      "batches without an answer are sent again, and no more are under way than the window")
  void resent() throws IOException {
    AtomicInteger outstanding = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    Billing billing =
        new Billing(
            List.of(
                responses ->
                    (request, count) -> {
                      if (count == 1) {
                        responses.onNext(answer(request));
                      } else if (count == 3) {
                        responses.onError(AWAY);
                      }
                    },
                responses ->
                    (request, count) -> {
                      most.accumulateAndGet(outstanding.incrementAndGet(), Math::max);
                      later.schedule(
                          () -> {
                            outstanding.decrementAndGet();
                            responses.onNext(answer(request));
                          },
                          5,
                          TimeUnit.MILLISECONDS);
                    }));
    List<Failure> breaks = new ArrayList<>();
    try (StubServer server = new StubServer(billing);
        ProrataClient client =
            server.client().onBreak((failure, pause) -> breaks.add(failure)).build()) {
      UsageReport report =
          client.sendUsage(
              rows(100)::iterator, UsageOptions.DEFAULT.withBatchRows(10).withWindow(2));
      assertEquals(70, report.newCount());
      assertEquals(20, report.repeatedCount());
      assertEquals(10, report.refusedCount());
      RefusedRow last = report.refused().get(9);
      assertEquals(new RefusedRow(99, "", "PRICE_NOT_FOUND", "productId", "it has no price"), last);
    }
    later.shutdown();
    assertEquals(List.of(1L, 2L, 3L), billing.streams.get(0));
    assertEquals(LongStream.rangeClosed(2, 10).boxed().toList(), billing.streams.get(1));
    assertEquals(2, most.get());
    assertEquals(1, breaks.size());
  }

  @Test
  @DisplayName("a stream that breaks while nothing is to be answered does not count as failing")
  void idle() throws IOException {
    Billing billing =
        new Billing(
            List.of(
                responses ->
                    (request, count) -> {
                      responses.onNext(answer(request));
                      responses.onError(AWAY);
                    },
                responses -> (request, count) -> responses.onError(AWAY),
                responses -> (request, count) -> responses.onNext(answer(request))));
    Iterable<Usage> slowly =
        () ->
            IntStream.range(0, 2)
                .mapToObj(
                    index -> {
                      pause(Duration.ofMillis(index * 700)); // longer than the client's patience
                      return row(index);
                    })
                .iterator();
    try (StubServer server = new StubServer(billing);
        ProrataClient client = server.client().timeout(Duration.ofMillis(500)).build()) {
      assertEquals(14, client.sendUsage(slowly, UsageOptions.DEFAULT.withBatchRows(1)).newCount());
    }
  }

  @Test
  @DisplayName("a server that ends the stream too early is asked again, until patience ends")
  void endedTooEarly() throws IOException {
    Billing billing = new Billing(responses -> (request, count) -> responses.onCompleted());
    try (StubServer server = new StubServer(billing);
        ProrataClient client = server.client().timeout(Duration.ofMillis(500)).build()) {
      Failure failure = failureOf(client, rows(1), UsageOptions.DEFAULT);
      assertEquals(Status.Code.UNAVAILABLE, failure.code());
      assertTrue(failure.message().startsWith("the server ended the stream"));
      assertTrue(billing.streams.size() > 2);
    }
  }

  @Test
  @DisplayName("a server that does not answer is given up, and its stream ended")
  void unanswered() throws IOException, InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Billing billing = new Billing(responses -> new Silent(ended));
    try (StubServer server = new StubServer(billing);
        ProrataClient client = server.client().build()) {
      UsageOptions options = UsageOptions.DEFAULT.withAnswerTimeout(Duration.ofMillis(50));
      Failure failure = failureOf(client, rows(1), options);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.code());
      assertEquals("no answer to a batch within PT0.05S", failure.message());
      assertTrue(ended.await(10, TimeUnit.SECONDS) || billing.streams.isEmpty());
    }
  }

  @Test
  @DisplayName("a thread that is interrupted stops, and its stream ends")
  void interrupted() throws IOException, InterruptedException {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Billing billing =
        new Billing(
            responses ->
                new Silent(ended) {
                  @Override
                  public void take(StreamUsageRequest request, int count) {
                    taken.countDown();
                  }
                });
    try (StubServer server = new StubServer(billing);
        ProrataClient client = server.client().build()) {
      Thread sender = Thread.currentThread();
      Thread interrupter =
          new Thread(
              () -> {
                await(taken);
                sender.interrupt();
              });
      interrupter.start();
      assertEquals(Status.Code.CANCELLED, failureOf(client, rows(1), UsageOptions.DEFAULT).code());
      assertTrue(Thread.interrupted());
      assertTrue(ended.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  @DisplayName("rows that fail end the sending with what they throw")
  void failingRows() throws IOException {
    Iterator<Usage> good = rows(10).iterator();
    Iterable<Usage> failing =
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public Usage next() {
                if (!good.hasNext()) {
                  throw new IllegalStateException("the file ends here");
                }
                return good.next();
              }
            };
    try (StubServer server = new StubServer(new Billing(responses -> (request, count) -> {}));
        ProrataClient client = server.client().build()) {
      UsageOptions options = UsageOptions.DEFAULT.withBatchRows(5);
      IllegalStateException error =
          assertThrows(IllegalStateException.class, () -> client.sendUsage(failing, options));
      assertEquals("the file ends here", error.getMessage());
    }
  }

  @Test
  @DisplayName("options that can not be are refused with their name")
  void options() {
    assertRefused("batchRows: ", () -> UsageOptions.DEFAULT.withBatchRows(50_001));
    assertRefused("window: ", () -> UsageOptions.DEFAULT.withWindow(0));
    assertRefused("answerTimeout: ", () -> UsageOptions.DEFAULT.withAnswerTimeout(Duration.ZERO));
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable options) {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class, options);
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }

  private static class Silent implements Way {
    private final CountDownLatch ended;

    Silent(CountDownLatch ended) {
      this.ended = ended;
    }

    @Override
    public void take(StreamUsageRequest request, int count) {}

    @Override
    public void ended() {
      ended.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }
}

package com.prorata;

import com.prorata.v1.BillingServiceGrpc;
import com.prorata.v1.BillingServiceGrpc.BillingServiceBlockingStub;
import com.prorata.v1.ChargeRecord;
import com.prorata.v1.Closing;
import com.prorata.v1.PlanServiceGrpc;
import com.prorata.v1.PlanServiceGrpc.PlanServiceBlockingStub;
import com.prorata.v1.Rehearsal;
import com.prorata.v1.StreamChargesRequest;
import com.prorata.v1.TestClockServiceGrpc;
import com.prorata.v1.TestClockServiceGrpc.TestClockServiceBlockingStub;
import com.prorata.v1.WatchClosingRequest;
import com.prorata.v1.WatchRehearsalRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A client of a prorata server, for any number of threads. It connects with its first call.
 *
 * <p>The stubs are gRPC's own, and throw StatusRuntimeException, which {@link Failure#of} reads.
 * Their unary calls are sent again while that may help, until their deadline, with one request id:
 * the caller's, or a new one. Their streams are opened once; those of the client itself are opened
 * again.
 */
public final class ProrataClient implements AutoCloseable {
  private static final Duration CLOSING_TIME = Duration.ofSeconds(5);

  private final ManagedChannel transport;
  private final ScheduledExecutorService timer;
  private final Channel channel;
  private final Duration timeout;
  private final Repeats repeats;
  private final BreakListener listener;

  ProrataClient(
      ManagedChannel transport,
      ScheduledExecutorService timer,
      Caller caller,
      Duration timeout,
      Repeats repeats,
      BreakListener listener) {
    this.transport = transport;
    this.timer = timer;
    this.timeout = timeout;
    this.repeats = repeats;
    this.listener = listener;
    this.channel =
        ClientInterceptors.intercept(
            transport, new Calls(caller, timeout, repeats, timer, this::reconnect));
  }

  /** Begins a client. */
  public static ClientBuilder builder(String address) {
    return new ClientBuilder(address);
  }

  /** Accounts, the catalogue of support plans, and who holds which plan. */
  public PlanServiceBlockingStub plans() {
    return PlanServiceGrpc.newBlockingStub(channel);
  }

  /** Usage, prices, charges and the month-end. */
  public BillingServiceBlockingStub billing() {
    return BillingServiceGrpc.newBlockingStub(channel);
  }

  /** The clock of a server in test mode. */
  public TestClockServiceBlockingStub clock() {
    return TestClockServiceGrpc.newBlockingStub(channel);
  }

  /**
   * What all calls go through, for stubs of other kinds, such as {@code
   * PlanServiceGrpc.newFutureStub(client.channel())}.
   */
  public Channel channel() {
    return channel;
  }

  /**
   * The charge records of the feed, in order and without gaps or repetitions. A feed that breaks
   * off is opened again after the last record received; one that follows for as long as it takes.
   */
  public ResumedStream<ChargeRecord> streamCharges(StreamChargesRequest request) {
    Feed feed = new Feed(request);
    return new ResumedStream<>(feed::open, backoff(request.getFollow()));
  }

  /**
   * A closing as it is now and after every step, until it is closed or blocked; it comes back for
   * as long as it takes.
   */
  public ResumedStream<Closing> watchClosing(String period) {
    WatchClosingRequest request = WatchClosingRequest.newBuilder().setPeriod(period).build();
    return new ResumedStream<>(
        () -> each(billing().watchClosing(request), step -> List.of(step.getClosing())),
        backoff(true));
  }

  /**
   * A rehearsal as it is now and after every step, until it is complete; it comes back for as long
   * as it takes.
   */
  public ResumedStream<Rehearsal> watchRehearsal(int rehearsalNumber) {
    WatchRehearsalRequest request =
        WatchRehearsalRequest.newBuilder().setRehearsalNumber(rehearsalNumber).build();
    return new ResumedStream<>(
        () -> each(billing().watchRehearsal(request), step -> List.of(step.getRehearsal())),
        backoff(true));
  }

  /** Sends usage as {@link #sendUsage(Iterable, UsageOptions)} does, with the usual options. */
  public UsageReport sendUsage(Iterable<Usage> rows) {
    return sendUsage(rows, UsageOptions.DEFAULT);
  }

  /**
   * Sends usage in columnar batches over one stream, the fastest way in, and returns once all is
   * answered. Rows are taken as they can be sent, by the thread that calls. Batches without an
   * answer are sent again when the stream breaks off. What was answered stays recorded when it
   * throws; sending all again counts nothing twice.
   *
   * @param rows the rows, such as a list, or {@code stream::iterator}
   * @param options how they are sent
   * @return what became of them
   * @throws io.grpc.StatusRuntimeException when the server does not take them, or stays away longer
   *     than a call may take
   */
  public UsageReport sendUsage(Iterable<Usage> rows, UsageOptions options) {
    BillingServiceGrpc.BillingServiceStub stub = BillingServiceGrpc.newStub(channel);
    return new UsageSending(stub, rows.iterator(), options, backoff(false)).run();
  }

  /** Closes the channel; calls under way may take five seconds. */
  @Override
  public void close() {
    transport.shutdown();
    timer.shutdown();
    try {
      transport.awaitTermination(CLOSING_TIME.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      transport.shutdownNow();
    }
  }

  /** Connects anew now: gRPC's own pauses grow to minutes, while its calls fail at once. */
  private void reconnect() {
    if (transport.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      transport.resetConnectBackoff();
    }
  }

  private Backoff backoff(boolean follows) {
    return new Backoff(
        repeats,
        follows ? Optional.empty() : Optional.of(timeout),
        (failure, pause) -> {
          reconnect();
          listener.onBreak(failure, pause);
        });
  }

  private static <P, T> Iterator<List<T>> each(Iterator<P> responses, Function<P, List<T>> items) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return responses.hasNext();
      }

      @Override
      public List<T> next() {
        return items.apply(responses.next());
      }
    };
  }

  /** The feed, which knows how far it was read. */
  private final class Feed {
    private StreamChargesRequest request;

    Feed(StreamChargesRequest request) {
      this.request = request;
    }

    Iterator<List<ChargeRecord>> open() {
      return each(
          billing().streamCharges(request),
          page -> {
            request = request.toBuilder().setAfterPosition(page.getLastPosition()).build();
            return page.getRecordsList();
          });
    }
  }
}

package com.prorata;

import com.prorata.v1.BillingServiceGrpc.BillingServiceStub;
import com.prorata.v1.StreamUsageRequest;
import com.prorata.v1.StreamUsageResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Usage in columns over one stream: batches under way, and what a broken stream leaves to send
 * again. All of it is done by the thread that sends; what gRPC's threads hear comes through a
 * queue.
 */
final class UsageSending {
  private static final Status BROKEN =
      Status.UNAVAILABLE.withDescription(
          "the server ended the stream before it had answered every batch");

  private final BillingServiceStub stub;
  private final Iterator<Usage> rows;
  private final UsageOptions options;
  private final Backoff backoff;
  private final Map<Long, Sent> pending = new LinkedHashMap<>(); // by batch number
  private final BlockingQueue<Runnable> heard = new LinkedBlockingQueue<>();
  private final List<RefusedRow> refused = new ArrayList<>();
  private UsageReport report = new UsageReport(0, 0, 0, Collections.unmodifiableList(refused));
  private ClientCallStreamObserver<StreamUsageRequest> stream; // null while none is open
  private Usage next; // a row that the batch before had no room for
  private long batchNumber;
  private long rowCount;

  private record Sent(StreamUsageRequest request, long firstIndex) {}

  UsageSending(
      BillingServiceStub stub, Iterator<Usage> rows, UsageOptions options, Backoff backoff) {
    this.stub = stub;
    this.rows = rows;
    this.options = options;
    this.backoff = backoff;
  }

  /** Sends all rows; returns when every batch is answered. */
  UsageReport run() {
    boolean done = false;
    try {
      while (!done) {
        if (pending.size() == options.window()) {
          await();
        } else if (next != null || rows.hasNext()) {
          send(gathered());
        } else if (!pending.isEmpty()) {
          await();
        } else {
          done = true;
        }
      }
      return report;
    } finally {
      end(done);
    }
  }

  private UsageBatch gathered() {
    UsageBatch batch = new UsageBatch(options.batchRows());
    do {
      Usage row = next == null ? rows.next() : next;
      next = batch.add(row) ? null : row;
      hear();
    } while (next == null && batch.rowCount() < options.batchRows() && rows.hasNext());
    return batch;
  }

  private void send(UsageBatch batch) {
    StreamUsageRequest request =
        StreamUsageRequest.newBuilder()
            .setBatchNumber(++batchNumber)
            .setColumns(batch.toColumns())
            .build();
    pending.put(batchNumber, new Sent(request, rowCount));
    rowCount += batch.rowCount();
    if (stream == null) {
      open();
    } else {
      stream.onNext(request);
    }
  }

  /** Opens a stream and sends every pending batch, those left over from a broken one first. */
  private void open() {
    stub.streamUsage(new Responses());
    pending.values().forEach(sent -> stream.onNext(sent.request()));
  }

  /** Takes in what was heard meanwhile, without waiting. */
  private void hear() {
    for (Runnable message = heard.poll(); message != null; message = heard.poll()) {
      message.run();
    }
  }

  private void await() {
    try {
      Runnable message = heard.poll(options.answerTimeout().toNanos(), TimeUnit.NANOSECONDS);
      if (message == null) {
        throw Status.DEADLINE_EXCEEDED
            .withDescription("no answer to a batch within " + options.answerTimeout())
            .asRuntimeException();
      }
      message.run();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  private void acknowledge(StreamUsageResponse response) {
    Sent sent = pending.remove(response.getBatchNumber());
    if (sent == null) {
      return; // answered before; it was sent again
    }
    backoff.reset();
    response
        .getRefused5List()
        .forEach(usage -> refused.add(RefusedRow.of(usage, sent.firstIndex())));
    report =
        new UsageReport(
            report.newCount() + response.getNewCount(),
            report.repeatedCount() + response.getRepeatedCount(),
            report.refusedCount() + response.getRefusedCount4(),
            report.refused());
    options.progress().accept(report);
  }

  private void resume(StatusRuntimeException error) {
    stream = null;
    if (pending.isEmpty()) {
      return; // with nothing to answer it has failed nobody
    }
    Duration pause = backoff.pause(error);
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
    open();
  }

  private void end(boolean done) {
    if (stream == null) {
      return;
    }
    if (done) {
      stream.onCompleted();
    } else {
      stream.cancel("the sending has ended", null);
    }
  }

  private static StatusRuntimeException interrupted(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return Status.CANCELLED
        .withDescription("Thread interrupted")
        .withCause(interrupted)
        .asRuntimeException();
  }

  /** Passes on what one stream brings. */
  private final class Responses
      implements ClientResponseObserver<StreamUsageRequest, StreamUsageResponse> {

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamUsageRequest> requests) {
      stream = requests;
    }

    @Override
    public void onNext(StreamUsageResponse response) {
      heard.add(() -> acknowledge(response));
    }

    @Override
    public void onError(Throwable error) {
      heard.add(() -> resume((StatusRuntimeException) error));
    }

    @Override
    public void onCompleted() {
      heard.add(() -> resume(BROKEN.asRuntimeException()));
    }
  }
}

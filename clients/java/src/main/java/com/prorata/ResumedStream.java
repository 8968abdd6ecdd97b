package com.prorata;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a stream brings, opened again from where it was whenever it breaks off. It is read once, by
 * one thread; any thread may close it, which ends the call and the loop. An interrupted thread gets
 * a StatusRuntimeException, CANCELLED.
 */
public final class ResumedStream<T> implements Iterable<T>, Iterator<T>, AutoCloseable {
  private final Supplier<Iterator<List<T>>> source;
  private final Backoff backoff;
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Iterator<List<T>> responses; // null while it is not open
  private Iterator<T> items = Collections.emptyIterator();

  /** The stream of a source, which opens it, each time from after what it brought last. */
  ResumedStream(Supplier<Iterator<List<T>>> source, Backoff backoff) {
    this.source = source;
    this.backoff = backoff;
  }

  @Override
  public Iterator<T> iterator() {
    return this;
  }

  /**
   * Waits for what comes next.
   *
   * @return whether there is something; not at the end, or once it is closed
   * @throws StatusRuntimeException when the stream failed and it will not help to open it again
   */
  @Override
  public boolean hasNext() {
    while (!isClosed() && !items.hasNext()) {
      try {
        takeResponse();
      } catch (StatusRuntimeException error) {
        pauseAfter(error);
      }
    }
    return !isClosed();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return items.next();
  }

  /** Ends the call. */
  @Override
  public void close() {
    closed.countDown();
    context.cancel(null);
  }

  private void takeResponse() {
    if (responses == null) {
      responses = opened();
    }
    if (!responses.hasNext()) {
      close();
      return;
    }
    items = responses.next().iterator();
    backoff.reset();
  }

  private Iterator<List<T>> opened() {
    Context outer = context.attach();
    try {
      return source.get();
    } finally {
      context.detach(outer);
    }
  }

  private void pauseAfter(StatusRuntimeException error) {
    responses = null;
    if (isClosed()) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      close();
      throw error;
    }
    Duration pause = backoff.pause(error);
    try {
      closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      close();
      throw Status.CANCELLED
          .withDescription("Thread interrupted")
          .withCause(interrupted)
          .asRuntimeException();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }
}

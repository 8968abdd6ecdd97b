package com.prorata;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A unary call that sends the same request again while that may help, until its deadline. What its
 * listener is told is told by the last attempt.
 */
final class RepeatedCall<Q, R> extends ClientCall<Q, R> {
  private final Supplier<ClientCall<Q, R>> attempts;
  private final CallOptions options;
  private final Repeats repeats;
  private final ScheduledExecutorService timer;
  private final Runnable reconnect;
  private final Context context = Context.current();

  private Listener<R> listener;
  private Metadata headers;
  private Q request;
  private ClientCall<Q, R> attempt; // null before the first one and in pauses
  private Future<?> pause; // null but in pauses
  private volatile Status cancelled; // null unless it is
  private int failedAttempts;
  private Ended before; // what the attempt before this one ended with

  private record Ended(Status status, Metadata trailers) {}

  RepeatedCall(
      Supplier<ClientCall<Q, R>> attempts,
      CallOptions options,
      Repeats repeats,
      ScheduledExecutorService timer,
      Runnable reconnect) {
    this.attempts = attempts;
    this.options = options;
    this.repeats = repeats;
    this.timer = timer;
    this.reconnect = reconnect;
  }

  @Override
  public void start(Listener<R> responseListener, Metadata callHeaders) {
    listener = responseListener;
    headers = callHeaders;
  }

  @Override
  public void request(int count) {} // each attempt asks for its one response

  @Override
  public void sendMessage(Q message) {
    request = RequestIds.identified(message);
  }

  @Override
  public synchronized void halfClose() {
    if (cancelled == null) {
      attempt();
    }
  }

  @Override
  public void cancel(String message, Throwable cause) {
    if (endsWith(Status.CANCELLED.withDescription(message).withCause(cause))) {
      Executor executor = options.getExecutor();
      (executor == null ? (Executor) Runnable::run : executor).execute(this::endCancelled);
    }
  }

  /** Notes that it is cancelled; whether nobody else is going to tell the listener. */
  private synchronized boolean endsWith(Status status) {
    if (cancelled != null) {
      return false;
    }
    cancelled = status;
    if (attempt != null) {
      attempt.cancel(status.getDescription(), status.getCause());
      return false;
    }
    return pause == null || pause.cancel(false);
  }

  private void endCancelled() {
    end(new Ended(cancelled, new Metadata()));
  }

  private void attempt() {
    pause = null;
    attempt = attempts.get();
    Metadata own = new Metadata();
    own.merge(headers);
    attempt.start(new Attempt(), own);
    attempt.request(2); // more than one response is an error, which gRPC tells
    attempt.sendMessage(request);
    attempt.halfClose();
  }

  private void attemptAgain() {
    Status ended;
    synchronized (this) {
      ended = cancelled == null ? attemptOrStatus() : cancelled;
    }
    if (!ended.isOk()) {
      end(new Ended(ended, new Metadata()));
    }
  }

  /** What keeps an attempt from being made; OK when it is under way. */
  private Status attemptOrStatus() {
    try {
      attempt();
      return Status.OK;
    } catch (RuntimeException error) {
      return Status.fromThrowable(error);
    }
  }

  /** Whether another attempt is going to be made. */
  private synchronized boolean repeats(Ended ended) {
    Failure failure = Failure.of(ended.status(), ended.trailers());
    Optional<Duration> wanted = repeats.pause(failure, ++failedAttempts).filter(this::fits);
    if (cancelled != null || wanted.isEmpty()) {
      return false;
    }
    try {
      Runnable again = context.wrap(this::attemptAgain);
      pause = timer.schedule(again, wanted.get().toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      return false; // with the client
    }
    reconnect.run(); // while it pauses
    attempt = null;
    before = ended;
    return true;
  }

  private boolean fits(Duration wanted) {
    Deadline outer = context.getDeadline();
    Deadline deadline =
        outer == null ? options.getDeadline() : options.getDeadline().minimum(outer);
    return deadline.timeRemaining(TimeUnit.NANOSECONDS) > wanted.toNanos();
  }

  private void end(Ended ended) {
    Metadata trailers = new Metadata();
    trailers.merge(ended.trailers());
    if (!ended.status().isOk()) {
      RequestIds.requestId(request)
          .filter(id -> id.chars().allMatch(c -> c >= ' ' && c <= '~'))
          .ifPresent(id -> trailers.put(Failure.REQUEST_ID, id));
    }
    listener.onClose(ended.status(), trailers);
  }

  /** Keeps what one attempt answers until it is known whether it is the last one. */
  private final class Attempt extends Listener<R> {
    private Metadata answerHeaders;
    private R answer;

    @Override
    public void onHeaders(Metadata received) {
      answerHeaders = received;
    }

    @Override
    public void onMessage(R message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Ended ended = new Ended(status, trailers);
      if (!status.isOk() && repeats(ended)) {
        return;
      }
      if (!status.isOk() && cancelled != null) {
        endCancelled(); // also when it came after the attempt had failed
        return;
      }
      if (status.getCode() == Status.Code.DEADLINE_EXCEEDED && before != null) {
        end(before); // tells why
        return;
      }
      if (answerHeaders != null) {
        listener.onHeaders(answerHeaders);
      }
      if (answer != null) {
        listener.onMessage(answer);
      }
      end(ended);
    }
  }
}

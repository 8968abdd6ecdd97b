package com.prorata;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What every call gets, whichever stub makes it: who calls, and when it is unary a deadline and
 * repeats.
 */
final class Calls implements ClientInterceptor {
  private final Caller caller;
  private final Duration timeout;
  private final Repeats repeats;
  private final ScheduledExecutorService timer;
  private final Runnable reconnect;

  Calls(
      Caller caller,
      Duration timeout,
      Repeats repeats,
      ScheduledExecutorService timer,
      Runnable reconnect) {
    this.caller = caller;
    this.timeout = timeout;
    this.repeats = repeats;
    this.timer = timer;
    this.reconnect = reconnect;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions given, Channel channel) {
    CallOptions options =
        given.getCredentials() == null ? given.withCallCredentials(caller) : given;
    if (method.getType() != MethodType.UNARY) {
      return channel.newCall(method, options);
    }
    CallOptions bounded =
        options.getDeadline() == null ? options.withDeadlineAfter(timeout) : options;
    return new RepeatedCall<>(
        () -> channel.newCall(method, bounded), bounded, repeats, timer, reconnect);
  }
}

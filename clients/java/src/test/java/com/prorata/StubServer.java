package com.prorata;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gRPC server of a test's own, which keeps the metadata of what it is called with. */
final class StubServer implements AutoCloseable {
  final List<Metadata> received = new CopyOnWriteArrayList<>();
  private final Server server;

  StubServer(BindableService service) throws IOException {
    this(service, InsecureServerCredentials.create());
  }

  StubServer(BindableService service, ServerCredentials credentials) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        NettyServerBuilder.forAddress(loopback, credentials)
            .addService(service)
            .intercept(new Recorder())
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** A client that soon tries again. */
  ClientBuilder client() {
    return ProrataClient.builder(address()).pauses(Duration.ofMillis(5), Duration.ofMillis(20));
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** An error with details, as the server of prorata sends them. */
  static StatusRuntimeException refusal(Status.Code code, String message, Message... details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      received.add(headers);
      return next.startCall(call, headers);
    }
  }
}

package com.prorata.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
 * month-end; never leases or deadlines. Outside test mode the service is not there.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class TestClockServiceGrpc {

  private TestClockServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "prorata.v1.TestClockService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetTestClockRequest,
      com.prorata.v1.GetTestClockResponse> getGetTestClockMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetTestClock",
      requestType = com.prorata.v1.GetTestClockRequest.class,
      responseType = com.prorata.v1.GetTestClockResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetTestClockRequest,
      com.prorata.v1.GetTestClockResponse> getGetTestClockMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetTestClockRequest, com.prorata.v1.GetTestClockResponse> getGetTestClockMethod;
    if ((getGetTestClockMethod = TestClockServiceGrpc.getGetTestClockMethod) == null) {
      synchronized (TestClockServiceGrpc.class) {
        if ((getGetTestClockMethod = TestClockServiceGrpc.getGetTestClockMethod) == null) {
          TestClockServiceGrpc.getGetTestClockMethod = getGetTestClockMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetTestClockRequest, com.prorata.v1.GetTestClockResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetTestClock"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetTestClockRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetTestClockResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TestClockServiceMethodDescriptorSupplier("GetTestClock"))
              .build();
        }
      }
    }
    return getGetTestClockMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.AdvanceTestClockRequest,
      com.prorata.v1.AdvanceTestClockResponse> getAdvanceTestClockMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AdvanceTestClock",
      requestType = com.prorata.v1.AdvanceTestClockRequest.class,
      responseType = com.prorata.v1.AdvanceTestClockResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.AdvanceTestClockRequest,
      com.prorata.v1.AdvanceTestClockResponse> getAdvanceTestClockMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.AdvanceTestClockRequest, com.prorata.v1.AdvanceTestClockResponse> getAdvanceTestClockMethod;
    if ((getAdvanceTestClockMethod = TestClockServiceGrpc.getAdvanceTestClockMethod) == null) {
      synchronized (TestClockServiceGrpc.class) {
        if ((getAdvanceTestClockMethod = TestClockServiceGrpc.getAdvanceTestClockMethod) == null) {
          TestClockServiceGrpc.getAdvanceTestClockMethod = getAdvanceTestClockMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.AdvanceTestClockRequest, com.prorata.v1.AdvanceTestClockResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AdvanceTestClock"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AdvanceTestClockRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AdvanceTestClockResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TestClockServiceMethodDescriptorSupplier("AdvanceTestClock"))
              .build();
        }
      }
    }
    return getAdvanceTestClockMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static TestClockServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TestClockServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TestClockServiceStub>() {
        @java.lang.Override
        public TestClockServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TestClockServiceStub(channel, callOptions);
        }
      };
    return TestClockServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static TestClockServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TestClockServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TestClockServiceBlockingV2Stub>() {
        @java.lang.Override
        public TestClockServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TestClockServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return TestClockServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static TestClockServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TestClockServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TestClockServiceBlockingStub>() {
        @java.lang.Override
        public TestClockServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TestClockServiceBlockingStub(channel, callOptions);
        }
      };
    return TestClockServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static TestClockServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TestClockServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TestClockServiceFutureStub>() {
        @java.lang.Override
        public TestClockServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TestClockServiceFutureStub(channel, callOptions);
        }
      };
    return TestClockServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
   * month-end; never leases or deadlines. Outside test mode the service is not there.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Returns the clock. It stands still between calls.
     * </pre>
     */
    default void getTestClock(com.prorata.v1.GetTestClockRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetTestClockResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetTestClockMethod(), responseObserver);
    }

    /**
     * <pre>
     * Sets the clock: freely while the store is empty, then only forward. Jumping over months closes each in order. Fails
     * with CLOCK_BACKWARD.
     * </pre>
     */
    default void advanceTestClock(com.prorata.v1.AdvanceTestClockRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AdvanceTestClockResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAdvanceTestClockMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service TestClockService.
   * <pre>
   * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
   * month-end; never leases or deadlines. Outside test mode the service is not there.
   * </pre>
   */
  public static abstract class TestClockServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return TestClockServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service TestClockService.
   * <pre>
   * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
   * month-end; never leases or deadlines. Outside test mode the service is not there.
   * </pre>
   */
  public static final class TestClockServiceStub
      extends io.grpc.stub.AbstractAsyncStub<TestClockServiceStub> {
    private TestClockServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TestClockServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TestClockServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Returns the clock. It stands still between calls.
     * </pre>
     */
    public void getTestClock(com.prorata.v1.GetTestClockRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetTestClockResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetTestClockMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Sets the clock: freely while the store is empty, then only forward. Jumping over months closes each in order. Fails
     * with CLOCK_BACKWARD.
     * </pre>
     */
    public void advanceTestClock(com.prorata.v1.AdvanceTestClockRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AdvanceTestClockResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAdvanceTestClockMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service TestClockService.
   * <pre>
   * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
   * month-end; never leases or deadlines. Outside test mode the service is not there.
   * </pre>
   */
  public static final class TestClockServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<TestClockServiceBlockingV2Stub> {
    private TestClockServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TestClockServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TestClockServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Returns the clock. It stands still between calls.
     * </pre>
     */
    public com.prorata.v1.GetTestClockResponse getTestClock(com.prorata.v1.GetTestClockRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetTestClockMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sets the clock: freely while the store is empty, then only forward. Jumping over months closes each in order. Fails
     * with CLOCK_BACKWARD.
     * </pre>
     */
    public com.prorata.v1.AdvanceTestClockResponse advanceTestClock(com.prorata.v1.AdvanceTestClockRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAdvanceTestClockMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service TestClockService.
   * <pre>
   * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
   * month-end; never leases or deadlines. Outside test mode the service is not there.
   * </pre>
   */
  public static final class TestClockServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<TestClockServiceBlockingStub> {
    private TestClockServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TestClockServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TestClockServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Returns the clock. It stands still between calls.
     * </pre>
     */
    public com.prorata.v1.GetTestClockResponse getTestClock(com.prorata.v1.GetTestClockRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetTestClockMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sets the clock: freely while the store is empty, then only forward. Jumping over months closes each in order. Fails
     * with CLOCK_BACKWARD.
     * </pre>
     */
    public com.prorata.v1.AdvanceTestClockResponse advanceTestClock(com.prorata.v1.AdvanceTestClockRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAdvanceTestClockMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service TestClockService.
   * <pre>
   * The clock of a deployment in test mode, which business time follows everywhere: start days, lateness, grace, the
   * month-end; never leases or deadlines. Outside test mode the service is not there.
   * </pre>
   */
  public static final class TestClockServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<TestClockServiceFutureStub> {
    private TestClockServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TestClockServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TestClockServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Returns the clock. It stands still between calls.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetTestClockResponse> getTestClock(
        com.prorata.v1.GetTestClockRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetTestClockMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Sets the clock: freely while the store is empty, then only forward. Jumping over months closes each in order. Fails
     * with CLOCK_BACKWARD.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.AdvanceTestClockResponse> advanceTestClock(
        com.prorata.v1.AdvanceTestClockRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAdvanceTestClockMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_TEST_CLOCK = 0;
  private static final int METHODID_ADVANCE_TEST_CLOCK = 1;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_GET_TEST_CLOCK:
          serviceImpl.getTestClock((com.prorata.v1.GetTestClockRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetTestClockResponse>) responseObserver);
          break;
        case METHODID_ADVANCE_TEST_CLOCK:
          serviceImpl.advanceTestClock((com.prorata.v1.AdvanceTestClockRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.AdvanceTestClockResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getGetTestClockMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetTestClockRequest,
              com.prorata.v1.GetTestClockResponse>(
                service, METHODID_GET_TEST_CLOCK)))
        .addMethod(
          getAdvanceTestClockMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.AdvanceTestClockRequest,
              com.prorata.v1.AdvanceTestClockResponse>(
                service, METHODID_ADVANCE_TEST_CLOCK)))
        .build();
  }

  private static abstract class TestClockServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    TestClockServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return com.prorata.v1.TestClockServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("TestClockService");
    }
  }

  private static final class TestClockServiceFileDescriptorSupplier
      extends TestClockServiceBaseDescriptorSupplier {
    TestClockServiceFileDescriptorSupplier() {}
  }

  private static final class TestClockServiceMethodDescriptorSupplier
      extends TestClockServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    TestClockServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (TestClockServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new TestClockServiceFileDescriptorSupplier())
              .addMethod(getGetTestClockMethod())
              .addMethod(getAdvanceTestClockMethod())
              .build();
        }
      }
    }
    return result;
  }
}

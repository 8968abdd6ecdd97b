package com.prorata.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Usage, prices, charges and the month-end.
 * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
 * answered anew, its records as repeats. Lists come in pages as in PlanService.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class BillingServiceGrpc {

  private BillingServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "prorata.v1.BillingService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RecordUsageRequest,
      com.prorata.v1.RecordUsageResponse> getRecordUsageMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RecordUsage",
      requestType = com.prorata.v1.RecordUsageRequest.class,
      responseType = com.prorata.v1.RecordUsageResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RecordUsageRequest,
      com.prorata.v1.RecordUsageResponse> getRecordUsageMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RecordUsageRequest, com.prorata.v1.RecordUsageResponse> getRecordUsageMethod;
    if ((getRecordUsageMethod = BillingServiceGrpc.getRecordUsageMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getRecordUsageMethod = BillingServiceGrpc.getRecordUsageMethod) == null) {
          BillingServiceGrpc.getRecordUsageMethod = getRecordUsageMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RecordUsageRequest, com.prorata.v1.RecordUsageResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RecordUsage"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RecordUsageRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RecordUsageResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("RecordUsage"))
              .build();
        }
      }
    }
    return getRecordUsageMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.StreamUsageRequest,
      com.prorata.v1.StreamUsageResponse> getStreamUsageMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "StreamUsage",
      requestType = com.prorata.v1.StreamUsageRequest.class,
      responseType = com.prorata.v1.StreamUsageResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<com.prorata.v1.StreamUsageRequest,
      com.prorata.v1.StreamUsageResponse> getStreamUsageMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.StreamUsageRequest, com.prorata.v1.StreamUsageResponse> getStreamUsageMethod;
    if ((getStreamUsageMethod = BillingServiceGrpc.getStreamUsageMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getStreamUsageMethod = BillingServiceGrpc.getStreamUsageMethod) == null) {
          BillingServiceGrpc.getStreamUsageMethod = getStreamUsageMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.StreamUsageRequest, com.prorata.v1.StreamUsageResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "StreamUsage"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.StreamUsageRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.StreamUsageResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("StreamUsage"))
              .build();
        }
      }
    }
    return getStreamUsageMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListUsageRequest,
      com.prorata.v1.ListUsageResponse> getListUsageMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListUsage",
      requestType = com.prorata.v1.ListUsageRequest.class,
      responseType = com.prorata.v1.ListUsageResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListUsageRequest,
      com.prorata.v1.ListUsageResponse> getListUsageMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListUsageRequest, com.prorata.v1.ListUsageResponse> getListUsageMethod;
    if ((getListUsageMethod = BillingServiceGrpc.getListUsageMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListUsageMethod = BillingServiceGrpc.getListUsageMethod) == null) {
          BillingServiceGrpc.getListUsageMethod = getListUsageMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListUsageRequest, com.prorata.v1.ListUsageResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListUsage"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListUsageRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListUsageResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListUsage"))
              .build();
        }
      }
    }
    return getListUsageMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetUsageSummaryRequest,
      com.prorata.v1.GetUsageSummaryResponse> getGetUsageSummaryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetUsageSummary",
      requestType = com.prorata.v1.GetUsageSummaryRequest.class,
      responseType = com.prorata.v1.GetUsageSummaryResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetUsageSummaryRequest,
      com.prorata.v1.GetUsageSummaryResponse> getGetUsageSummaryMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetUsageSummaryRequest, com.prorata.v1.GetUsageSummaryResponse> getGetUsageSummaryMethod;
    if ((getGetUsageSummaryMethod = BillingServiceGrpc.getGetUsageSummaryMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getGetUsageSummaryMethod = BillingServiceGrpc.getGetUsageSummaryMethod) == null) {
          BillingServiceGrpc.getGetUsageSummaryMethod = getGetUsageSummaryMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetUsageSummaryRequest, com.prorata.v1.GetUsageSummaryResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetUsageSummary"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetUsageSummaryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetUsageSummaryResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("GetUsageSummary"))
              .build();
        }
      }
    }
    return getGetUsageSummaryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListProductsRequest,
      com.prorata.v1.ListProductsResponse> getListProductsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListProducts",
      requestType = com.prorata.v1.ListProductsRequest.class,
      responseType = com.prorata.v1.ListProductsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListProductsRequest,
      com.prorata.v1.ListProductsResponse> getListProductsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListProductsRequest, com.prorata.v1.ListProductsResponse> getListProductsMethod;
    if ((getListProductsMethod = BillingServiceGrpc.getListProductsMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListProductsMethod = BillingServiceGrpc.getListProductsMethod) == null) {
          BillingServiceGrpc.getListProductsMethod = getListProductsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListProductsRequest, com.prorata.v1.ListProductsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListProducts"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListProductsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListProductsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListProducts"))
              .build();
        }
      }
    }
    return getListProductsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.PutProductRequest,
      com.prorata.v1.PutProductResponse> getPutProductMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PutProduct",
      requestType = com.prorata.v1.PutProductRequest.class,
      responseType = com.prorata.v1.PutProductResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.PutProductRequest,
      com.prorata.v1.PutProductResponse> getPutProductMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.PutProductRequest, com.prorata.v1.PutProductResponse> getPutProductMethod;
    if ((getPutProductMethod = BillingServiceGrpc.getPutProductMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getPutProductMethod = BillingServiceGrpc.getPutProductMethod) == null) {
          BillingServiceGrpc.getPutProductMethod = getPutProductMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.PutProductRequest, com.prorata.v1.PutProductResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PutProduct"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PutProductRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PutProductResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("PutProduct"))
              .build();
        }
      }
    }
    return getPutProductMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.PublishPricesRequest,
      com.prorata.v1.PublishPricesResponse> getPublishPricesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PublishPrices",
      requestType = com.prorata.v1.PublishPricesRequest.class,
      responseType = com.prorata.v1.PublishPricesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.PublishPricesRequest,
      com.prorata.v1.PublishPricesResponse> getPublishPricesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.PublishPricesRequest, com.prorata.v1.PublishPricesResponse> getPublishPricesMethod;
    if ((getPublishPricesMethod = BillingServiceGrpc.getPublishPricesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getPublishPricesMethod = BillingServiceGrpc.getPublishPricesMethod) == null) {
          BillingServiceGrpc.getPublishPricesMethod = getPublishPricesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.PublishPricesRequest, com.prorata.v1.PublishPricesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PublishPrices"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PublishPricesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PublishPricesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("PublishPrices"))
              .build();
        }
      }
    }
    return getPublishPricesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListPricesRequest,
      com.prorata.v1.ListPricesResponse> getListPricesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListPrices",
      requestType = com.prorata.v1.ListPricesRequest.class,
      responseType = com.prorata.v1.ListPricesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListPricesRequest,
      com.prorata.v1.ListPricesResponse> getListPricesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListPricesRequest, com.prorata.v1.ListPricesResponse> getListPricesMethod;
    if ((getListPricesMethod = BillingServiceGrpc.getListPricesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListPricesMethod = BillingServiceGrpc.getListPricesMethod) == null) {
          BillingServiceGrpc.getListPricesMethod = getListPricesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListPricesRequest, com.prorata.v1.ListPricesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListPrices"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListPricesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListPricesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListPrices"))
              .build();
        }
      }
    }
    return getListPricesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.PreviewChargesRequest,
      com.prorata.v1.PreviewChargesResponse> getPreviewChargesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PreviewCharges",
      requestType = com.prorata.v1.PreviewChargesRequest.class,
      responseType = com.prorata.v1.PreviewChargesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.PreviewChargesRequest,
      com.prorata.v1.PreviewChargesResponse> getPreviewChargesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.PreviewChargesRequest, com.prorata.v1.PreviewChargesResponse> getPreviewChargesMethod;
    if ((getPreviewChargesMethod = BillingServiceGrpc.getPreviewChargesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getPreviewChargesMethod = BillingServiceGrpc.getPreviewChargesMethod) == null) {
          BillingServiceGrpc.getPreviewChargesMethod = getPreviewChargesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.PreviewChargesRequest, com.prorata.v1.PreviewChargesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PreviewCharges"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PreviewChargesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PreviewChargesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("PreviewCharges"))
              .build();
        }
      }
    }
    return getPreviewChargesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListChargesRequest,
      com.prorata.v1.ListChargesResponse> getListChargesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListCharges",
      requestType = com.prorata.v1.ListChargesRequest.class,
      responseType = com.prorata.v1.ListChargesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListChargesRequest,
      com.prorata.v1.ListChargesResponse> getListChargesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListChargesRequest, com.prorata.v1.ListChargesResponse> getListChargesMethod;
    if ((getListChargesMethod = BillingServiceGrpc.getListChargesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListChargesMethod = BillingServiceGrpc.getListChargesMethod) == null) {
          BillingServiceGrpc.getListChargesMethod = getListChargesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListChargesRequest, com.prorata.v1.ListChargesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListCharges"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListChargesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListChargesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListCharges"))
              .build();
        }
      }
    }
    return getListChargesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetChargeRequest,
      com.prorata.v1.GetChargeResponse> getGetChargeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetCharge",
      requestType = com.prorata.v1.GetChargeRequest.class,
      responseType = com.prorata.v1.GetChargeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetChargeRequest,
      com.prorata.v1.GetChargeResponse> getGetChargeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetChargeRequest, com.prorata.v1.GetChargeResponse> getGetChargeMethod;
    if ((getGetChargeMethod = BillingServiceGrpc.getGetChargeMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getGetChargeMethod = BillingServiceGrpc.getGetChargeMethod) == null) {
          BillingServiceGrpc.getGetChargeMethod = getGetChargeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetChargeRequest, com.prorata.v1.GetChargeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetCharge"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetChargeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetChargeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("GetCharge"))
              .build();
        }
      }
    }
    return getGetChargeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ExplainChargeRequest,
      com.prorata.v1.ExplainChargeResponse> getExplainChargeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ExplainCharge",
      requestType = com.prorata.v1.ExplainChargeRequest.class,
      responseType = com.prorata.v1.ExplainChargeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ExplainChargeRequest,
      com.prorata.v1.ExplainChargeResponse> getExplainChargeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ExplainChargeRequest, com.prorata.v1.ExplainChargeResponse> getExplainChargeMethod;
    if ((getExplainChargeMethod = BillingServiceGrpc.getExplainChargeMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getExplainChargeMethod = BillingServiceGrpc.getExplainChargeMethod) == null) {
          BillingServiceGrpc.getExplainChargeMethod = getExplainChargeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ExplainChargeRequest, com.prorata.v1.ExplainChargeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ExplainCharge"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ExplainChargeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ExplainChargeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ExplainCharge"))
              .build();
        }
      }
    }
    return getExplainChargeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.StreamChargesRequest,
      com.prorata.v1.StreamChargesResponse> getStreamChargesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "StreamCharges",
      requestType = com.prorata.v1.StreamChargesRequest.class,
      responseType = com.prorata.v1.StreamChargesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<com.prorata.v1.StreamChargesRequest,
      com.prorata.v1.StreamChargesResponse> getStreamChargesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.StreamChargesRequest, com.prorata.v1.StreamChargesResponse> getStreamChargesMethod;
    if ((getStreamChargesMethod = BillingServiceGrpc.getStreamChargesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getStreamChargesMethod = BillingServiceGrpc.getStreamChargesMethod) == null) {
          BillingServiceGrpc.getStreamChargesMethod = getStreamChargesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.StreamChargesRequest, com.prorata.v1.StreamChargesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "StreamCharges"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.StreamChargesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.StreamChargesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("StreamCharges"))
              .build();
        }
      }
    }
    return getStreamChargesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.AcknowledgeChargesRequest,
      com.prorata.v1.AcknowledgeChargesResponse> getAcknowledgeChargesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AcknowledgeCharges",
      requestType = com.prorata.v1.AcknowledgeChargesRequest.class,
      responseType = com.prorata.v1.AcknowledgeChargesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.AcknowledgeChargesRequest,
      com.prorata.v1.AcknowledgeChargesResponse> getAcknowledgeChargesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.AcknowledgeChargesRequest, com.prorata.v1.AcknowledgeChargesResponse> getAcknowledgeChargesMethod;
    if ((getAcknowledgeChargesMethod = BillingServiceGrpc.getAcknowledgeChargesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getAcknowledgeChargesMethod = BillingServiceGrpc.getAcknowledgeChargesMethod) == null) {
          BillingServiceGrpc.getAcknowledgeChargesMethod = getAcknowledgeChargesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.AcknowledgeChargesRequest, com.prorata.v1.AcknowledgeChargesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AcknowledgeCharges"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AcknowledgeChargesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AcknowledgeChargesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("AcknowledgeCharges"))
              .build();
        }
      }
    }
    return getAcknowledgeChargesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.StartClosingRequest,
      com.prorata.v1.StartClosingResponse> getStartClosingMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "StartClosing",
      requestType = com.prorata.v1.StartClosingRequest.class,
      responseType = com.prorata.v1.StartClosingResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.StartClosingRequest,
      com.prorata.v1.StartClosingResponse> getStartClosingMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.StartClosingRequest, com.prorata.v1.StartClosingResponse> getStartClosingMethod;
    if ((getStartClosingMethod = BillingServiceGrpc.getStartClosingMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getStartClosingMethod = BillingServiceGrpc.getStartClosingMethod) == null) {
          BillingServiceGrpc.getStartClosingMethod = getStartClosingMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.StartClosingRequest, com.prorata.v1.StartClosingResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "StartClosing"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.StartClosingRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.StartClosingResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("StartClosing"))
              .build();
        }
      }
    }
    return getStartClosingMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetClosingRequest,
      com.prorata.v1.GetClosingResponse> getGetClosingMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetClosing",
      requestType = com.prorata.v1.GetClosingRequest.class,
      responseType = com.prorata.v1.GetClosingResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetClosingRequest,
      com.prorata.v1.GetClosingResponse> getGetClosingMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetClosingRequest, com.prorata.v1.GetClosingResponse> getGetClosingMethod;
    if ((getGetClosingMethod = BillingServiceGrpc.getGetClosingMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getGetClosingMethod = BillingServiceGrpc.getGetClosingMethod) == null) {
          BillingServiceGrpc.getGetClosingMethod = getGetClosingMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetClosingRequest, com.prorata.v1.GetClosingResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetClosing"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetClosingRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetClosingResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("GetClosing"))
              .build();
        }
      }
    }
    return getGetClosingMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.WatchClosingRequest,
      com.prorata.v1.WatchClosingResponse> getWatchClosingMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchClosing",
      requestType = com.prorata.v1.WatchClosingRequest.class,
      responseType = com.prorata.v1.WatchClosingResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<com.prorata.v1.WatchClosingRequest,
      com.prorata.v1.WatchClosingResponse> getWatchClosingMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.WatchClosingRequest, com.prorata.v1.WatchClosingResponse> getWatchClosingMethod;
    if ((getWatchClosingMethod = BillingServiceGrpc.getWatchClosingMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getWatchClosingMethod = BillingServiceGrpc.getWatchClosingMethod) == null) {
          BillingServiceGrpc.getWatchClosingMethod = getWatchClosingMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.WatchClosingRequest, com.prorata.v1.WatchClosingResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchClosing"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WatchClosingRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WatchClosingResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("WatchClosing"))
              .build();
        }
      }
    }
    return getWatchClosingMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListClosingsRequest,
      com.prorata.v1.ListClosingsResponse> getListClosingsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListClosings",
      requestType = com.prorata.v1.ListClosingsRequest.class,
      responseType = com.prorata.v1.ListClosingsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListClosingsRequest,
      com.prorata.v1.ListClosingsResponse> getListClosingsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListClosingsRequest, com.prorata.v1.ListClosingsResponse> getListClosingsMethod;
    if ((getListClosingsMethod = BillingServiceGrpc.getListClosingsMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListClosingsMethod = BillingServiceGrpc.getListClosingsMethod) == null) {
          BillingServiceGrpc.getListClosingsMethod = getListClosingsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListClosingsRequest, com.prorata.v1.ListClosingsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListClosings"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListClosingsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListClosingsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListClosings"))
              .build();
        }
      }
    }
    return getListClosingsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RetryClosingFailuresRequest,
      com.prorata.v1.RetryClosingFailuresResponse> getRetryClosingFailuresMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RetryClosingFailures",
      requestType = com.prorata.v1.RetryClosingFailuresRequest.class,
      responseType = com.prorata.v1.RetryClosingFailuresResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RetryClosingFailuresRequest,
      com.prorata.v1.RetryClosingFailuresResponse> getRetryClosingFailuresMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RetryClosingFailuresRequest, com.prorata.v1.RetryClosingFailuresResponse> getRetryClosingFailuresMethod;
    if ((getRetryClosingFailuresMethod = BillingServiceGrpc.getRetryClosingFailuresMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getRetryClosingFailuresMethod = BillingServiceGrpc.getRetryClosingFailuresMethod) == null) {
          BillingServiceGrpc.getRetryClosingFailuresMethod = getRetryClosingFailuresMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RetryClosingFailuresRequest, com.prorata.v1.RetryClosingFailuresResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RetryClosingFailures"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RetryClosingFailuresRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RetryClosingFailuresResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("RetryClosingFailures"))
              .build();
        }
      }
    }
    return getRetryClosingFailuresMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ReleaseClosingFailuresRequest,
      com.prorata.v1.ReleaseClosingFailuresResponse> getReleaseClosingFailuresMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ReleaseClosingFailures",
      requestType = com.prorata.v1.ReleaseClosingFailuresRequest.class,
      responseType = com.prorata.v1.ReleaseClosingFailuresResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ReleaseClosingFailuresRequest,
      com.prorata.v1.ReleaseClosingFailuresResponse> getReleaseClosingFailuresMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ReleaseClosingFailuresRequest, com.prorata.v1.ReleaseClosingFailuresResponse> getReleaseClosingFailuresMethod;
    if ((getReleaseClosingFailuresMethod = BillingServiceGrpc.getReleaseClosingFailuresMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getReleaseClosingFailuresMethod = BillingServiceGrpc.getReleaseClosingFailuresMethod) == null) {
          BillingServiceGrpc.getReleaseClosingFailuresMethod = getReleaseClosingFailuresMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ReleaseClosingFailuresRequest, com.prorata.v1.ReleaseClosingFailuresResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ReleaseClosingFailures"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ReleaseClosingFailuresRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ReleaseClosingFailuresResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ReleaseClosingFailures"))
              .build();
        }
      }
    }
    return getReleaseClosingFailuresMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListAuditEventsRequest,
      com.prorata.v1.ListAuditEventsResponse> getListAuditEventsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListAuditEvents",
      requestType = com.prorata.v1.ListAuditEventsRequest.class,
      responseType = com.prorata.v1.ListAuditEventsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListAuditEventsRequest,
      com.prorata.v1.ListAuditEventsResponse> getListAuditEventsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListAuditEventsRequest, com.prorata.v1.ListAuditEventsResponse> getListAuditEventsMethod;
    if ((getListAuditEventsMethod = BillingServiceGrpc.getListAuditEventsMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListAuditEventsMethod = BillingServiceGrpc.getListAuditEventsMethod) == null) {
          BillingServiceGrpc.getListAuditEventsMethod = getListAuditEventsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListAuditEventsRequest, com.prorata.v1.ListAuditEventsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListAuditEvents"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListAuditEventsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListAuditEventsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListAuditEvents"))
              .build();
        }
      }
    }
    return getListAuditEventsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.VoidUsageRequest,
      com.prorata.v1.VoidUsageResponse> getVoidUsageMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "VoidUsage",
      requestType = com.prorata.v1.VoidUsageRequest.class,
      responseType = com.prorata.v1.VoidUsageResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.VoidUsageRequest,
      com.prorata.v1.VoidUsageResponse> getVoidUsageMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.VoidUsageRequest, com.prorata.v1.VoidUsageResponse> getVoidUsageMethod;
    if ((getVoidUsageMethod = BillingServiceGrpc.getVoidUsageMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getVoidUsageMethod = BillingServiceGrpc.getVoidUsageMethod) == null) {
          BillingServiceGrpc.getVoidUsageMethod = getVoidUsageMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.VoidUsageRequest, com.prorata.v1.VoidUsageResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "VoidUsage"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.VoidUsageRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.VoidUsageResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("VoidUsage"))
              .build();
        }
      }
    }
    return getVoidUsageMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.CorrectUsageRequest,
      com.prorata.v1.CorrectUsageResponse> getCorrectUsageMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CorrectUsage",
      requestType = com.prorata.v1.CorrectUsageRequest.class,
      responseType = com.prorata.v1.CorrectUsageResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.CorrectUsageRequest,
      com.prorata.v1.CorrectUsageResponse> getCorrectUsageMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.CorrectUsageRequest, com.prorata.v1.CorrectUsageResponse> getCorrectUsageMethod;
    if ((getCorrectUsageMethod = BillingServiceGrpc.getCorrectUsageMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getCorrectUsageMethod = BillingServiceGrpc.getCorrectUsageMethod) == null) {
          BillingServiceGrpc.getCorrectUsageMethod = getCorrectUsageMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.CorrectUsageRequest, com.prorata.v1.CorrectUsageResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CorrectUsage"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CorrectUsageRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CorrectUsageResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("CorrectUsage"))
              .build();
        }
      }
    }
    return getCorrectUsageMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RecordFlexActivityRequest,
      com.prorata.v1.RecordFlexActivityResponse> getRecordFlexActivityMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RecordFlexActivity",
      requestType = com.prorata.v1.RecordFlexActivityRequest.class,
      responseType = com.prorata.v1.RecordFlexActivityResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RecordFlexActivityRequest,
      com.prorata.v1.RecordFlexActivityResponse> getRecordFlexActivityMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RecordFlexActivityRequest, com.prorata.v1.RecordFlexActivityResponse> getRecordFlexActivityMethod;
    if ((getRecordFlexActivityMethod = BillingServiceGrpc.getRecordFlexActivityMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getRecordFlexActivityMethod = BillingServiceGrpc.getRecordFlexActivityMethod) == null) {
          BillingServiceGrpc.getRecordFlexActivityMethod = getRecordFlexActivityMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RecordFlexActivityRequest, com.prorata.v1.RecordFlexActivityResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RecordFlexActivity"))
              .setIdempotent(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RecordFlexActivityRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RecordFlexActivityResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("RecordFlexActivity"))
              .build();
        }
      }
    }
    return getRecordFlexActivityMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.VoidFlexActivityRequest,
      com.prorata.v1.VoidFlexActivityResponse> getVoidFlexActivityMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "VoidFlexActivity",
      requestType = com.prorata.v1.VoidFlexActivityRequest.class,
      responseType = com.prorata.v1.VoidFlexActivityResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.VoidFlexActivityRequest,
      com.prorata.v1.VoidFlexActivityResponse> getVoidFlexActivityMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.VoidFlexActivityRequest, com.prorata.v1.VoidFlexActivityResponse> getVoidFlexActivityMethod;
    if ((getVoidFlexActivityMethod = BillingServiceGrpc.getVoidFlexActivityMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getVoidFlexActivityMethod = BillingServiceGrpc.getVoidFlexActivityMethod) == null) {
          BillingServiceGrpc.getVoidFlexActivityMethod = getVoidFlexActivityMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.VoidFlexActivityRequest, com.prorata.v1.VoidFlexActivityResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "VoidFlexActivity"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.VoidFlexActivityRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.VoidFlexActivityResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("VoidFlexActivity"))
              .build();
        }
      }
    }
    return getVoidFlexActivityMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RecordCasesRequest,
      com.prorata.v1.RecordCasesResponse> getRecordCasesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RecordCases",
      requestType = com.prorata.v1.RecordCasesRequest.class,
      responseType = com.prorata.v1.RecordCasesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RecordCasesRequest,
      com.prorata.v1.RecordCasesResponse> getRecordCasesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RecordCasesRequest, com.prorata.v1.RecordCasesResponse> getRecordCasesMethod;
    if ((getRecordCasesMethod = BillingServiceGrpc.getRecordCasesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getRecordCasesMethod = BillingServiceGrpc.getRecordCasesMethod) == null) {
          BillingServiceGrpc.getRecordCasesMethod = getRecordCasesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RecordCasesRequest, com.prorata.v1.RecordCasesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RecordCases"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RecordCasesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RecordCasesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("RecordCases"))
              .build();
        }
      }
    }
    return getRecordCasesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListCasesRequest,
      com.prorata.v1.ListCasesResponse> getListCasesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListCases",
      requestType = com.prorata.v1.ListCasesRequest.class,
      responseType = com.prorata.v1.ListCasesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListCasesRequest,
      com.prorata.v1.ListCasesResponse> getListCasesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListCasesRequest, com.prorata.v1.ListCasesResponse> getListCasesMethod;
    if ((getListCasesMethod = BillingServiceGrpc.getListCasesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListCasesMethod = BillingServiceGrpc.getListCasesMethod) == null) {
          BillingServiceGrpc.getListCasesMethod = getListCasesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListCasesRequest, com.prorata.v1.ListCasesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListCases"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListCasesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListCasesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListCases"))
              .build();
        }
      }
    }
    return getListCasesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetResponseTimesRequest,
      com.prorata.v1.GetResponseTimesResponse> getGetResponseTimesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetResponseTimes",
      requestType = com.prorata.v1.GetResponseTimesRequest.class,
      responseType = com.prorata.v1.GetResponseTimesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetResponseTimesRequest,
      com.prorata.v1.GetResponseTimesResponse> getGetResponseTimesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetResponseTimesRequest, com.prorata.v1.GetResponseTimesResponse> getGetResponseTimesMethod;
    if ((getGetResponseTimesMethod = BillingServiceGrpc.getGetResponseTimesMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getGetResponseTimesMethod = BillingServiceGrpc.getGetResponseTimesMethod) == null) {
          BillingServiceGrpc.getGetResponseTimesMethod = getGetResponseTimesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetResponseTimesRequest, com.prorata.v1.GetResponseTimesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetResponseTimes"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetResponseTimesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetResponseTimesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("GetResponseTimes"))
              .build();
        }
      }
    }
    return getGetResponseTimesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ClaimSupportCreditRequest,
      com.prorata.v1.ClaimSupportCreditResponse> getClaimSupportCreditMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ClaimSupportCredit",
      requestType = com.prorata.v1.ClaimSupportCreditRequest.class,
      responseType = com.prorata.v1.ClaimSupportCreditResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ClaimSupportCreditRequest,
      com.prorata.v1.ClaimSupportCreditResponse> getClaimSupportCreditMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ClaimSupportCreditRequest, com.prorata.v1.ClaimSupportCreditResponse> getClaimSupportCreditMethod;
    if ((getClaimSupportCreditMethod = BillingServiceGrpc.getClaimSupportCreditMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getClaimSupportCreditMethod = BillingServiceGrpc.getClaimSupportCreditMethod) == null) {
          BillingServiceGrpc.getClaimSupportCreditMethod = getClaimSupportCreditMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ClaimSupportCreditRequest, com.prorata.v1.ClaimSupportCreditResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ClaimSupportCredit"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ClaimSupportCreditRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ClaimSupportCreditResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ClaimSupportCredit"))
              .build();
        }
      }
    }
    return getClaimSupportCreditMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListSupportCreditsRequest,
      com.prorata.v1.ListSupportCreditsResponse> getListSupportCreditsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListSupportCredits",
      requestType = com.prorata.v1.ListSupportCreditsRequest.class,
      responseType = com.prorata.v1.ListSupportCreditsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListSupportCreditsRequest,
      com.prorata.v1.ListSupportCreditsResponse> getListSupportCreditsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListSupportCreditsRequest, com.prorata.v1.ListSupportCreditsResponse> getListSupportCreditsMethod;
    if ((getListSupportCreditsMethod = BillingServiceGrpc.getListSupportCreditsMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListSupportCreditsMethod = BillingServiceGrpc.getListSupportCreditsMethod) == null) {
          BillingServiceGrpc.getListSupportCreditsMethod = getListSupportCreditsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListSupportCreditsRequest, com.prorata.v1.ListSupportCreditsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListSupportCredits"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListSupportCreditsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListSupportCreditsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListSupportCredits"))
              .build();
        }
      }
    }
    return getListSupportCreditsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RehearseClosingRequest,
      com.prorata.v1.RehearseClosingResponse> getRehearseClosingMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RehearseClosing",
      requestType = com.prorata.v1.RehearseClosingRequest.class,
      responseType = com.prorata.v1.RehearseClosingResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RehearseClosingRequest,
      com.prorata.v1.RehearseClosingResponse> getRehearseClosingMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RehearseClosingRequest, com.prorata.v1.RehearseClosingResponse> getRehearseClosingMethod;
    if ((getRehearseClosingMethod = BillingServiceGrpc.getRehearseClosingMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getRehearseClosingMethod = BillingServiceGrpc.getRehearseClosingMethod) == null) {
          BillingServiceGrpc.getRehearseClosingMethod = getRehearseClosingMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RehearseClosingRequest, com.prorata.v1.RehearseClosingResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RehearseClosing"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RehearseClosingRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RehearseClosingResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("RehearseClosing"))
              .build();
        }
      }
    }
    return getRehearseClosingMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetRehearsalRequest,
      com.prorata.v1.GetRehearsalResponse> getGetRehearsalMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetRehearsal",
      requestType = com.prorata.v1.GetRehearsalRequest.class,
      responseType = com.prorata.v1.GetRehearsalResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetRehearsalRequest,
      com.prorata.v1.GetRehearsalResponse> getGetRehearsalMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetRehearsalRequest, com.prorata.v1.GetRehearsalResponse> getGetRehearsalMethod;
    if ((getGetRehearsalMethod = BillingServiceGrpc.getGetRehearsalMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getGetRehearsalMethod = BillingServiceGrpc.getGetRehearsalMethod) == null) {
          BillingServiceGrpc.getGetRehearsalMethod = getGetRehearsalMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetRehearsalRequest, com.prorata.v1.GetRehearsalResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetRehearsal"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetRehearsalRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetRehearsalResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("GetRehearsal"))
              .build();
        }
      }
    }
    return getGetRehearsalMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.WatchRehearsalRequest,
      com.prorata.v1.WatchRehearsalResponse> getWatchRehearsalMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchRehearsal",
      requestType = com.prorata.v1.WatchRehearsalRequest.class,
      responseType = com.prorata.v1.WatchRehearsalResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<com.prorata.v1.WatchRehearsalRequest,
      com.prorata.v1.WatchRehearsalResponse> getWatchRehearsalMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.WatchRehearsalRequest, com.prorata.v1.WatchRehearsalResponse> getWatchRehearsalMethod;
    if ((getWatchRehearsalMethod = BillingServiceGrpc.getWatchRehearsalMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getWatchRehearsalMethod = BillingServiceGrpc.getWatchRehearsalMethod) == null) {
          BillingServiceGrpc.getWatchRehearsalMethod = getWatchRehearsalMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.WatchRehearsalRequest, com.prorata.v1.WatchRehearsalResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchRehearsal"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WatchRehearsalRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WatchRehearsalResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("WatchRehearsal"))
              .build();
        }
      }
    }
    return getWatchRehearsalMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListRehearsalsRequest,
      com.prorata.v1.ListRehearsalsResponse> getListRehearsalsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListRehearsals",
      requestType = com.prorata.v1.ListRehearsalsRequest.class,
      responseType = com.prorata.v1.ListRehearsalsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListRehearsalsRequest,
      com.prorata.v1.ListRehearsalsResponse> getListRehearsalsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListRehearsalsRequest, com.prorata.v1.ListRehearsalsResponse> getListRehearsalsMethod;
    if ((getListRehearsalsMethod = BillingServiceGrpc.getListRehearsalsMethod) == null) {
      synchronized (BillingServiceGrpc.class) {
        if ((getListRehearsalsMethod = BillingServiceGrpc.getListRehearsalsMethod) == null) {
          BillingServiceGrpc.getListRehearsalsMethod = getListRehearsalsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListRehearsalsRequest, com.prorata.v1.ListRehearsalsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListRehearsals"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListRehearsalsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListRehearsalsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new BillingServiceMethodDescriptorSupplier("ListRehearsals"))
              .build();
        }
      }
    }
    return getListRehearsalsMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static BillingServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<BillingServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<BillingServiceStub>() {
        @java.lang.Override
        public BillingServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new BillingServiceStub(channel, callOptions);
        }
      };
    return BillingServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static BillingServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<BillingServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<BillingServiceBlockingV2Stub>() {
        @java.lang.Override
        public BillingServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new BillingServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return BillingServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static BillingServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<BillingServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<BillingServiceBlockingStub>() {
        @java.lang.Override
        public BillingServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new BillingServiceBlockingStub(channel, callOptions);
        }
      };
    return BillingServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static BillingServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<BillingServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<BillingServiceFutureStub>() {
        @java.lang.Override
        public BillingServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new BillingServiceFutureStub(channel, callOptions);
        }
      };
    return BillingServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Usage, prices, charges and the month-end.
   * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
   * answered anew, its records as repeats. Lists come in pages as in PlanService.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Records a batch of usage. The good records are kept, each refused one is named with its reason, and the answer comes
     * when what was kept is durable. Refused with ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_TOO_OLD,
     * MOMENT_OUTSIDE_ACCOUNT, CURRENCY_MISMATCH, PRICE_NOT_FOUND, EVENT_CONFLICT or INVALID_FIELD. The call fails with
     * OVERLOADED when too much is under way. Not atomic over records; safe to repeat.
     * </pre>
     */
    default void recordUsage(com.prorata.v1.RecordUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RecordUsageResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRecordUsageMethod(), responseObserver);
    }

    /**
     * <pre>
     * Records batches of usage as columns, the fastest way in. Every batch is answered once, in any order, when what was
     * kept of it is durable; a client may have several under way. Records are refused as in RecordUsage. A malformed batch
     * ends the stream with INVALID_FIELD; batches answered before stay recorded.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<com.prorata.v1.StreamUsageRequest> streamUsage(
        io.grpc.stub.StreamObserver<com.prorata.v1.StreamUsageResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getStreamUsageMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the usage of an account in a period, by event id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void listUsage(com.prorata.v1.ListUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListUsageResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListUsageMethod(), responseObserver);
    }

    /**
     * <pre>
     * Sums the usage of an account in a period, with or without its subaccounts, per day, product and account. It counts
     * everything acknowledged before the call; what is all voided has no row. Fails with ACCOUNT_NOT_FOUND, and with
     * INVALID_FIELD where the sums are more than a million.
     * </pre>
     */
    default void getUsageSummary(com.prorata.v1.GetUsageSummaryRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetUsageSummaryResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetUsageSummaryMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the products, by id.
     * </pre>
     */
    default void listProducts(com.prorata.v1.ListProductsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListProductsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListProductsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Makes a product, or changes its name and unit, and its stage and family from a period on (4.7). Fails with
     * PERIOD_CLOSED.
     * </pre>
     */
    default void putProduct(com.prorata.v1.PutProductRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PutProductResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPutProductMethod(), responseObserver);
    }

    /**
     * <pre>
     * Publishes prices, each from the first day of a period on: one whose closing has not started, or a closed one that is
     * at most 12 periods before the current one, which the next closing settles (4.5, 6.5). Published again for the same
     * product, contract and period, the last holds. All or none. Fails with INVALID_FIELD for any price (no tier, bounds
     * that do not ascend, a number out of range, the same price twice), then with PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND or
     * PERIOD_CLOSED (closed, and earlier than that) for the first at fault; then likewise for the prices of Flex, of which
     * one in another currency than the store's is a CURRENCY_MISMATCH.
     * </pre>
     */
    default void publishPrices(com.prorata.v1.PublishPricesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PublishPricesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPublishPricesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the price book, or the own prices of a contract, by product and period. Fails with PRODUCT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    default void listPrices(com.prorata.v1.ListPricesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListPricesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListPricesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Calculates what a top-level account is charged for a period, as a closing would, and stores nothing (6.4). Of the
     * period next to close: as if it ended with what is known now, with the adjustments and credits due. Of a closed one:
     * the adjustments it is due. The records come in pages, each of the moment it is asked for. Fails with
     * ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED, and with INVALID_PAGE_TOKEN
     * where the last record of the page before is not charged any more: then start again.
     * </pre>
     */
    default void previewCharges(com.prorata.v1.PreviewChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PreviewChargesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPreviewChargesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists charge records, by position in the feed. Fails with ACCOUNT_NOT_FOUND (the payer).
     * </pre>
     */
    default void listCharges(com.prorata.v1.ListChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListChargesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListChargesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a charge record. Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    default void getCharge(com.prorata.v1.GetChargeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetChargeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetChargeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Explains a charge record in words and numbers (6.7). Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    default void explainCharge(com.prorata.v1.ExplainChargeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ExplainChargeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getExplainChargeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Replays the feed of charge records from after a position, in order and without gaps, and follows it live if asked
     * to. Fails with UNKNOWN_CURSOR. Streams that follow have room of their own, and fail with OVERLOADED when it is full;
     * when the server stops they end with UNAVAILABLE: go on after the last_position received.
     * </pre>
     */
    default void streamCharges(com.prorata.v1.StreamChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.StreamChargesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getStreamChargesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Notes how far a named consumer has come in the feed; StreamCharges may begin there. Forward only; the same position
     * again is a repeat. Nothing is deleted. Fails with UNKNOWN_CURSOR or CURSOR_BACKWARD.
     * </pre>
     */
    default void acknowledgeCharges(com.prorata.v1.AcknowledgeChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AcknowledgeChargesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAcknowledgeChargesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Starts the closing of a period that has ended (6.1). A second request for the same period answers with the first
     * closing (6.2). Fails with PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
     * </pre>
     */
    default void startClosing(com.prorata.v1.StartClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.StartClosingResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getStartClosingMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a closing. Fails with CLOSING_NOT_FOUND.
     * </pre>
     */
    default void getClosing(com.prorata.v1.GetClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetClosingResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetClosingMethod(), responseObserver);
    }

    /**
     * <pre>
     * Follows a closing: a snapshot at once and with every step, the last one when it is closed or blocked, after its last
     * record is in the feed. Fails with CLOSING_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    default void watchClosing(com.prorata.v1.WatchClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WatchClosingResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchClosingMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the closings, the latest first.
     * </pre>
     */
    default void listClosings(com.prorata.v1.ListClosingsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListClosingsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListClosingsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Calculates the owners set apart again, with what is known now (6.6). It runs in the background: WatchClosing tells.
     * Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    default void retryClosingFailures(com.prorata.v1.RetryClosingFailuresRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RetryClosingFailuresResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRetryClosingFailuresMethod(), responseObserver);
    }

    /**
     * <pre>
     * Releases the owners set apart, so that the next period may close; their charges come as its adjustments (6.6). Fails
     * with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    default void releaseClosingFailures(com.prorata.v1.ReleaseClosingFailuresRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ReleaseClosingFailuresResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReleaseClosingFailuresMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists who wrote what, the latest first.
     * </pre>
     */
    default void listAuditEvents(com.prorata.v1.ListAuditEventsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListAuditEventsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListAuditEventsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Voids usage of an account in a period, by event id (4.4); what is voided already counts as repeated. All or none. Fails
     * with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    default void voidUsage(com.prorata.v1.VoidUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.VoidUsageResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getVoidUsageMethod(), responseObserver);
    }

    /**
     * <pre>
     * Corrects quantity and amount of usage of an account in a period, by event id; the last correction counts (4.4). All or
     * none. Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period), EVENT_NOT_FOUND, EVENT_VOIDED, CURRENCY_MISMATCH or
     * PRICE_NOT_FOUND.
     * </pre>
     */
    default void correctUsage(com.prorata.v1.CorrectUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CorrectUsageResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCorrectUsageMethod(), responseObserver);
    }

    /**
     * <pre>
     * Records a batch of Flex activity: each event counts once, in any order, however late (7.7, 4.1 to 4.3). The good ones
     * are kept, each refused one is named with its reason: ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, MOMENT_IN_FUTURE,
     * MOMENT_TOO_OLD, MOMENT_OUTSIDE_ACCOUNT, EVENT_CONFLICT or INVALID_FIELD. Safe to repeat.
     * </pre>
     */
    default void recordFlexActivity(com.prorata.v1.RecordFlexActivityRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RecordFlexActivityResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRecordFlexActivityMethod(), responseObserver);
    }

    /**
     * <pre>
     * Voids Flex activity of an account in a period, by event id; what is voided already counts as repeated. All or none.
     * Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    default void voidFlexActivity(com.prorata.v1.VoidFlexActivityRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.VoidFlexActivityResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getVoidFlexActivityMethod(), responseObserver);
    }

    /**
     * <pre>
     * Records support cases; a case sent again replaces what was known of it (8.1). All or none. Fails with
     * ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_OUTSIDE_ACCOUNT or INVALID_FIELD.
     * </pre>
     */
    default void recordCases(com.prorata.v1.RecordCasesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RecordCasesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRecordCasesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the cases of an account opened in a month, by case id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void listCases(com.prorata.v1.ListCasesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListCasesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListCasesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns the average response times of the owners of an account's plan in a month, per plan, version and priority, with
     * what is known now (8.1, 8.2). Fails with ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
     * </pre>
     */
    default void getResponseTimes(com.prorata.v1.GetResponseTimesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetResponseTimesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetResponseTimesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Claims the support credit of a month and plan (8.3, 8.4). Of several owners of the account's plan in the month, the
     * first for whom a guarantee was missed and who has no credit yet has it. Fails with ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND,
     * MONTH_NOT_ENDED (now, or when it was received), NOT_PERMITTED (an earlier receive time is given by staff only),
     * CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
     * </pre>
     */
    default void claimSupportCredit(com.prorata.v1.ClaimSupportCreditRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ClaimSupportCreditResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getClaimSupportCreditMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the support credits of the owners of an account's plan, the latest first. Fails with ACCOUNT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    default void listSupportCredits(com.prorata.v1.ListSupportCreditsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListSupportCreditsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListSupportCreditsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Runs the month-end of the period that closes next, as if it ended with what is known now, and stores nothing but its
     * report: no closing is counted, and no write held off. It reads all that was recorded before it started, and of what is
     * recorded while it runs, what is there when a shard is calculated. It runs in the background: WatchRehearsal tells. Fails
     * with PERIOD_OUT_OF_ORDER, also while the closing of the period before runs or has owners set apart.
     * </pre>
     */
    default void rehearseClosing(com.prorata.v1.RehearseClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RehearseClosingResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRehearseClosingMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns the report of a rehearsal. Fails with REHEARSAL_NOT_FOUND.
     * </pre>
     */
    default void getRehearsal(com.prorata.v1.GetRehearsalRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetRehearsalResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetRehearsalMethod(), responseObserver);
    }

    /**
     * <pre>
     * Follows a rehearsal: a snapshot at once and with every step, the last one when it is complete. Fails with
     * REHEARSAL_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    default void watchRehearsal(com.prorata.v1.WatchRehearsalRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WatchRehearsalResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchRehearsalMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the rehearsals, the latest first.
     * </pre>
     */
    default void listRehearsals(com.prorata.v1.ListRehearsalsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListRehearsalsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListRehearsalsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service BillingService.
   * <pre>
   * Usage, prices, charges and the month-end.
   * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
   * answered anew, its records as repeats. Lists come in pages as in PlanService.
   * </pre>
   */
  public static abstract class BillingServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return BillingServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service BillingService.
   * <pre>
   * Usage, prices, charges and the month-end.
   * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
   * answered anew, its records as repeats. Lists come in pages as in PlanService.
   * </pre>
   */
  public static final class BillingServiceStub
      extends io.grpc.stub.AbstractAsyncStub<BillingServiceStub> {
    private BillingServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected BillingServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new BillingServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Records a batch of usage. The good records are kept, each refused one is named with its reason, and the answer comes
     * when what was kept is durable. Refused with ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_TOO_OLD,
     * MOMENT_OUTSIDE_ACCOUNT, CURRENCY_MISMATCH, PRICE_NOT_FOUND, EVENT_CONFLICT or INVALID_FIELD. The call fails with
     * OVERLOADED when too much is under way. Not atomic over records; safe to repeat.
     * </pre>
     */
    public void recordUsage(com.prorata.v1.RecordUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RecordUsageResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRecordUsageMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Records batches of usage as columns, the fastest way in. Every batch is answered once, in any order, when what was
     * kept of it is durable; a client may have several under way. Records are refused as in RecordUsage. A malformed batch
     * ends the stream with INVALID_FIELD; batches answered before stay recorded.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<com.prorata.v1.StreamUsageRequest> streamUsage(
        io.grpc.stub.StreamObserver<com.prorata.v1.StreamUsageResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getStreamUsageMethod(), getCallOptions()), responseObserver);
    }

    /**
     * <pre>
     * Lists the usage of an account in a period, by event id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void listUsage(com.prorata.v1.ListUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListUsageResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListUsageMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Sums the usage of an account in a period, with or without its subaccounts, per day, product and account. It counts
     * everything acknowledged before the call; what is all voided has no row. Fails with ACCOUNT_NOT_FOUND, and with
     * INVALID_FIELD where the sums are more than a million.
     * </pre>
     */
    public void getUsageSummary(com.prorata.v1.GetUsageSummaryRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetUsageSummaryResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetUsageSummaryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the products, by id.
     * </pre>
     */
    public void listProducts(com.prorata.v1.ListProductsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListProductsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListProductsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Makes a product, or changes its name and unit, and its stage and family from a period on (4.7). Fails with
     * PERIOD_CLOSED.
     * </pre>
     */
    public void putProduct(com.prorata.v1.PutProductRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PutProductResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPutProductMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Publishes prices, each from the first day of a period on: one whose closing has not started, or a closed one that is
     * at most 12 periods before the current one, which the next closing settles (4.5, 6.5). Published again for the same
     * product, contract and period, the last holds. All or none. Fails with INVALID_FIELD for any price (no tier, bounds
     * that do not ascend, a number out of range, the same price twice), then with PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND or
     * PERIOD_CLOSED (closed, and earlier than that) for the first at fault; then likewise for the prices of Flex, of which
     * one in another currency than the store's is a CURRENCY_MISMATCH.
     * </pre>
     */
    public void publishPrices(com.prorata.v1.PublishPricesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PublishPricesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPublishPricesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the price book, or the own prices of a contract, by product and period. Fails with PRODUCT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public void listPrices(com.prorata.v1.ListPricesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListPricesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListPricesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Calculates what a top-level account is charged for a period, as a closing would, and stores nothing (6.4). Of the
     * period next to close: as if it ended with what is known now, with the adjustments and credits due. Of a closed one:
     * the adjustments it is due. The records come in pages, each of the moment it is asked for. Fails with
     * ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED, and with INVALID_PAGE_TOKEN
     * where the last record of the page before is not charged any more: then start again.
     * </pre>
     */
    public void previewCharges(com.prorata.v1.PreviewChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PreviewChargesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPreviewChargesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists charge records, by position in the feed. Fails with ACCOUNT_NOT_FOUND (the payer).
     * </pre>
     */
    public void listCharges(com.prorata.v1.ListChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListChargesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListChargesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a charge record. Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public void getCharge(com.prorata.v1.GetChargeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetChargeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetChargeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Explains a charge record in words and numbers (6.7). Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public void explainCharge(com.prorata.v1.ExplainChargeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ExplainChargeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getExplainChargeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Replays the feed of charge records from after a position, in order and without gaps, and follows it live if asked
     * to. Fails with UNKNOWN_CURSOR. Streams that follow have room of their own, and fail with OVERLOADED when it is full;
     * when the server stops they end with UNAVAILABLE: go on after the last_position received.
     * </pre>
     */
    public void streamCharges(com.prorata.v1.StreamChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.StreamChargesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getStreamChargesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Notes how far a named consumer has come in the feed; StreamCharges may begin there. Forward only; the same position
     * again is a repeat. Nothing is deleted. Fails with UNKNOWN_CURSOR or CURSOR_BACKWARD.
     * </pre>
     */
    public void acknowledgeCharges(com.prorata.v1.AcknowledgeChargesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AcknowledgeChargesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAcknowledgeChargesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Starts the closing of a period that has ended (6.1). A second request for the same period answers with the first
     * closing (6.2). Fails with PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
     * </pre>
     */
    public void startClosing(com.prorata.v1.StartClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.StartClosingResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getStartClosingMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a closing. Fails with CLOSING_NOT_FOUND.
     * </pre>
     */
    public void getClosing(com.prorata.v1.GetClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetClosingResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetClosingMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Follows a closing: a snapshot at once and with every step, the last one when it is closed or blocked, after its last
     * record is in the feed. Fails with CLOSING_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    public void watchClosing(com.prorata.v1.WatchClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WatchClosingResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchClosingMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the closings, the latest first.
     * </pre>
     */
    public void listClosings(com.prorata.v1.ListClosingsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListClosingsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListClosingsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Calculates the owners set apart again, with what is known now (6.6). It runs in the background: WatchClosing tells.
     * Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public void retryClosingFailures(com.prorata.v1.RetryClosingFailuresRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RetryClosingFailuresResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRetryClosingFailuresMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Releases the owners set apart, so that the next period may close; their charges come as its adjustments (6.6). Fails
     * with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public void releaseClosingFailures(com.prorata.v1.ReleaseClosingFailuresRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ReleaseClosingFailuresResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReleaseClosingFailuresMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists who wrote what, the latest first.
     * </pre>
     */
    public void listAuditEvents(com.prorata.v1.ListAuditEventsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListAuditEventsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListAuditEventsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Voids usage of an account in a period, by event id (4.4); what is voided already counts as repeated. All or none. Fails
     * with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public void voidUsage(com.prorata.v1.VoidUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.VoidUsageResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getVoidUsageMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Corrects quantity and amount of usage of an account in a period, by event id; the last correction counts (4.4). All or
     * none. Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period), EVENT_NOT_FOUND, EVENT_VOIDED, CURRENCY_MISMATCH or
     * PRICE_NOT_FOUND.
     * </pre>
     */
    public void correctUsage(com.prorata.v1.CorrectUsageRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CorrectUsageResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCorrectUsageMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Records a batch of Flex activity: each event counts once, in any order, however late (7.7, 4.1 to 4.3). The good ones
     * are kept, each refused one is named with its reason: ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, MOMENT_IN_FUTURE,
     * MOMENT_TOO_OLD, MOMENT_OUTSIDE_ACCOUNT, EVENT_CONFLICT or INVALID_FIELD. Safe to repeat.
     * </pre>
     */
    public void recordFlexActivity(com.prorata.v1.RecordFlexActivityRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RecordFlexActivityResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRecordFlexActivityMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Voids Flex activity of an account in a period, by event id; what is voided already counts as repeated. All or none.
     * Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public void voidFlexActivity(com.prorata.v1.VoidFlexActivityRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.VoidFlexActivityResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getVoidFlexActivityMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Records support cases; a case sent again replaces what was known of it (8.1). All or none. Fails with
     * ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_OUTSIDE_ACCOUNT or INVALID_FIELD.
     * </pre>
     */
    public void recordCases(com.prorata.v1.RecordCasesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RecordCasesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRecordCasesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the cases of an account opened in a month, by case id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void listCases(com.prorata.v1.ListCasesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListCasesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListCasesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns the average response times of the owners of an account's plan in a month, per plan, version and priority, with
     * what is known now (8.1, 8.2). Fails with ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
     * </pre>
     */
    public void getResponseTimes(com.prorata.v1.GetResponseTimesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetResponseTimesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetResponseTimesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Claims the support credit of a month and plan (8.3, 8.4). Of several owners of the account's plan in the month, the
     * first for whom a guarantee was missed and who has no credit yet has it. Fails with ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND,
     * MONTH_NOT_ENDED (now, or when it was received), NOT_PERMITTED (an earlier receive time is given by staff only),
     * CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
     * </pre>
     */
    public void claimSupportCredit(com.prorata.v1.ClaimSupportCreditRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ClaimSupportCreditResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getClaimSupportCreditMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the support credits of the owners of an account's plan, the latest first. Fails with ACCOUNT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public void listSupportCredits(com.prorata.v1.ListSupportCreditsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListSupportCreditsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListSupportCreditsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Runs the month-end of the period that closes next, as if it ended with what is known now, and stores nothing but its
     * report: no closing is counted, and no write held off. It reads all that was recorded before it started, and of what is
     * recorded while it runs, what is there when a shard is calculated. It runs in the background: WatchRehearsal tells. Fails
     * with PERIOD_OUT_OF_ORDER, also while the closing of the period before runs or has owners set apart.
     * </pre>
     */
    public void rehearseClosing(com.prorata.v1.RehearseClosingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RehearseClosingResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRehearseClosingMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns the report of a rehearsal. Fails with REHEARSAL_NOT_FOUND.
     * </pre>
     */
    public void getRehearsal(com.prorata.v1.GetRehearsalRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetRehearsalResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetRehearsalMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Follows a rehearsal: a snapshot at once and with every step, the last one when it is complete. Fails with
     * REHEARSAL_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    public void watchRehearsal(com.prorata.v1.WatchRehearsalRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WatchRehearsalResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchRehearsalMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the rehearsals, the latest first.
     * </pre>
     */
    public void listRehearsals(com.prorata.v1.ListRehearsalsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListRehearsalsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListRehearsalsMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service BillingService.
   * <pre>
   * Usage, prices, charges and the month-end.
   * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
   * answered anew, its records as repeats. Lists come in pages as in PlanService.
   * </pre>
   */
  public static final class BillingServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<BillingServiceBlockingV2Stub> {
    private BillingServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected BillingServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new BillingServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Records a batch of usage. The good records are kept, each refused one is named with its reason, and the answer comes
     * when what was kept is durable. Refused with ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_TOO_OLD,
     * MOMENT_OUTSIDE_ACCOUNT, CURRENCY_MISMATCH, PRICE_NOT_FOUND, EVENT_CONFLICT or INVALID_FIELD. The call fails with
     * OVERLOADED when too much is under way. Not atomic over records; safe to repeat.
     * </pre>
     */
    public com.prorata.v1.RecordUsageResponse recordUsage(com.prorata.v1.RecordUsageRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRecordUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records batches of usage as columns, the fastest way in. Every batch is answered once, in any order, when what was
     * kept of it is durable; a client may have several under way. Records are refused as in RecordUsage. A malformed batch
     * ends the stream with INVALID_FIELD; batches answered before stay recorded.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<com.prorata.v1.StreamUsageRequest, com.prorata.v1.StreamUsageResponse>
        streamUsage() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getStreamUsageMethod(), getCallOptions());
    }

    /**
     * <pre>
     * Lists the usage of an account in a period, by event id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListUsageResponse listUsage(com.prorata.v1.ListUsageRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sums the usage of an account in a period, with or without its subaccounts, per day, product and account. It counts
     * everything acknowledged before the call; what is all voided has no row. Fails with ACCOUNT_NOT_FOUND, and with
     * INVALID_FIELD where the sums are more than a million.
     * </pre>
     */
    public com.prorata.v1.GetUsageSummaryResponse getUsageSummary(com.prorata.v1.GetUsageSummaryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetUsageSummaryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the products, by id.
     * </pre>
     */
    public com.prorata.v1.ListProductsResponse listProducts(com.prorata.v1.ListProductsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListProductsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a product, or changes its name and unit, and its stage and family from a period on (4.7). Fails with
     * PERIOD_CLOSED.
     * </pre>
     */
    public com.prorata.v1.PutProductResponse putProduct(com.prorata.v1.PutProductRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPutProductMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Publishes prices, each from the first day of a period on: one whose closing has not started, or a closed one that is
     * at most 12 periods before the current one, which the next closing settles (4.5, 6.5). Published again for the same
     * product, contract and period, the last holds. All or none. Fails with INVALID_FIELD for any price (no tier, bounds
     * that do not ascend, a number out of range, the same price twice), then with PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND or
     * PERIOD_CLOSED (closed, and earlier than that) for the first at fault; then likewise for the prices of Flex, of which
     * one in another currency than the store's is a CURRENCY_MISMATCH.
     * </pre>
     */
    public com.prorata.v1.PublishPricesResponse publishPrices(com.prorata.v1.PublishPricesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPublishPricesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the price book, or the own prices of a contract, by product and period. Fails with PRODUCT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListPricesResponse listPrices(com.prorata.v1.ListPricesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListPricesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Calculates what a top-level account is charged for a period, as a closing would, and stores nothing (6.4). Of the
     * period next to close: as if it ended with what is known now, with the adjustments and credits due. Of a closed one:
     * the adjustments it is due. The records come in pages, each of the moment it is asked for. Fails with
     * ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED, and with INVALID_PAGE_TOKEN
     * where the last record of the page before is not charged any more: then start again.
     * </pre>
     */
    public com.prorata.v1.PreviewChargesResponse previewCharges(com.prorata.v1.PreviewChargesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPreviewChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists charge records, by position in the feed. Fails with ACCOUNT_NOT_FOUND (the payer).
     * </pre>
     */
    public com.prorata.v1.ListChargesResponse listCharges(com.prorata.v1.ListChargesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a charge record. Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetChargeResponse getCharge(com.prorata.v1.GetChargeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetChargeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Explains a charge record in words and numbers (6.7). Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ExplainChargeResponse explainCharge(com.prorata.v1.ExplainChargeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getExplainChargeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Replays the feed of charge records from after a position, in order and without gaps, and follows it live if asked
     * to. Fails with UNKNOWN_CURSOR. Streams that follow have room of their own, and fail with OVERLOADED when it is full;
     * when the server stops they end with UNAVAILABLE: go on after the last_position received.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, com.prorata.v1.StreamChargesResponse>
        streamCharges(com.prorata.v1.StreamChargesRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getStreamChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Notes how far a named consumer has come in the feed; StreamCharges may begin there. Forward only; the same position
     * again is a repeat. Nothing is deleted. Fails with UNKNOWN_CURSOR or CURSOR_BACKWARD.
     * </pre>
     */
    public com.prorata.v1.AcknowledgeChargesResponse acknowledgeCharges(com.prorata.v1.AcknowledgeChargesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAcknowledgeChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Starts the closing of a period that has ended (6.1). A second request for the same period answers with the first
     * closing (6.2). Fails with PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
     * </pre>
     */
    public com.prorata.v1.StartClosingResponse startClosing(com.prorata.v1.StartClosingRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getStartClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a closing. Fails with CLOSING_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetClosingResponse getClosing(com.prorata.v1.GetClosingRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Follows a closing: a snapshot at once and with every step, the last one when it is closed or blocked, after its last
     * record is in the feed. Fails with CLOSING_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, com.prorata.v1.WatchClosingResponse>
        watchClosing(com.prorata.v1.WatchClosingRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the closings, the latest first.
     * </pre>
     */
    public com.prorata.v1.ListClosingsResponse listClosings(com.prorata.v1.ListClosingsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListClosingsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Calculates the owners set apart again, with what is known now (6.6). It runs in the background: WatchClosing tells.
     * Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public com.prorata.v1.RetryClosingFailuresResponse retryClosingFailures(com.prorata.v1.RetryClosingFailuresRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRetryClosingFailuresMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Releases the owners set apart, so that the next period may close; their charges come as its adjustments (6.6). Fails
     * with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public com.prorata.v1.ReleaseClosingFailuresResponse releaseClosingFailures(com.prorata.v1.ReleaseClosingFailuresRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReleaseClosingFailuresMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists who wrote what, the latest first.
     * </pre>
     */
    public com.prorata.v1.ListAuditEventsResponse listAuditEvents(com.prorata.v1.ListAuditEventsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListAuditEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Voids usage of an account in a period, by event id (4.4); what is voided already counts as repeated. All or none. Fails
     * with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.VoidUsageResponse voidUsage(com.prorata.v1.VoidUsageRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getVoidUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Corrects quantity and amount of usage of an account in a period, by event id; the last correction counts (4.4). All or
     * none. Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period), EVENT_NOT_FOUND, EVENT_VOIDED, CURRENCY_MISMATCH or
     * PRICE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.CorrectUsageResponse correctUsage(com.prorata.v1.CorrectUsageRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCorrectUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records a batch of Flex activity: each event counts once, in any order, however late (7.7, 4.1 to 4.3). The good ones
     * are kept, each refused one is named with its reason: ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, MOMENT_IN_FUTURE,
     * MOMENT_TOO_OLD, MOMENT_OUTSIDE_ACCOUNT, EVENT_CONFLICT or INVALID_FIELD. Safe to repeat.
     * </pre>
     */
    public com.prorata.v1.RecordFlexActivityResponse recordFlexActivity(com.prorata.v1.RecordFlexActivityRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRecordFlexActivityMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Voids Flex activity of an account in a period, by event id; what is voided already counts as repeated. All or none.
     * Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.VoidFlexActivityResponse voidFlexActivity(com.prorata.v1.VoidFlexActivityRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getVoidFlexActivityMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records support cases; a case sent again replaces what was known of it (8.1). All or none. Fails with
     * ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_OUTSIDE_ACCOUNT or INVALID_FIELD.
     * </pre>
     */
    public com.prorata.v1.RecordCasesResponse recordCases(com.prorata.v1.RecordCasesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRecordCasesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the cases of an account opened in a month, by case id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListCasesResponse listCases(com.prorata.v1.ListCasesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListCasesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the average response times of the owners of an account's plan in a month, per plan, version and priority, with
     * what is known now (8.1, 8.2). Fails with ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
     * </pre>
     */
    public com.prorata.v1.GetResponseTimesResponse getResponseTimes(com.prorata.v1.GetResponseTimesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetResponseTimesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Claims the support credit of a month and plan (8.3, 8.4). Of several owners of the account's plan in the month, the
     * first for whom a guarantee was missed and who has no credit yet has it. Fails with ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND,
     * MONTH_NOT_ENDED (now, or when it was received), NOT_PERMITTED (an earlier receive time is given by staff only),
     * CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
     * </pre>
     */
    public com.prorata.v1.ClaimSupportCreditResponse claimSupportCredit(com.prorata.v1.ClaimSupportCreditRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getClaimSupportCreditMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the support credits of the owners of an account's plan, the latest first. Fails with ACCOUNT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListSupportCreditsResponse listSupportCredits(com.prorata.v1.ListSupportCreditsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListSupportCreditsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Runs the month-end of the period that closes next, as if it ended with what is known now, and stores nothing but its
     * report: no closing is counted, and no write held off. It reads all that was recorded before it started, and of what is
     * recorded while it runs, what is there when a shard is calculated. It runs in the background: WatchRehearsal tells. Fails
     * with PERIOD_OUT_OF_ORDER, also while the closing of the period before runs or has owners set apart.
     * </pre>
     */
    public com.prorata.v1.RehearseClosingResponse rehearseClosing(com.prorata.v1.RehearseClosingRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRehearseClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the report of a rehearsal. Fails with REHEARSAL_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetRehearsalResponse getRehearsal(com.prorata.v1.GetRehearsalRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetRehearsalMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Follows a rehearsal: a snapshot at once and with every step, the last one when it is complete. Fails with
     * REHEARSAL_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, com.prorata.v1.WatchRehearsalResponse>
        watchRehearsal(com.prorata.v1.WatchRehearsalRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchRehearsalMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the rehearsals, the latest first.
     * </pre>
     */
    public com.prorata.v1.ListRehearsalsResponse listRehearsals(com.prorata.v1.ListRehearsalsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListRehearsalsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service BillingService.
   * <pre>
   * Usage, prices, charges and the month-end.
   * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
   * answered anew, its records as repeats. Lists come in pages as in PlanService.
   * </pre>
   */
  public static final class BillingServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<BillingServiceBlockingStub> {
    private BillingServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected BillingServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new BillingServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Records a batch of usage. The good records are kept, each refused one is named with its reason, and the answer comes
     * when what was kept is durable. Refused with ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_TOO_OLD,
     * MOMENT_OUTSIDE_ACCOUNT, CURRENCY_MISMATCH, PRICE_NOT_FOUND, EVENT_CONFLICT or INVALID_FIELD. The call fails with
     * OVERLOADED when too much is under way. Not atomic over records; safe to repeat.
     * </pre>
     */
    public com.prorata.v1.RecordUsageResponse recordUsage(com.prorata.v1.RecordUsageRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRecordUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the usage of an account in a period, by event id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListUsageResponse listUsage(com.prorata.v1.ListUsageRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Sums the usage of an account in a period, with or without its subaccounts, per day, product and account. It counts
     * everything acknowledged before the call; what is all voided has no row. Fails with ACCOUNT_NOT_FOUND, and with
     * INVALID_FIELD where the sums are more than a million.
     * </pre>
     */
    public com.prorata.v1.GetUsageSummaryResponse getUsageSummary(com.prorata.v1.GetUsageSummaryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetUsageSummaryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the products, by id.
     * </pre>
     */
    public com.prorata.v1.ListProductsResponse listProducts(com.prorata.v1.ListProductsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListProductsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a product, or changes its name and unit, and its stage and family from a period on (4.7). Fails with
     * PERIOD_CLOSED.
     * </pre>
     */
    public com.prorata.v1.PutProductResponse putProduct(com.prorata.v1.PutProductRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPutProductMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Publishes prices, each from the first day of a period on: one whose closing has not started, or a closed one that is
     * at most 12 periods before the current one, which the next closing settles (4.5, 6.5). Published again for the same
     * product, contract and period, the last holds. All or none. Fails with INVALID_FIELD for any price (no tier, bounds
     * that do not ascend, a number out of range, the same price twice), then with PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND or
     * PERIOD_CLOSED (closed, and earlier than that) for the first at fault; then likewise for the prices of Flex, of which
     * one in another currency than the store's is a CURRENCY_MISMATCH.
     * </pre>
     */
    public com.prorata.v1.PublishPricesResponse publishPrices(com.prorata.v1.PublishPricesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPublishPricesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the price book, or the own prices of a contract, by product and period. Fails with PRODUCT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListPricesResponse listPrices(com.prorata.v1.ListPricesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListPricesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Calculates what a top-level account is charged for a period, as a closing would, and stores nothing (6.4). Of the
     * period next to close: as if it ended with what is known now, with the adjustments and credits due. Of a closed one:
     * the adjustments it is due. The records come in pages, each of the moment it is asked for. Fails with
     * ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED, and with INVALID_PAGE_TOKEN
     * where the last record of the page before is not charged any more: then start again.
     * </pre>
     */
    public com.prorata.v1.PreviewChargesResponse previewCharges(com.prorata.v1.PreviewChargesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPreviewChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists charge records, by position in the feed. Fails with ACCOUNT_NOT_FOUND (the payer).
     * </pre>
     */
    public com.prorata.v1.ListChargesResponse listCharges(com.prorata.v1.ListChargesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a charge record. Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetChargeResponse getCharge(com.prorata.v1.GetChargeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetChargeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Explains a charge record in words and numbers (6.7). Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ExplainChargeResponse explainCharge(com.prorata.v1.ExplainChargeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getExplainChargeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Replays the feed of charge records from after a position, in order and without gaps, and follows it live if asked
     * to. Fails with UNKNOWN_CURSOR. Streams that follow have room of their own, and fail with OVERLOADED when it is full;
     * when the server stops they end with UNAVAILABLE: go on after the last_position received.
     * </pre>
     */
    public java.util.Iterator<com.prorata.v1.StreamChargesResponse> streamCharges(
        com.prorata.v1.StreamChargesRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getStreamChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Notes how far a named consumer has come in the feed; StreamCharges may begin there. Forward only; the same position
     * again is a repeat. Nothing is deleted. Fails with UNKNOWN_CURSOR or CURSOR_BACKWARD.
     * </pre>
     */
    public com.prorata.v1.AcknowledgeChargesResponse acknowledgeCharges(com.prorata.v1.AcknowledgeChargesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAcknowledgeChargesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Starts the closing of a period that has ended (6.1). A second request for the same period answers with the first
     * closing (6.2). Fails with PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
     * </pre>
     */
    public com.prorata.v1.StartClosingResponse startClosing(com.prorata.v1.StartClosingRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getStartClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a closing. Fails with CLOSING_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetClosingResponse getClosing(com.prorata.v1.GetClosingRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Follows a closing: a snapshot at once and with every step, the last one when it is closed or blocked, after its last
     * record is in the feed. Fails with CLOSING_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    public java.util.Iterator<com.prorata.v1.WatchClosingResponse> watchClosing(
        com.prorata.v1.WatchClosingRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the closings, the latest first.
     * </pre>
     */
    public com.prorata.v1.ListClosingsResponse listClosings(com.prorata.v1.ListClosingsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListClosingsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Calculates the owners set apart again, with what is known now (6.6). It runs in the background: WatchClosing tells.
     * Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public com.prorata.v1.RetryClosingFailuresResponse retryClosingFailures(com.prorata.v1.RetryClosingFailuresRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRetryClosingFailuresMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Releases the owners set apart, so that the next period may close; their charges come as its adjustments (6.6). Fails
     * with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public com.prorata.v1.ReleaseClosingFailuresResponse releaseClosingFailures(com.prorata.v1.ReleaseClosingFailuresRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReleaseClosingFailuresMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists who wrote what, the latest first.
     * </pre>
     */
    public com.prorata.v1.ListAuditEventsResponse listAuditEvents(com.prorata.v1.ListAuditEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListAuditEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Voids usage of an account in a period, by event id (4.4); what is voided already counts as repeated. All or none. Fails
     * with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.VoidUsageResponse voidUsage(com.prorata.v1.VoidUsageRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getVoidUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Corrects quantity and amount of usage of an account in a period, by event id; the last correction counts (4.4). All or
     * none. Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period), EVENT_NOT_FOUND, EVENT_VOIDED, CURRENCY_MISMATCH or
     * PRICE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.CorrectUsageResponse correctUsage(com.prorata.v1.CorrectUsageRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCorrectUsageMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records a batch of Flex activity: each event counts once, in any order, however late (7.7, 4.1 to 4.3). The good ones
     * are kept, each refused one is named with its reason: ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, MOMENT_IN_FUTURE,
     * MOMENT_TOO_OLD, MOMENT_OUTSIDE_ACCOUNT, EVENT_CONFLICT or INVALID_FIELD. Safe to repeat.
     * </pre>
     */
    public com.prorata.v1.RecordFlexActivityResponse recordFlexActivity(com.prorata.v1.RecordFlexActivityRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRecordFlexActivityMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Voids Flex activity of an account in a period, by event id; what is voided already counts as repeated. All or none.
     * Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.VoidFlexActivityResponse voidFlexActivity(com.prorata.v1.VoidFlexActivityRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getVoidFlexActivityMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Records support cases; a case sent again replaces what was known of it (8.1). All or none. Fails with
     * ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_OUTSIDE_ACCOUNT or INVALID_FIELD.
     * </pre>
     */
    public com.prorata.v1.RecordCasesResponse recordCases(com.prorata.v1.RecordCasesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRecordCasesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the cases of an account opened in a month, by case id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListCasesResponse listCases(com.prorata.v1.ListCasesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListCasesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the average response times of the owners of an account's plan in a month, per plan, version and priority, with
     * what is known now (8.1, 8.2). Fails with ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
     * </pre>
     */
    public com.prorata.v1.GetResponseTimesResponse getResponseTimes(com.prorata.v1.GetResponseTimesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetResponseTimesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Claims the support credit of a month and plan (8.3, 8.4). Of several owners of the account's plan in the month, the
     * first for whom a guarantee was missed and who has no credit yet has it. Fails with ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND,
     * MONTH_NOT_ENDED (now, or when it was received), NOT_PERMITTED (an earlier receive time is given by staff only),
     * CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
     * </pre>
     */
    public com.prorata.v1.ClaimSupportCreditResponse claimSupportCredit(com.prorata.v1.ClaimSupportCreditRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getClaimSupportCreditMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the support credits of the owners of an account's plan, the latest first. Fails with ACCOUNT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListSupportCreditsResponse listSupportCredits(com.prorata.v1.ListSupportCreditsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListSupportCreditsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Runs the month-end of the period that closes next, as if it ended with what is known now, and stores nothing but its
     * report: no closing is counted, and no write held off. It reads all that was recorded before it started, and of what is
     * recorded while it runs, what is there when a shard is calculated. It runs in the background: WatchRehearsal tells. Fails
     * with PERIOD_OUT_OF_ORDER, also while the closing of the period before runs or has owners set apart.
     * </pre>
     */
    public com.prorata.v1.RehearseClosingResponse rehearseClosing(com.prorata.v1.RehearseClosingRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRehearseClosingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the report of a rehearsal. Fails with REHEARSAL_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetRehearsalResponse getRehearsal(com.prorata.v1.GetRehearsalRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetRehearsalMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Follows a rehearsal: a snapshot at once and with every step, the last one when it is complete. Fails with
     * REHEARSAL_NOT_FOUND. It follows, as said of StreamCharges.
     * </pre>
     */
    public java.util.Iterator<com.prorata.v1.WatchRehearsalResponse> watchRehearsal(
        com.prorata.v1.WatchRehearsalRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchRehearsalMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the rehearsals, the latest first.
     * </pre>
     */
    public com.prorata.v1.ListRehearsalsResponse listRehearsals(com.prorata.v1.ListRehearsalsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListRehearsalsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service BillingService.
   * <pre>
   * Usage, prices, charges and the month-end.
   * Writes repeat by `request_id` as in PlanService; usage needs none, as each record is its own key: a batch sent again is
   * answered anew, its records as repeats. Lists come in pages as in PlanService.
   * </pre>
   */
  public static final class BillingServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<BillingServiceFutureStub> {
    private BillingServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected BillingServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new BillingServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Records a batch of usage. The good records are kept, each refused one is named with its reason, and the answer comes
     * when what was kept is durable. Refused with ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_TOO_OLD,
     * MOMENT_OUTSIDE_ACCOUNT, CURRENCY_MISMATCH, PRICE_NOT_FOUND, EVENT_CONFLICT or INVALID_FIELD. The call fails with
     * OVERLOADED when too much is under way. Not atomic over records; safe to repeat.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RecordUsageResponse> recordUsage(
        com.prorata.v1.RecordUsageRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRecordUsageMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the usage of an account in a period, by event id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListUsageResponse> listUsage(
        com.prorata.v1.ListUsageRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListUsageMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Sums the usage of an account in a period, with or without its subaccounts, per day, product and account. It counts
     * everything acknowledged before the call; what is all voided has no row. Fails with ACCOUNT_NOT_FOUND, and with
     * INVALID_FIELD where the sums are more than a million.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetUsageSummaryResponse> getUsageSummary(
        com.prorata.v1.GetUsageSummaryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetUsageSummaryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the products, by id.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListProductsResponse> listProducts(
        com.prorata.v1.ListProductsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListProductsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Makes a product, or changes its name and unit, and its stage and family from a period on (4.7). Fails with
     * PERIOD_CLOSED.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.PutProductResponse> putProduct(
        com.prorata.v1.PutProductRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPutProductMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Publishes prices, each from the first day of a period on: one whose closing has not started, or a closed one that is
     * at most 12 periods before the current one, which the next closing settles (4.5, 6.5). Published again for the same
     * product, contract and period, the last holds. All or none. Fails with INVALID_FIELD for any price (no tier, bounds
     * that do not ascend, a number out of range, the same price twice), then with PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND or
     * PERIOD_CLOSED (closed, and earlier than that) for the first at fault; then likewise for the prices of Flex, of which
     * one in another currency than the store's is a CURRENCY_MISMATCH.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.PublishPricesResponse> publishPrices(
        com.prorata.v1.PublishPricesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPublishPricesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the price book, or the own prices of a contract, by product and period. Fails with PRODUCT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListPricesResponse> listPrices(
        com.prorata.v1.ListPricesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListPricesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Calculates what a top-level account is charged for a period, as a closing would, and stores nothing (6.4). Of the
     * period next to close: as if it ended with what is known now, with the adjustments and credits due. Of a closed one:
     * the adjustments it is due. The records come in pages, each of the moment it is asked for. Fails with
     * ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED, and with INVALID_PAGE_TOKEN
     * where the last record of the page before is not charged any more: then start again.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.PreviewChargesResponse> previewCharges(
        com.prorata.v1.PreviewChargesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPreviewChargesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists charge records, by position in the feed. Fails with ACCOUNT_NOT_FOUND (the payer).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListChargesResponse> listCharges(
        com.prorata.v1.ListChargesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListChargesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a charge record. Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetChargeResponse> getCharge(
        com.prorata.v1.GetChargeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetChargeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Explains a charge record in words and numbers (6.7). Fails with CHARGE_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ExplainChargeResponse> explainCharge(
        com.prorata.v1.ExplainChargeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getExplainChargeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Notes how far a named consumer has come in the feed; StreamCharges may begin there. Forward only; the same position
     * again is a repeat. Nothing is deleted. Fails with UNKNOWN_CURSOR or CURSOR_BACKWARD.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.AcknowledgeChargesResponse> acknowledgeCharges(
        com.prorata.v1.AcknowledgeChargesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAcknowledgeChargesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Starts the closing of a period that has ended (6.1). A second request for the same period answers with the first
     * closing (6.2). Fails with PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.StartClosingResponse> startClosing(
        com.prorata.v1.StartClosingRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getStartClosingMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a closing. Fails with CLOSING_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetClosingResponse> getClosing(
        com.prorata.v1.GetClosingRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetClosingMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the closings, the latest first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListClosingsResponse> listClosings(
        com.prorata.v1.ListClosingsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListClosingsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Calculates the owners set apart again, with what is known now (6.6). It runs in the background: WatchClosing tells.
     * Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RetryClosingFailuresResponse> retryClosingFailures(
        com.prorata.v1.RetryClosingFailuresRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRetryClosingFailuresMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Releases the owners set apart, so that the next period may close; their charges come as its adjustments (6.6). Fails
     * with CLOSING_NOT_FOUND or NOTHING_SET_APART.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ReleaseClosingFailuresResponse> releaseClosingFailures(
        com.prorata.v1.ReleaseClosingFailuresRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReleaseClosingFailuresMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists who wrote what, the latest first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListAuditEventsResponse> listAuditEvents(
        com.prorata.v1.ListAuditEventsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListAuditEventsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Voids usage of an account in a period, by event id (4.4); what is voided already counts as repeated. All or none. Fails
     * with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.VoidUsageResponse> voidUsage(
        com.prorata.v1.VoidUsageRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getVoidUsageMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Corrects quantity and amount of usage of an account in a period, by event id; the last correction counts (4.4). All or
     * none. Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period), EVENT_NOT_FOUND, EVENT_VOIDED, CURRENCY_MISMATCH or
     * PRICE_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.CorrectUsageResponse> correctUsage(
        com.prorata.v1.CorrectUsageRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCorrectUsageMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Records a batch of Flex activity: each event counts once, in any order, however late (7.7, 4.1 to 4.3). The good ones
     * are kept, each refused one is named with its reason: ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, MOMENT_IN_FUTURE,
     * MOMENT_TOO_OLD, MOMENT_OUTSIDE_ACCOUNT, EVENT_CONFLICT or INVALID_FIELD. Safe to repeat.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RecordFlexActivityResponse> recordFlexActivity(
        com.prorata.v1.RecordFlexActivityRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRecordFlexActivityMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Voids Flex activity of an account in a period, by event id; what is voided already counts as repeated. All or none.
     * Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD (the period) or EVENT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.VoidFlexActivityResponse> voidFlexActivity(
        com.prorata.v1.VoidFlexActivityRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getVoidFlexActivityMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Records support cases; a case sent again replaces what was known of it (8.1). All or none. Fails with
     * ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_OUTSIDE_ACCOUNT or INVALID_FIELD.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RecordCasesResponse> recordCases(
        com.prorata.v1.RecordCasesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRecordCasesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the cases of an account opened in a month, by case id. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListCasesResponse> listCases(
        com.prorata.v1.ListCasesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListCasesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns the average response times of the owners of an account's plan in a month, per plan, version and priority, with
     * what is known now (8.1, 8.2). Fails with ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetResponseTimesResponse> getResponseTimes(
        com.prorata.v1.GetResponseTimesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetResponseTimesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Claims the support credit of a month and plan (8.3, 8.4). Of several owners of the account's plan in the month, the
     * first for whom a guarantee was missed and who has no credit yet has it. Fails with ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND,
     * MONTH_NOT_ENDED (now, or when it was received), NOT_PERMITTED (an earlier receive time is given by staff only),
     * CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ClaimSupportCreditResponse> claimSupportCredit(
        com.prorata.v1.ClaimSupportCreditRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getClaimSupportCreditMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the support credits of the owners of an account's plan, the latest first. Fails with ACCOUNT_NOT_FOUND or
     * CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListSupportCreditsResponse> listSupportCredits(
        com.prorata.v1.ListSupportCreditsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListSupportCreditsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Runs the month-end of the period that closes next, as if it ended with what is known now, and stores nothing but its
     * report: no closing is counted, and no write held off. It reads all that was recorded before it started, and of what is
     * recorded while it runs, what is there when a shard is calculated. It runs in the background: WatchRehearsal tells. Fails
     * with PERIOD_OUT_OF_ORDER, also while the closing of the period before runs or has owners set apart.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RehearseClosingResponse> rehearseClosing(
        com.prorata.v1.RehearseClosingRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRehearseClosingMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns the report of a rehearsal. Fails with REHEARSAL_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetRehearsalResponse> getRehearsal(
        com.prorata.v1.GetRehearsalRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetRehearsalMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the rehearsals, the latest first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListRehearsalsResponse> listRehearsals(
        com.prorata.v1.ListRehearsalsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListRehearsalsMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_RECORD_USAGE = 0;
  private static final int METHODID_LIST_USAGE = 1;
  private static final int METHODID_GET_USAGE_SUMMARY = 2;
  private static final int METHODID_LIST_PRODUCTS = 3;
  private static final int METHODID_PUT_PRODUCT = 4;
  private static final int METHODID_PUBLISH_PRICES = 5;
  private static final int METHODID_LIST_PRICES = 6;
  private static final int METHODID_PREVIEW_CHARGES = 7;
  private static final int METHODID_LIST_CHARGES = 8;
  private static final int METHODID_GET_CHARGE = 9;
  private static final int METHODID_EXPLAIN_CHARGE = 10;
  private static final int METHODID_STREAM_CHARGES = 11;
  private static final int METHODID_ACKNOWLEDGE_CHARGES = 12;
  private static final int METHODID_START_CLOSING = 13;
  private static final int METHODID_GET_CLOSING = 14;
  private static final int METHODID_WATCH_CLOSING = 15;
  private static final int METHODID_LIST_CLOSINGS = 16;
  private static final int METHODID_RETRY_CLOSING_FAILURES = 17;
  private static final int METHODID_RELEASE_CLOSING_FAILURES = 18;
  private static final int METHODID_LIST_AUDIT_EVENTS = 19;
  private static final int METHODID_VOID_USAGE = 20;
  private static final int METHODID_CORRECT_USAGE = 21;
  private static final int METHODID_RECORD_FLEX_ACTIVITY = 22;
  private static final int METHODID_VOID_FLEX_ACTIVITY = 23;
  private static final int METHODID_RECORD_CASES = 24;
  private static final int METHODID_LIST_CASES = 25;
  private static final int METHODID_GET_RESPONSE_TIMES = 26;
  private static final int METHODID_CLAIM_SUPPORT_CREDIT = 27;
  private static final int METHODID_LIST_SUPPORT_CREDITS = 28;
  private static final int METHODID_REHEARSE_CLOSING = 29;
  private static final int METHODID_GET_REHEARSAL = 30;
  private static final int METHODID_WATCH_REHEARSAL = 31;
  private static final int METHODID_LIST_REHEARSALS = 32;
  private static final int METHODID_STREAM_USAGE = 33;

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
        case METHODID_RECORD_USAGE:
          serviceImpl.recordUsage((com.prorata.v1.RecordUsageRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RecordUsageResponse>) responseObserver);
          break;
        case METHODID_LIST_USAGE:
          serviceImpl.listUsage((com.prorata.v1.ListUsageRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListUsageResponse>) responseObserver);
          break;
        case METHODID_GET_USAGE_SUMMARY:
          serviceImpl.getUsageSummary((com.prorata.v1.GetUsageSummaryRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetUsageSummaryResponse>) responseObserver);
          break;
        case METHODID_LIST_PRODUCTS:
          serviceImpl.listProducts((com.prorata.v1.ListProductsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListProductsResponse>) responseObserver);
          break;
        case METHODID_PUT_PRODUCT:
          serviceImpl.putProduct((com.prorata.v1.PutProductRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.PutProductResponse>) responseObserver);
          break;
        case METHODID_PUBLISH_PRICES:
          serviceImpl.publishPrices((com.prorata.v1.PublishPricesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.PublishPricesResponse>) responseObserver);
          break;
        case METHODID_LIST_PRICES:
          serviceImpl.listPrices((com.prorata.v1.ListPricesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListPricesResponse>) responseObserver);
          break;
        case METHODID_PREVIEW_CHARGES:
          serviceImpl.previewCharges((com.prorata.v1.PreviewChargesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.PreviewChargesResponse>) responseObserver);
          break;
        case METHODID_LIST_CHARGES:
          serviceImpl.listCharges((com.prorata.v1.ListChargesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListChargesResponse>) responseObserver);
          break;
        case METHODID_GET_CHARGE:
          serviceImpl.getCharge((com.prorata.v1.GetChargeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetChargeResponse>) responseObserver);
          break;
        case METHODID_EXPLAIN_CHARGE:
          serviceImpl.explainCharge((com.prorata.v1.ExplainChargeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ExplainChargeResponse>) responseObserver);
          break;
        case METHODID_STREAM_CHARGES:
          serviceImpl.streamCharges((com.prorata.v1.StreamChargesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.StreamChargesResponse>) responseObserver);
          break;
        case METHODID_ACKNOWLEDGE_CHARGES:
          serviceImpl.acknowledgeCharges((com.prorata.v1.AcknowledgeChargesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.AcknowledgeChargesResponse>) responseObserver);
          break;
        case METHODID_START_CLOSING:
          serviceImpl.startClosing((com.prorata.v1.StartClosingRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.StartClosingResponse>) responseObserver);
          break;
        case METHODID_GET_CLOSING:
          serviceImpl.getClosing((com.prorata.v1.GetClosingRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetClosingResponse>) responseObserver);
          break;
        case METHODID_WATCH_CLOSING:
          serviceImpl.watchClosing((com.prorata.v1.WatchClosingRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.WatchClosingResponse>) responseObserver);
          break;
        case METHODID_LIST_CLOSINGS:
          serviceImpl.listClosings((com.prorata.v1.ListClosingsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListClosingsResponse>) responseObserver);
          break;
        case METHODID_RETRY_CLOSING_FAILURES:
          serviceImpl.retryClosingFailures((com.prorata.v1.RetryClosingFailuresRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RetryClosingFailuresResponse>) responseObserver);
          break;
        case METHODID_RELEASE_CLOSING_FAILURES:
          serviceImpl.releaseClosingFailures((com.prorata.v1.ReleaseClosingFailuresRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ReleaseClosingFailuresResponse>) responseObserver);
          break;
        case METHODID_LIST_AUDIT_EVENTS:
          serviceImpl.listAuditEvents((com.prorata.v1.ListAuditEventsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListAuditEventsResponse>) responseObserver);
          break;
        case METHODID_VOID_USAGE:
          serviceImpl.voidUsage((com.prorata.v1.VoidUsageRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.VoidUsageResponse>) responseObserver);
          break;
        case METHODID_CORRECT_USAGE:
          serviceImpl.correctUsage((com.prorata.v1.CorrectUsageRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.CorrectUsageResponse>) responseObserver);
          break;
        case METHODID_RECORD_FLEX_ACTIVITY:
          serviceImpl.recordFlexActivity((com.prorata.v1.RecordFlexActivityRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RecordFlexActivityResponse>) responseObserver);
          break;
        case METHODID_VOID_FLEX_ACTIVITY:
          serviceImpl.voidFlexActivity((com.prorata.v1.VoidFlexActivityRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.VoidFlexActivityResponse>) responseObserver);
          break;
        case METHODID_RECORD_CASES:
          serviceImpl.recordCases((com.prorata.v1.RecordCasesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RecordCasesResponse>) responseObserver);
          break;
        case METHODID_LIST_CASES:
          serviceImpl.listCases((com.prorata.v1.ListCasesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListCasesResponse>) responseObserver);
          break;
        case METHODID_GET_RESPONSE_TIMES:
          serviceImpl.getResponseTimes((com.prorata.v1.GetResponseTimesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetResponseTimesResponse>) responseObserver);
          break;
        case METHODID_CLAIM_SUPPORT_CREDIT:
          serviceImpl.claimSupportCredit((com.prorata.v1.ClaimSupportCreditRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ClaimSupportCreditResponse>) responseObserver);
          break;
        case METHODID_LIST_SUPPORT_CREDITS:
          serviceImpl.listSupportCredits((com.prorata.v1.ListSupportCreditsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListSupportCreditsResponse>) responseObserver);
          break;
        case METHODID_REHEARSE_CLOSING:
          serviceImpl.rehearseClosing((com.prorata.v1.RehearseClosingRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RehearseClosingResponse>) responseObserver);
          break;
        case METHODID_GET_REHEARSAL:
          serviceImpl.getRehearsal((com.prorata.v1.GetRehearsalRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetRehearsalResponse>) responseObserver);
          break;
        case METHODID_WATCH_REHEARSAL:
          serviceImpl.watchRehearsal((com.prorata.v1.WatchRehearsalRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.WatchRehearsalResponse>) responseObserver);
          break;
        case METHODID_LIST_REHEARSALS:
          serviceImpl.listRehearsals((com.prorata.v1.ListRehearsalsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListRehearsalsResponse>) responseObserver);
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
        case METHODID_STREAM_USAGE:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.streamUsage(
              (io.grpc.stub.StreamObserver<com.prorata.v1.StreamUsageResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getRecordUsageMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RecordUsageRequest,
              com.prorata.v1.RecordUsageResponse>(
                service, METHODID_RECORD_USAGE)))
        .addMethod(
          getStreamUsageMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              com.prorata.v1.StreamUsageRequest,
              com.prorata.v1.StreamUsageResponse>(
                service, METHODID_STREAM_USAGE)))
        .addMethod(
          getListUsageMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListUsageRequest,
              com.prorata.v1.ListUsageResponse>(
                service, METHODID_LIST_USAGE)))
        .addMethod(
          getGetUsageSummaryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetUsageSummaryRequest,
              com.prorata.v1.GetUsageSummaryResponse>(
                service, METHODID_GET_USAGE_SUMMARY)))
        .addMethod(
          getListProductsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListProductsRequest,
              com.prorata.v1.ListProductsResponse>(
                service, METHODID_LIST_PRODUCTS)))
        .addMethod(
          getPutProductMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.PutProductRequest,
              com.prorata.v1.PutProductResponse>(
                service, METHODID_PUT_PRODUCT)))
        .addMethod(
          getPublishPricesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.PublishPricesRequest,
              com.prorata.v1.PublishPricesResponse>(
                service, METHODID_PUBLISH_PRICES)))
        .addMethod(
          getListPricesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListPricesRequest,
              com.prorata.v1.ListPricesResponse>(
                service, METHODID_LIST_PRICES)))
        .addMethod(
          getPreviewChargesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.PreviewChargesRequest,
              com.prorata.v1.PreviewChargesResponse>(
                service, METHODID_PREVIEW_CHARGES)))
        .addMethod(
          getListChargesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListChargesRequest,
              com.prorata.v1.ListChargesResponse>(
                service, METHODID_LIST_CHARGES)))
        .addMethod(
          getGetChargeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetChargeRequest,
              com.prorata.v1.GetChargeResponse>(
                service, METHODID_GET_CHARGE)))
        .addMethod(
          getExplainChargeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ExplainChargeRequest,
              com.prorata.v1.ExplainChargeResponse>(
                service, METHODID_EXPLAIN_CHARGE)))
        .addMethod(
          getStreamChargesMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              com.prorata.v1.StreamChargesRequest,
              com.prorata.v1.StreamChargesResponse>(
                service, METHODID_STREAM_CHARGES)))
        .addMethod(
          getAcknowledgeChargesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.AcknowledgeChargesRequest,
              com.prorata.v1.AcknowledgeChargesResponse>(
                service, METHODID_ACKNOWLEDGE_CHARGES)))
        .addMethod(
          getStartClosingMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.StartClosingRequest,
              com.prorata.v1.StartClosingResponse>(
                service, METHODID_START_CLOSING)))
        .addMethod(
          getGetClosingMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetClosingRequest,
              com.prorata.v1.GetClosingResponse>(
                service, METHODID_GET_CLOSING)))
        .addMethod(
          getWatchClosingMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              com.prorata.v1.WatchClosingRequest,
              com.prorata.v1.WatchClosingResponse>(
                service, METHODID_WATCH_CLOSING)))
        .addMethod(
          getListClosingsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListClosingsRequest,
              com.prorata.v1.ListClosingsResponse>(
                service, METHODID_LIST_CLOSINGS)))
        .addMethod(
          getRetryClosingFailuresMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RetryClosingFailuresRequest,
              com.prorata.v1.RetryClosingFailuresResponse>(
                service, METHODID_RETRY_CLOSING_FAILURES)))
        .addMethod(
          getReleaseClosingFailuresMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ReleaseClosingFailuresRequest,
              com.prorata.v1.ReleaseClosingFailuresResponse>(
                service, METHODID_RELEASE_CLOSING_FAILURES)))
        .addMethod(
          getListAuditEventsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListAuditEventsRequest,
              com.prorata.v1.ListAuditEventsResponse>(
                service, METHODID_LIST_AUDIT_EVENTS)))
        .addMethod(
          getVoidUsageMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.VoidUsageRequest,
              com.prorata.v1.VoidUsageResponse>(
                service, METHODID_VOID_USAGE)))
        .addMethod(
          getCorrectUsageMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.CorrectUsageRequest,
              com.prorata.v1.CorrectUsageResponse>(
                service, METHODID_CORRECT_USAGE)))
        .addMethod(
          getRecordFlexActivityMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RecordFlexActivityRequest,
              com.prorata.v1.RecordFlexActivityResponse>(
                service, METHODID_RECORD_FLEX_ACTIVITY)))
        .addMethod(
          getVoidFlexActivityMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.VoidFlexActivityRequest,
              com.prorata.v1.VoidFlexActivityResponse>(
                service, METHODID_VOID_FLEX_ACTIVITY)))
        .addMethod(
          getRecordCasesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RecordCasesRequest,
              com.prorata.v1.RecordCasesResponse>(
                service, METHODID_RECORD_CASES)))
        .addMethod(
          getListCasesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListCasesRequest,
              com.prorata.v1.ListCasesResponse>(
                service, METHODID_LIST_CASES)))
        .addMethod(
          getGetResponseTimesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetResponseTimesRequest,
              com.prorata.v1.GetResponseTimesResponse>(
                service, METHODID_GET_RESPONSE_TIMES)))
        .addMethod(
          getClaimSupportCreditMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ClaimSupportCreditRequest,
              com.prorata.v1.ClaimSupportCreditResponse>(
                service, METHODID_CLAIM_SUPPORT_CREDIT)))
        .addMethod(
          getListSupportCreditsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListSupportCreditsRequest,
              com.prorata.v1.ListSupportCreditsResponse>(
                service, METHODID_LIST_SUPPORT_CREDITS)))
        .addMethod(
          getRehearseClosingMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RehearseClosingRequest,
              com.prorata.v1.RehearseClosingResponse>(
                service, METHODID_REHEARSE_CLOSING)))
        .addMethod(
          getGetRehearsalMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetRehearsalRequest,
              com.prorata.v1.GetRehearsalResponse>(
                service, METHODID_GET_REHEARSAL)))
        .addMethod(
          getWatchRehearsalMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              com.prorata.v1.WatchRehearsalRequest,
              com.prorata.v1.WatchRehearsalResponse>(
                service, METHODID_WATCH_REHEARSAL)))
        .addMethod(
          getListRehearsalsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListRehearsalsRequest,
              com.prorata.v1.ListRehearsalsResponse>(
                service, METHODID_LIST_REHEARSALS)))
        .build();
  }

  private static abstract class BillingServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    BillingServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return com.prorata.v1.BillingServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("BillingService");
    }
  }

  private static final class BillingServiceFileDescriptorSupplier
      extends BillingServiceBaseDescriptorSupplier {
    BillingServiceFileDescriptorSupplier() {}
  }

  private static final class BillingServiceMethodDescriptorSupplier
      extends BillingServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    BillingServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (BillingServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new BillingServiceFileDescriptorSupplier())
              .addMethod(getRecordUsageMethod())
              .addMethod(getStreamUsageMethod())
              .addMethod(getListUsageMethod())
              .addMethod(getGetUsageSummaryMethod())
              .addMethod(getListProductsMethod())
              .addMethod(getPutProductMethod())
              .addMethod(getPublishPricesMethod())
              .addMethod(getListPricesMethod())
              .addMethod(getPreviewChargesMethod())
              .addMethod(getListChargesMethod())
              .addMethod(getGetChargeMethod())
              .addMethod(getExplainChargeMethod())
              .addMethod(getStreamChargesMethod())
              .addMethod(getAcknowledgeChargesMethod())
              .addMethod(getStartClosingMethod())
              .addMethod(getGetClosingMethod())
              .addMethod(getWatchClosingMethod())
              .addMethod(getListClosingsMethod())
              .addMethod(getRetryClosingFailuresMethod())
              .addMethod(getReleaseClosingFailuresMethod())
              .addMethod(getListAuditEventsMethod())
              .addMethod(getVoidUsageMethod())
              .addMethod(getCorrectUsageMethod())
              .addMethod(getRecordFlexActivityMethod())
              .addMethod(getVoidFlexActivityMethod())
              .addMethod(getRecordCasesMethod())
              .addMethod(getListCasesMethod())
              .addMethod(getGetResponseTimesMethod())
              .addMethod(getClaimSupportCreditMethod())
              .addMethod(getListSupportCreditsMethod())
              .addMethod(getRehearseClosingMethod())
              .addMethod(getGetRehearsalMethod())
              .addMethod(getWatchRehearsalMethod())
              .addMethod(getListRehearsalsMethod())
              .build();
        }
      }
    }
    return result;
  }
}

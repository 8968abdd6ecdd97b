package com.prorata.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Accounts, the catalogue of support plans, and who holds which plan.
 * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
 * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
 * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
 * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
 * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
 * Another page follows where, and only where, next_page_token is set.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class PlanServiceGrpc {

  private PlanServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "prorata.v1.PlanService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.CreateAccountRequest,
      com.prorata.v1.CreateAccountResponse> getCreateAccountMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateAccount",
      requestType = com.prorata.v1.CreateAccountRequest.class,
      responseType = com.prorata.v1.CreateAccountResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.CreateAccountRequest,
      com.prorata.v1.CreateAccountResponse> getCreateAccountMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.CreateAccountRequest, com.prorata.v1.CreateAccountResponse> getCreateAccountMethod;
    if ((getCreateAccountMethod = PlanServiceGrpc.getCreateAccountMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getCreateAccountMethod = PlanServiceGrpc.getCreateAccountMethod) == null) {
          PlanServiceGrpc.getCreateAccountMethod = getCreateAccountMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.CreateAccountRequest, com.prorata.v1.CreateAccountResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateAccount"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CreateAccountRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CreateAccountResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("CreateAccount"))
              .build();
        }
      }
    }
    return getCreateAccountMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetAccountRequest,
      com.prorata.v1.GetAccountResponse> getGetAccountMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetAccount",
      requestType = com.prorata.v1.GetAccountRequest.class,
      responseType = com.prorata.v1.GetAccountResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetAccountRequest,
      com.prorata.v1.GetAccountResponse> getGetAccountMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetAccountRequest, com.prorata.v1.GetAccountResponse> getGetAccountMethod;
    if ((getGetAccountMethod = PlanServiceGrpc.getGetAccountMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getGetAccountMethod = PlanServiceGrpc.getGetAccountMethod) == null) {
          PlanServiceGrpc.getGetAccountMethod = getGetAccountMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetAccountRequest, com.prorata.v1.GetAccountResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetAccount"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetAccountRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetAccountResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("GetAccount"))
              .build();
        }
      }
    }
    return getGetAccountMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListAccountsRequest,
      com.prorata.v1.ListAccountsResponse> getListAccountsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListAccounts",
      requestType = com.prorata.v1.ListAccountsRequest.class,
      responseType = com.prorata.v1.ListAccountsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListAccountsRequest,
      com.prorata.v1.ListAccountsResponse> getListAccountsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListAccountsRequest, com.prorata.v1.ListAccountsResponse> getListAccountsMethod;
    if ((getListAccountsMethod = PlanServiceGrpc.getListAccountsMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getListAccountsMethod = PlanServiceGrpc.getListAccountsMethod) == null) {
          PlanServiceGrpc.getListAccountsMethod = getListAccountsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListAccountsRequest, com.prorata.v1.ListAccountsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListAccounts"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListAccountsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListAccountsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ListAccounts"))
              .build();
        }
      }
    }
    return getListAccountsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.CloseAccountRequest,
      com.prorata.v1.CloseAccountResponse> getCloseAccountMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CloseAccount",
      requestType = com.prorata.v1.CloseAccountRequest.class,
      responseType = com.prorata.v1.CloseAccountResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.CloseAccountRequest,
      com.prorata.v1.CloseAccountResponse> getCloseAccountMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.CloseAccountRequest, com.prorata.v1.CloseAccountResponse> getCloseAccountMethod;
    if ((getCloseAccountMethod = PlanServiceGrpc.getCloseAccountMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getCloseAccountMethod = PlanServiceGrpc.getCloseAccountMethod) == null) {
          PlanServiceGrpc.getCloseAccountMethod = getCloseAccountMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.CloseAccountRequest, com.prorata.v1.CloseAccountResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CloseAccount"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CloseAccountRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CloseAccountResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("CloseAccount"))
              .build();
        }
      }
    }
    return getCloseAccountMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListPlansRequest,
      com.prorata.v1.ListPlansResponse> getListPlansMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListPlans",
      requestType = com.prorata.v1.ListPlansRequest.class,
      responseType = com.prorata.v1.ListPlansResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListPlansRequest,
      com.prorata.v1.ListPlansResponse> getListPlansMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListPlansRequest, com.prorata.v1.ListPlansResponse> getListPlansMethod;
    if ((getListPlansMethod = PlanServiceGrpc.getListPlansMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getListPlansMethod = PlanServiceGrpc.getListPlansMethod) == null) {
          PlanServiceGrpc.getListPlansMethod = getListPlansMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListPlansRequest, com.prorata.v1.ListPlansResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListPlans"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListPlansRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListPlansResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ListPlans"))
              .build();
        }
      }
    }
    return getListPlansMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetPlanRequest,
      com.prorata.v1.GetPlanResponse> getGetPlanMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetPlan",
      requestType = com.prorata.v1.GetPlanRequest.class,
      responseType = com.prorata.v1.GetPlanResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetPlanRequest,
      com.prorata.v1.GetPlanResponse> getGetPlanMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetPlanRequest, com.prorata.v1.GetPlanResponse> getGetPlanMethod;
    if ((getGetPlanMethod = PlanServiceGrpc.getGetPlanMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getGetPlanMethod = PlanServiceGrpc.getGetPlanMethod) == null) {
          PlanServiceGrpc.getGetPlanMethod = getGetPlanMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetPlanRequest, com.prorata.v1.GetPlanResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetPlan"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetPlanRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetPlanResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("GetPlan"))
              .build();
        }
      }
    }
    return getGetPlanMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetSubscriptionRequest,
      com.prorata.v1.GetSubscriptionResponse> getGetSubscriptionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetSubscription",
      requestType = com.prorata.v1.GetSubscriptionRequest.class,
      responseType = com.prorata.v1.GetSubscriptionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetSubscriptionRequest,
      com.prorata.v1.GetSubscriptionResponse> getGetSubscriptionMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetSubscriptionRequest, com.prorata.v1.GetSubscriptionResponse> getGetSubscriptionMethod;
    if ((getGetSubscriptionMethod = PlanServiceGrpc.getGetSubscriptionMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getGetSubscriptionMethod = PlanServiceGrpc.getGetSubscriptionMethod) == null) {
          PlanServiceGrpc.getGetSubscriptionMethod = getGetSubscriptionMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetSubscriptionRequest, com.prorata.v1.GetSubscriptionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetSubscription"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetSubscriptionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetSubscriptionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("GetSubscription"))
              .build();
        }
      }
    }
    return getGetSubscriptionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListSubscriptionsRequest,
      com.prorata.v1.ListSubscriptionsResponse> getListSubscriptionsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListSubscriptions",
      requestType = com.prorata.v1.ListSubscriptionsRequest.class,
      responseType = com.prorata.v1.ListSubscriptionsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListSubscriptionsRequest,
      com.prorata.v1.ListSubscriptionsResponse> getListSubscriptionsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListSubscriptionsRequest, com.prorata.v1.ListSubscriptionsResponse> getListSubscriptionsMethod;
    if ((getListSubscriptionsMethod = PlanServiceGrpc.getListSubscriptionsMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getListSubscriptionsMethod = PlanServiceGrpc.getListSubscriptionsMethod) == null) {
          PlanServiceGrpc.getListSubscriptionsMethod = getListSubscriptionsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListSubscriptionsRequest, com.prorata.v1.ListSubscriptionsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListSubscriptions"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListSubscriptionsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListSubscriptionsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ListSubscriptions"))
              .build();
        }
      }
    }
    return getListSubscriptionsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.PreviewPlanChangeRequest,
      com.prorata.v1.PreviewPlanChangeResponse> getPreviewPlanChangeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PreviewPlanChange",
      requestType = com.prorata.v1.PreviewPlanChangeRequest.class,
      responseType = com.prorata.v1.PreviewPlanChangeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.PreviewPlanChangeRequest,
      com.prorata.v1.PreviewPlanChangeResponse> getPreviewPlanChangeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.PreviewPlanChangeRequest, com.prorata.v1.PreviewPlanChangeResponse> getPreviewPlanChangeMethod;
    if ((getPreviewPlanChangeMethod = PlanServiceGrpc.getPreviewPlanChangeMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getPreviewPlanChangeMethod = PlanServiceGrpc.getPreviewPlanChangeMethod) == null) {
          PlanServiceGrpc.getPreviewPlanChangeMethod = getPreviewPlanChangeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.PreviewPlanChangeRequest, com.prorata.v1.PreviewPlanChangeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PreviewPlanChange"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PreviewPlanChangeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PreviewPlanChangeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("PreviewPlanChange"))
              .build();
        }
      }
    }
    return getPreviewPlanChangeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ChangePlanRequest,
      com.prorata.v1.ChangePlanResponse> getChangePlanMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ChangePlan",
      requestType = com.prorata.v1.ChangePlanRequest.class,
      responseType = com.prorata.v1.ChangePlanResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ChangePlanRequest,
      com.prorata.v1.ChangePlanResponse> getChangePlanMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ChangePlanRequest, com.prorata.v1.ChangePlanResponse> getChangePlanMethod;
    if ((getChangePlanMethod = PlanServiceGrpc.getChangePlanMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getChangePlanMethod = PlanServiceGrpc.getChangePlanMethod) == null) {
          PlanServiceGrpc.getChangePlanMethod = getChangePlanMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ChangePlanRequest, com.prorata.v1.ChangePlanResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ChangePlan"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangePlanRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangePlanResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ChangePlan"))
              .build();
        }
      }
    }
    return getChangePlanMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.WithdrawPlanChangeRequest,
      com.prorata.v1.WithdrawPlanChangeResponse> getWithdrawPlanChangeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WithdrawPlanChange",
      requestType = com.prorata.v1.WithdrawPlanChangeRequest.class,
      responseType = com.prorata.v1.WithdrawPlanChangeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.WithdrawPlanChangeRequest,
      com.prorata.v1.WithdrawPlanChangeResponse> getWithdrawPlanChangeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.WithdrawPlanChangeRequest, com.prorata.v1.WithdrawPlanChangeResponse> getWithdrawPlanChangeMethod;
    if ((getWithdrawPlanChangeMethod = PlanServiceGrpc.getWithdrawPlanChangeMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getWithdrawPlanChangeMethod = PlanServiceGrpc.getWithdrawPlanChangeMethod) == null) {
          PlanServiceGrpc.getWithdrawPlanChangeMethod = getWithdrawPlanChangeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.WithdrawPlanChangeRequest, com.prorata.v1.WithdrawPlanChangeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WithdrawPlanChange"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawPlanChangeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawPlanChangeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("WithdrawPlanChange"))
              .build();
        }
      }
    }
    return getWithdrawPlanChangeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.PublishPlanVersionRequest,
      com.prorata.v1.PublishPlanVersionResponse> getPublishPlanVersionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PublishPlanVersion",
      requestType = com.prorata.v1.PublishPlanVersionRequest.class,
      responseType = com.prorata.v1.PublishPlanVersionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.PublishPlanVersionRequest,
      com.prorata.v1.PublishPlanVersionResponse> getPublishPlanVersionMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.PublishPlanVersionRequest, com.prorata.v1.PublishPlanVersionResponse> getPublishPlanVersionMethod;
    if ((getPublishPlanVersionMethod = PlanServiceGrpc.getPublishPlanVersionMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getPublishPlanVersionMethod = PlanServiceGrpc.getPublishPlanVersionMethod) == null) {
          PlanServiceGrpc.getPublishPlanVersionMethod = getPublishPlanVersionMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.PublishPlanVersionRequest, com.prorata.v1.PublishPlanVersionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PublishPlanVersion"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PublishPlanVersionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.PublishPlanVersionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("PublishPlanVersion"))
              .build();
        }
      }
    }
    return getPublishPlanVersionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.CorrectPlanHistoryRequest,
      com.prorata.v1.CorrectPlanHistoryResponse> getCorrectPlanHistoryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CorrectPlanHistory",
      requestType = com.prorata.v1.CorrectPlanHistoryRequest.class,
      responseType = com.prorata.v1.CorrectPlanHistoryResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.CorrectPlanHistoryRequest,
      com.prorata.v1.CorrectPlanHistoryResponse> getCorrectPlanHistoryMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.CorrectPlanHistoryRequest, com.prorata.v1.CorrectPlanHistoryResponse> getCorrectPlanHistoryMethod;
    if ((getCorrectPlanHistoryMethod = PlanServiceGrpc.getCorrectPlanHistoryMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getCorrectPlanHistoryMethod = PlanServiceGrpc.getCorrectPlanHistoryMethod) == null) {
          PlanServiceGrpc.getCorrectPlanHistoryMethod = getCorrectPlanHistoryMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.CorrectPlanHistoryRequest, com.prorata.v1.CorrectPlanHistoryResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CorrectPlanHistory"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CorrectPlanHistoryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CorrectPlanHistoryResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("CorrectPlanHistory"))
              .build();
        }
      }
    }
    return getCorrectPlanHistoryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RequestPersonalizedPlanRequest,
      com.prorata.v1.RequestPersonalizedPlanResponse> getRequestPersonalizedPlanMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RequestPersonalizedPlan",
      requestType = com.prorata.v1.RequestPersonalizedPlanRequest.class,
      responseType = com.prorata.v1.RequestPersonalizedPlanResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RequestPersonalizedPlanRequest,
      com.prorata.v1.RequestPersonalizedPlanResponse> getRequestPersonalizedPlanMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RequestPersonalizedPlanRequest, com.prorata.v1.RequestPersonalizedPlanResponse> getRequestPersonalizedPlanMethod;
    if ((getRequestPersonalizedPlanMethod = PlanServiceGrpc.getRequestPersonalizedPlanMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getRequestPersonalizedPlanMethod = PlanServiceGrpc.getRequestPersonalizedPlanMethod) == null) {
          PlanServiceGrpc.getRequestPersonalizedPlanMethod = getRequestPersonalizedPlanMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RequestPersonalizedPlanRequest, com.prorata.v1.RequestPersonalizedPlanResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RequestPersonalizedPlan"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RequestPersonalizedPlanRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RequestPersonalizedPlanResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("RequestPersonalizedPlan"))
              .build();
        }
      }
    }
    return getRequestPersonalizedPlanMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListInquiriesRequest,
      com.prorata.v1.ListInquiriesResponse> getListInquiriesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListInquiries",
      requestType = com.prorata.v1.ListInquiriesRequest.class,
      responseType = com.prorata.v1.ListInquiriesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListInquiriesRequest,
      com.prorata.v1.ListInquiriesResponse> getListInquiriesMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListInquiriesRequest, com.prorata.v1.ListInquiriesResponse> getListInquiriesMethod;
    if ((getListInquiriesMethod = PlanServiceGrpc.getListInquiriesMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getListInquiriesMethod = PlanServiceGrpc.getListInquiriesMethod) == null) {
          PlanServiceGrpc.getListInquiriesMethod = getListInquiriesMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListInquiriesRequest, com.prorata.v1.ListInquiriesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListInquiries"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListInquiriesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListInquiriesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ListInquiries"))
              .build();
        }
      }
    }
    return getListInquiriesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ResolveInquiryRequest,
      com.prorata.v1.ResolveInquiryResponse> getResolveInquiryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResolveInquiry",
      requestType = com.prorata.v1.ResolveInquiryRequest.class,
      responseType = com.prorata.v1.ResolveInquiryResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ResolveInquiryRequest,
      com.prorata.v1.ResolveInquiryResponse> getResolveInquiryMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ResolveInquiryRequest, com.prorata.v1.ResolveInquiryResponse> getResolveInquiryMethod;
    if ((getResolveInquiryMethod = PlanServiceGrpc.getResolveInquiryMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getResolveInquiryMethod = PlanServiceGrpc.getResolveInquiryMethod) == null) {
          PlanServiceGrpc.getResolveInquiryMethod = getResolveInquiryMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ResolveInquiryRequest, com.prorata.v1.ResolveInquiryResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResolveInquiry"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ResolveInquiryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ResolveInquiryResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ResolveInquiry"))
              .build();
        }
      }
    }
    return getResolveInquiryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.CreateContractRequest,
      com.prorata.v1.CreateContractResponse> getCreateContractMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateContract",
      requestType = com.prorata.v1.CreateContractRequest.class,
      responseType = com.prorata.v1.CreateContractResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.CreateContractRequest,
      com.prorata.v1.CreateContractResponse> getCreateContractMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.CreateContractRequest, com.prorata.v1.CreateContractResponse> getCreateContractMethod;
    if ((getCreateContractMethod = PlanServiceGrpc.getCreateContractMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getCreateContractMethod = PlanServiceGrpc.getCreateContractMethod) == null) {
          PlanServiceGrpc.getCreateContractMethod = getCreateContractMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.CreateContractRequest, com.prorata.v1.CreateContractResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateContract"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CreateContractRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.CreateContractResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("CreateContract"))
              .build();
        }
      }
    }
    return getCreateContractMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetContractRequest,
      com.prorata.v1.GetContractResponse> getGetContractMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetContract",
      requestType = com.prorata.v1.GetContractRequest.class,
      responseType = com.prorata.v1.GetContractResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetContractRequest,
      com.prorata.v1.GetContractResponse> getGetContractMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetContractRequest, com.prorata.v1.GetContractResponse> getGetContractMethod;
    if ((getGetContractMethod = PlanServiceGrpc.getGetContractMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getGetContractMethod = PlanServiceGrpc.getGetContractMethod) == null) {
          PlanServiceGrpc.getGetContractMethod = getGetContractMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetContractRequest, com.prorata.v1.GetContractResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetContract"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetContractRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetContractResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("GetContract"))
              .build();
        }
      }
    }
    return getGetContractMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ListContractsRequest,
      com.prorata.v1.ListContractsResponse> getListContractsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListContracts",
      requestType = com.prorata.v1.ListContractsRequest.class,
      responseType = com.prorata.v1.ListContractsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ListContractsRequest,
      com.prorata.v1.ListContractsResponse> getListContractsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ListContractsRequest, com.prorata.v1.ListContractsResponse> getListContractsMethod;
    if ((getListContractsMethod = PlanServiceGrpc.getListContractsMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getListContractsMethod = PlanServiceGrpc.getListContractsMethod) == null) {
          PlanServiceGrpc.getListContractsMethod = getListContractsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ListContractsRequest, com.prorata.v1.ListContractsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListContracts"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListContractsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ListContractsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ListContracts"))
              .build();
        }
      }
    }
    return getListContractsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.AddContractMemberRequest,
      com.prorata.v1.AddContractMemberResponse> getAddContractMemberMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AddContractMember",
      requestType = com.prorata.v1.AddContractMemberRequest.class,
      responseType = com.prorata.v1.AddContractMemberResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.AddContractMemberRequest,
      com.prorata.v1.AddContractMemberResponse> getAddContractMemberMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.AddContractMemberRequest, com.prorata.v1.AddContractMemberResponse> getAddContractMemberMethod;
    if ((getAddContractMemberMethod = PlanServiceGrpc.getAddContractMemberMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getAddContractMemberMethod = PlanServiceGrpc.getAddContractMemberMethod) == null) {
          PlanServiceGrpc.getAddContractMemberMethod = getAddContractMemberMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.AddContractMemberRequest, com.prorata.v1.AddContractMemberResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AddContractMember"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AddContractMemberRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AddContractMemberResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("AddContractMember"))
              .build();
        }
      }
    }
    return getAddContractMemberMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.RemoveContractMemberRequest,
      com.prorata.v1.RemoveContractMemberResponse> getRemoveContractMemberMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RemoveContractMember",
      requestType = com.prorata.v1.RemoveContractMemberRequest.class,
      responseType = com.prorata.v1.RemoveContractMemberResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.RemoveContractMemberRequest,
      com.prorata.v1.RemoveContractMemberResponse> getRemoveContractMemberMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.RemoveContractMemberRequest, com.prorata.v1.RemoveContractMemberResponse> getRemoveContractMemberMethod;
    if ((getRemoveContractMemberMethod = PlanServiceGrpc.getRemoveContractMemberMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getRemoveContractMemberMethod = PlanServiceGrpc.getRemoveContractMemberMethod) == null) {
          PlanServiceGrpc.getRemoveContractMemberMethod = getRemoveContractMemberMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.RemoveContractMemberRequest, com.prorata.v1.RemoveContractMemberResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RemoveContractMember"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RemoveContractMemberRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.RemoveContractMemberResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("RemoveContractMember"))
              .build();
        }
      }
    }
    return getRemoveContractMemberMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.WithdrawMembershipChangeRequest,
      com.prorata.v1.WithdrawMembershipChangeResponse> getWithdrawMembershipChangeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WithdrawMembershipChange",
      requestType = com.prorata.v1.WithdrawMembershipChangeRequest.class,
      responseType = com.prorata.v1.WithdrawMembershipChangeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.WithdrawMembershipChangeRequest,
      com.prorata.v1.WithdrawMembershipChangeResponse> getWithdrawMembershipChangeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.WithdrawMembershipChangeRequest, com.prorata.v1.WithdrawMembershipChangeResponse> getWithdrawMembershipChangeMethod;
    if ((getWithdrawMembershipChangeMethod = PlanServiceGrpc.getWithdrawMembershipChangeMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getWithdrawMembershipChangeMethod = PlanServiceGrpc.getWithdrawMembershipChangeMethod) == null) {
          PlanServiceGrpc.getWithdrawMembershipChangeMethod = getWithdrawMembershipChangeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.WithdrawMembershipChangeRequest, com.prorata.v1.WithdrawMembershipChangeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WithdrawMembershipChange"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawMembershipChangeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawMembershipChangeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("WithdrawMembershipChange"))
              .build();
        }
      }
    }
    return getWithdrawMembershipChangeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ChangeContractPlanRequest,
      com.prorata.v1.ChangeContractPlanResponse> getChangeContractPlanMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ChangeContractPlan",
      requestType = com.prorata.v1.ChangeContractPlanRequest.class,
      responseType = com.prorata.v1.ChangeContractPlanResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ChangeContractPlanRequest,
      com.prorata.v1.ChangeContractPlanResponse> getChangeContractPlanMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ChangeContractPlanRequest, com.prorata.v1.ChangeContractPlanResponse> getChangeContractPlanMethod;
    if ((getChangeContractPlanMethod = PlanServiceGrpc.getChangeContractPlanMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getChangeContractPlanMethod = PlanServiceGrpc.getChangeContractPlanMethod) == null) {
          PlanServiceGrpc.getChangeContractPlanMethod = getChangeContractPlanMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ChangeContractPlanRequest, com.prorata.v1.ChangeContractPlanResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ChangeContractPlan"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangeContractPlanRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangeContractPlanResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ChangeContractPlan"))
              .build();
        }
      }
    }
    return getChangeContractPlanMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.WithdrawContractPlanChangeRequest,
      com.prorata.v1.WithdrawContractPlanChangeResponse> getWithdrawContractPlanChangeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WithdrawContractPlanChange",
      requestType = com.prorata.v1.WithdrawContractPlanChangeRequest.class,
      responseType = com.prorata.v1.WithdrawContractPlanChangeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.WithdrawContractPlanChangeRequest,
      com.prorata.v1.WithdrawContractPlanChangeResponse> getWithdrawContractPlanChangeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.WithdrawContractPlanChangeRequest, com.prorata.v1.WithdrawContractPlanChangeResponse> getWithdrawContractPlanChangeMethod;
    if ((getWithdrawContractPlanChangeMethod = PlanServiceGrpc.getWithdrawContractPlanChangeMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getWithdrawContractPlanChangeMethod = PlanServiceGrpc.getWithdrawContractPlanChangeMethod) == null) {
          PlanServiceGrpc.getWithdrawContractPlanChangeMethod = getWithdrawContractPlanChangeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.WithdrawContractPlanChangeRequest, com.prorata.v1.WithdrawContractPlanChangeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WithdrawContractPlanChange"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawContractPlanChangeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawContractPlanChangeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("WithdrawContractPlanChange"))
              .build();
        }
      }
    }
    return getWithdrawContractPlanChangeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ChangeContractPayerRequest,
      com.prorata.v1.ChangeContractPayerResponse> getChangeContractPayerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ChangeContractPayer",
      requestType = com.prorata.v1.ChangeContractPayerRequest.class,
      responseType = com.prorata.v1.ChangeContractPayerResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ChangeContractPayerRequest,
      com.prorata.v1.ChangeContractPayerResponse> getChangeContractPayerMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ChangeContractPayerRequest, com.prorata.v1.ChangeContractPayerResponse> getChangeContractPayerMethod;
    if ((getChangeContractPayerMethod = PlanServiceGrpc.getChangeContractPayerMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getChangeContractPayerMethod = PlanServiceGrpc.getChangeContractPayerMethod) == null) {
          PlanServiceGrpc.getChangeContractPayerMethod = getChangeContractPayerMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ChangeContractPayerRequest, com.prorata.v1.ChangeContractPayerResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ChangeContractPayer"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangeContractPayerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangeContractPayerResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ChangeContractPayer"))
              .build();
        }
      }
    }
    return getChangeContractPayerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.EndContractRequest,
      com.prorata.v1.EndContractResponse> getEndContractMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "EndContract",
      requestType = com.prorata.v1.EndContractRequest.class,
      responseType = com.prorata.v1.EndContractResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.EndContractRequest,
      com.prorata.v1.EndContractResponse> getEndContractMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.EndContractRequest, com.prorata.v1.EndContractResponse> getEndContractMethod;
    if ((getEndContractMethod = PlanServiceGrpc.getEndContractMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getEndContractMethod = PlanServiceGrpc.getEndContractMethod) == null) {
          PlanServiceGrpc.getEndContractMethod = getEndContractMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.EndContractRequest, com.prorata.v1.EndContractResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "EndContract"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.EndContractRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.EndContractResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("EndContract"))
              .build();
        }
      }
    }
    return getEndContractMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetEntitlementsRequest,
      com.prorata.v1.GetEntitlementsResponse> getGetEntitlementsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetEntitlements",
      requestType = com.prorata.v1.GetEntitlementsRequest.class,
      responseType = com.prorata.v1.GetEntitlementsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetEntitlementsRequest,
      com.prorata.v1.GetEntitlementsResponse> getGetEntitlementsMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetEntitlementsRequest, com.prorata.v1.GetEntitlementsResponse> getGetEntitlementsMethod;
    if ((getGetEntitlementsMethod = PlanServiceGrpc.getGetEntitlementsMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getGetEntitlementsMethod = PlanServiceGrpc.getGetEntitlementsMethod) == null) {
          PlanServiceGrpc.getGetEntitlementsMethod = getGetEntitlementsMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetEntitlementsRequest, com.prorata.v1.GetEntitlementsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetEntitlements"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetEntitlementsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetEntitlementsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("GetEntitlements"))
              .build();
        }
      }
    }
    return getGetEntitlementsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.AddFlexInstanceRequest,
      com.prorata.v1.AddFlexInstanceResponse> getAddFlexInstanceMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AddFlexInstance",
      requestType = com.prorata.v1.AddFlexInstanceRequest.class,
      responseType = com.prorata.v1.AddFlexInstanceResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.AddFlexInstanceRequest,
      com.prorata.v1.AddFlexInstanceResponse> getAddFlexInstanceMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.AddFlexInstanceRequest, com.prorata.v1.AddFlexInstanceResponse> getAddFlexInstanceMethod;
    if ((getAddFlexInstanceMethod = PlanServiceGrpc.getAddFlexInstanceMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getAddFlexInstanceMethod = PlanServiceGrpc.getAddFlexInstanceMethod) == null) {
          PlanServiceGrpc.getAddFlexInstanceMethod = getAddFlexInstanceMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.AddFlexInstanceRequest, com.prorata.v1.AddFlexInstanceResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AddFlexInstance"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AddFlexInstanceRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.AddFlexInstanceResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("AddFlexInstance"))
              .build();
        }
      }
    }
    return getAddFlexInstanceMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.GetFlexInstanceRequest,
      com.prorata.v1.GetFlexInstanceResponse> getGetFlexInstanceMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetFlexInstance",
      requestType = com.prorata.v1.GetFlexInstanceRequest.class,
      responseType = com.prorata.v1.GetFlexInstanceResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.GetFlexInstanceRequest,
      com.prorata.v1.GetFlexInstanceResponse> getGetFlexInstanceMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.GetFlexInstanceRequest, com.prorata.v1.GetFlexInstanceResponse> getGetFlexInstanceMethod;
    if ((getGetFlexInstanceMethod = PlanServiceGrpc.getGetFlexInstanceMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getGetFlexInstanceMethod = PlanServiceGrpc.getGetFlexInstanceMethod) == null) {
          PlanServiceGrpc.getGetFlexInstanceMethod = getGetFlexInstanceMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.GetFlexInstanceRequest, com.prorata.v1.GetFlexInstanceResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetFlexInstance"))
              .setSafe(true)
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetFlexInstanceRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.GetFlexInstanceResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("GetFlexInstance"))
              .build();
        }
      }
    }
    return getGetFlexInstanceMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.ChangeFlexPricingRequest,
      com.prorata.v1.ChangeFlexPricingResponse> getChangeFlexPricingMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ChangeFlexPricing",
      requestType = com.prorata.v1.ChangeFlexPricingRequest.class,
      responseType = com.prorata.v1.ChangeFlexPricingResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.ChangeFlexPricingRequest,
      com.prorata.v1.ChangeFlexPricingResponse> getChangeFlexPricingMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.ChangeFlexPricingRequest, com.prorata.v1.ChangeFlexPricingResponse> getChangeFlexPricingMethod;
    if ((getChangeFlexPricingMethod = PlanServiceGrpc.getChangeFlexPricingMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getChangeFlexPricingMethod = PlanServiceGrpc.getChangeFlexPricingMethod) == null) {
          PlanServiceGrpc.getChangeFlexPricingMethod = getChangeFlexPricingMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.ChangeFlexPricingRequest, com.prorata.v1.ChangeFlexPricingResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ChangeFlexPricing"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangeFlexPricingRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.ChangeFlexPricingResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("ChangeFlexPricing"))
              .build();
        }
      }
    }
    return getChangeFlexPricingMethod;
  }

  private static volatile io.grpc.MethodDescriptor<com.prorata.v1.WithdrawFlexPricingChangeRequest,
      com.prorata.v1.WithdrawFlexPricingChangeResponse> getWithdrawFlexPricingChangeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WithdrawFlexPricingChange",
      requestType = com.prorata.v1.WithdrawFlexPricingChangeRequest.class,
      responseType = com.prorata.v1.WithdrawFlexPricingChangeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<com.prorata.v1.WithdrawFlexPricingChangeRequest,
      com.prorata.v1.WithdrawFlexPricingChangeResponse> getWithdrawFlexPricingChangeMethod() {
    io.grpc.MethodDescriptor<com.prorata.v1.WithdrawFlexPricingChangeRequest, com.prorata.v1.WithdrawFlexPricingChangeResponse> getWithdrawFlexPricingChangeMethod;
    if ((getWithdrawFlexPricingChangeMethod = PlanServiceGrpc.getWithdrawFlexPricingChangeMethod) == null) {
      synchronized (PlanServiceGrpc.class) {
        if ((getWithdrawFlexPricingChangeMethod = PlanServiceGrpc.getWithdrawFlexPricingChangeMethod) == null) {
          PlanServiceGrpc.getWithdrawFlexPricingChangeMethod = getWithdrawFlexPricingChangeMethod =
              io.grpc.MethodDescriptor.<com.prorata.v1.WithdrawFlexPricingChangeRequest, com.prorata.v1.WithdrawFlexPricingChangeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WithdrawFlexPricingChange"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawFlexPricingChangeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.prorata.v1.WithdrawFlexPricingChangeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PlanServiceMethodDescriptorSupplier("WithdrawFlexPricingChange"))
              .build();
        }
      }
    }
    return getWithdrawFlexPricingChangeMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static PlanServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PlanServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PlanServiceStub>() {
        @java.lang.Override
        public PlanServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PlanServiceStub(channel, callOptions);
        }
      };
    return PlanServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static PlanServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PlanServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PlanServiceBlockingV2Stub>() {
        @java.lang.Override
        public PlanServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PlanServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return PlanServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static PlanServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PlanServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PlanServiceBlockingStub>() {
        @java.lang.Override
        public PlanServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PlanServiceBlockingStub(channel, callOptions);
        }
      };
    return PlanServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static PlanServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PlanServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PlanServiceFutureStub>() {
        @java.lang.Override
        public PlanServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PlanServiceFutureStub(channel, callOptions);
        }
      };
    return PlanServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Accounts, the catalogue of support plans, and who holds which plan.
   * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
   * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
   * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
   * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
   * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
   * Another page follows where, and only where, next_page_token is set.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Creates an account. A top-level account gets the developer plan from its creation day on (3.1); a subaccount has its
     * parent's plan. Fails with ACCOUNT_EXISTS, ACCOUNT_NOT_FOUND (the parent), PARENT_IS_SUBACCOUNT, ACCOUNT_CLOSED (the
     * parent), DAY_OUT_OF_RANGE, PERIOD_CLOSED, SUBACCOUNT_WITH_FLEX or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    default void createAccount(com.prorata.v1.CreateAccountRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CreateAccountResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateAccountMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns an account. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void getAccount(com.prorata.v1.GetAccountRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetAccountResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetAccountMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists accounts, by SID: all, or the subaccounts of one. Fails with ACCOUNT_NOT_FOUND (the parent).
     * </pre>
     */
    default void listAccounts(com.prorata.v1.ListAccountsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListAccountsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListAccountsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Closes an account from a day on, tomorrow at the earliest (3.1): its plan ends, its pending changes from that day on
     * are dropped, its membership of a contract ends, and its subaccounts close with it. It is not reopened. Fails with
     * ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED (it pays for a contract on a day from then on).
     * </pre>
     */
    default void closeAccount(com.prorata.v1.CloseAccountRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CloseAccountResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCloseAccountMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the catalogue in the caller's language (2.2). Needs no account.
     * </pre>
     */
    default void listPlans(com.prorata.v1.ListPlansRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListPlansResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListPlansMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns one plan of the catalogue. Fails with PLAN_NOT_FOUND.
     * </pre>
     */
    default void getPlan(com.prorata.v1.GetPlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetPlanResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetPlanMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns the plan an account has on a day, since when, by which owner, and what is pending (3.12). For a subaccount it
     * is its parent's. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void getSubscription(com.prorata.v1.GetSubscriptionRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetSubscriptionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetSubscriptionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the runs of days on which an account's owner held or will hold a plan, by start day, as recorded up to a
     * moment. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void listSubscriptions(com.prorata.v1.ListSubscriptionsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListSubscriptionsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListSubscriptionsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Shows what ChangePlan would do and cost, and stores nothing. The records come in pages, each of the moment it is asked
     * for. Fails as ChangePlan does, and with INVALID_PAGE_TOKEN where the last record of the page before is not charged any
     * more: then start again.
     * </pre>
     */
    default void previewPlanChange(com.prorata.v1.PreviewPlanChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PreviewPlanChangeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPreviewPlanChangeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes the plan of a top-level account from a day on (3.2 to 3.6), today or at most 366 days ahead. Fails with, in
     * this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, PLAN_BY_INQUIRY, CHANGE_PENDING, CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT,
     * ACCOUNT_IN_CONTRACT (to staff, where self-service is told CONTACT_SUPPORT: a contract's plan is held on that day),
     * PLAN_ALREADY_HELD or PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    default void changePlan(com.prorata.v1.ChangePlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangePlanResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getChangePlanMethod(), responseObserver);
    }

    /**
     * <pre>
     * Withdraws the pending change of a top-level account, until its day comes (3.5). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
     * </pre>
     */
    default void withdrawPlanChange(com.prorata.v1.WithdrawPlanChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawPlanChangeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWithdrawPlanChangeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Publishes a version of a plan that takes effect tomorrow or later, one per plan and day; earlier days keep the version
     * they had (2.3). Fails with PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
     * </pre>
     */
    default void publishPlanVersion(com.prorata.v1.PublishPlanVersionRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PublishPlanVersionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPublishPlanVersionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Corrects the past (3.9): on the days given the owner held the plan given, other days stay; nothing is overwritten, and
     * closed periods are settled by the next closing. Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED,
     * CONTRACT_NOT_IN_FORCE or ACCOUNT_IN_CONTRACT.
     * </pre>
     */
    default void correctPlanHistory(com.prorata.v1.CorrectPlanHistoryRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CorrectPlanHistoryResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCorrectPlanHistoryMethod(), responseObserver);
    }

    /**
     * <pre>
     * Opens an inquiry for a plan that is not self-service, with contact details (3.7). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT,
     * PLAN_ALREADY_HELD or INQUIRY_OPEN.
     * </pre>
     */
    default void requestPersonalizedPlan(com.prorata.v1.RequestPersonalizedPlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RequestPersonalizedPlanResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRequestPersonalizedPlanMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists inquiries, the latest first. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void listInquiries(com.prorata.v1.ListInquiriesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListInquiriesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListInquiriesMethod(), responseObserver);
    }

    /**
     * <pre>
     * Activates an inquiry, which is a change of plan with a start day that replaces a pending one, or declines it (3.7).
     * Fails with INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and when activated as ChangePlan does for staff.
     * </pre>
     */
    default void resolveInquiry(com.prorata.v1.ResolveInquiryRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ResolveInquiryResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResolveInquiryMethod(), responseObserver);
    }

    /**
     * <pre>
     * Creates a contract over top-level accounts, which join on its first day: today, at most 366 days ahead, or an earlier
     * day within the reach of corrections (3.10, 3.9). Fails with CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * NOT_A_MEMBER (the payer, which must be a member on every day), and for each member as AddContractMember does.
     * </pre>
     */
    default void createContract(com.prorata.v1.CreateContractRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CreateContractResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateContractMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns a contract as it is on a day, as recorded up to a moment. Fails with CONTRACT_NOT_FOUND.
     * </pre>
     */
    default void getContract(com.prorata.v1.GetContractRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetContractResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetContractMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists contracts, by SID. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void listContracts(com.prorata.v1.ListContractsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListContractsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListContractsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Adds a top-level account to a contract from a day on (3.10). Its own plan ends, and a pending change whose day is not
     * before that day is withdrawn. Leaving one contract on the day of joining another is one move: it is enough to join.
     * Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT (this one, or for a later stretch another) or
     * PAYER_REQUIRED (in the contract it leaves).
     * </pre>
     */
    default void addContractMember(com.prorata.v1.AddContractMemberRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AddContractMemberResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAddContractMemberMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a membership from a day on; the account falls back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
     * </pre>
     */
    default void removeContractMember(com.prorata.v1.RemoveContractMemberRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RemoveContractMemberResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRemoveContractMemberMethod(), responseObserver);
    }

    /**
     * <pre>
     * Withdraws the joining or the leaving of an account that is still to come; the joining, where both are. The plan that
     * the joining was to end goes on; after a move from another contract the leaving of that one stays. Fails with
     * CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT (it joins another by then) or
     * PAYER_REQUIRED.
     * </pre>
     */
    default void withdrawMembershipChange(com.prorata.v1.WithdrawMembershipChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawMembershipChangeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWithdrawMembershipChangeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes the plan of a contract, or its own price, from a day on (3.2 to 3.5, 2.4). Fails with CONTRACT_NOT_FOUND,
     * PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE, CHANGE_PENDING, PLAN_ALREADY_HELD (at the same price) or
     * PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    default void changeContractPlan(com.prorata.v1.ChangeContractPlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangeContractPlanResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getChangeContractPlanMethod(), responseObserver);
    }

    /**
     * <pre>
     * Withdraws the pending change of a contract's plan (3.5). Fails with CONTRACT_NOT_FOUND or NO_PENDING_CHANGE.
     * </pre>
     */
    default void withdrawContractPlanChange(com.prorata.v1.WithdrawContractPlanChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawContractPlanChangeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWithdrawContractPlanChangeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Makes a member the payer from a day on, in place of every payer recorded for later days; the day may be in the past
     * (3.10, 3.9). Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or NOT_A_MEMBER
     * (it must be one on every day from then on).
     * </pre>
     */
    default void changeContractPayer(com.prorata.v1.ChangeContractPayerRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangeContractPayerResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getChangeContractPayerMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a contract from a day on: its members fall back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
     * </pre>
     */
    default void endContract(com.prorata.v1.EndContractRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.EndContractResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getEndContractMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns what an account may use of support on a day, in a language (2.1, 2.2, 3.3). Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    default void getEntitlements(com.prorata.v1.GetEntitlementsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetEntitlementsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetEntitlementsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Adds a Flex instance to an account that has none, from today on (7.1, 7.4, 7.6). Fails with ACCOUNT_NOT_FOUND,
     * ACCOUNT_CLOSED, FLEX_INSTANCE_EXISTS or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    default void addFlexInstance(com.prorata.v1.AddFlexInstanceRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AddFlexInstanceResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAddFlexInstanceMethod(), responseObserver);
    }

    /**
     * <pre>
     * Returns the Flex instance of an account. Fails with ACCOUNT_NOT_FOUND or FLEX_INSTANCE_NOT_FOUND.
     * </pre>
     */
    default void getFlexInstance(com.prorata.v1.GetFlexInstanceRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetFlexInstanceResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetFlexInstanceMethod(), responseObserver);
    }

    /**
     * <pre>
     * Switches the pricing model of a Flex instance on the first day of the next month (7.7, 7.4 to 7.6); a pending switch is
     * replaced. Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, ACCOUNT_CLOSED, FLEX_MODEL_ALREADY_HELD or
     * FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    default void changeFlexPricing(com.prorata.v1.ChangeFlexPricingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangeFlexPricingResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getChangeFlexPricingMethod(), responseObserver);
    }

    /**
     * <pre>
     * Withdraws the pending switch of a Flex instance (7.7). Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND or
     * NO_FLEX_CHANGE.
     * </pre>
     */
    default void withdrawFlexPricingChange(com.prorata.v1.WithdrawFlexPricingChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawFlexPricingChangeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWithdrawFlexPricingChangeMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service PlanService.
   * <pre>
   * Accounts, the catalogue of support plans, and who holds which plan.
   * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
   * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
   * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
   * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
   * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
   * Another page follows where, and only where, next_page_token is set.
   * </pre>
   */
  public static abstract class PlanServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return PlanServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service PlanService.
   * <pre>
   * Accounts, the catalogue of support plans, and who holds which plan.
   * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
   * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
   * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
   * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
   * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
   * Another page follows where, and only where, next_page_token is set.
   * </pre>
   */
  public static final class PlanServiceStub
      extends io.grpc.stub.AbstractAsyncStub<PlanServiceStub> {
    private PlanServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PlanServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PlanServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an account. A top-level account gets the developer plan from its creation day on (3.1); a subaccount has its
     * parent's plan. Fails with ACCOUNT_EXISTS, ACCOUNT_NOT_FOUND (the parent), PARENT_IS_SUBACCOUNT, ACCOUNT_CLOSED (the
     * parent), DAY_OUT_OF_RANGE, PERIOD_CLOSED, SUBACCOUNT_WITH_FLEX or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public void createAccount(com.prorata.v1.CreateAccountRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CreateAccountResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateAccountMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns an account. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void getAccount(com.prorata.v1.GetAccountRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetAccountResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetAccountMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists accounts, by SID: all, or the subaccounts of one. Fails with ACCOUNT_NOT_FOUND (the parent).
     * </pre>
     */
    public void listAccounts(com.prorata.v1.ListAccountsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListAccountsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListAccountsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Closes an account from a day on, tomorrow at the earliest (3.1): its plan ends, its pending changes from that day on
     * are dropped, its membership of a contract ends, and its subaccounts close with it. It is not reopened. Fails with
     * ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED (it pays for a contract on a day from then on).
     * </pre>
     */
    public void closeAccount(com.prorata.v1.CloseAccountRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CloseAccountResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCloseAccountMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the catalogue in the caller's language (2.2). Needs no account.
     * </pre>
     */
    public void listPlans(com.prorata.v1.ListPlansRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListPlansResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListPlansMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns one plan of the catalogue. Fails with PLAN_NOT_FOUND.
     * </pre>
     */
    public void getPlan(com.prorata.v1.GetPlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetPlanResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetPlanMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns the plan an account has on a day, since when, by which owner, and what is pending (3.12). For a subaccount it
     * is its parent's. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void getSubscription(com.prorata.v1.GetSubscriptionRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetSubscriptionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetSubscriptionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the runs of days on which an account's owner held or will hold a plan, by start day, as recorded up to a
     * moment. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void listSubscriptions(com.prorata.v1.ListSubscriptionsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListSubscriptionsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListSubscriptionsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Shows what ChangePlan would do and cost, and stores nothing. The records come in pages, each of the moment it is asked
     * for. Fails as ChangePlan does, and with INVALID_PAGE_TOKEN where the last record of the page before is not charged any
     * more: then start again.
     * </pre>
     */
    public void previewPlanChange(com.prorata.v1.PreviewPlanChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PreviewPlanChangeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPreviewPlanChangeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes the plan of a top-level account from a day on (3.2 to 3.6), today or at most 366 days ahead. Fails with, in
     * this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, PLAN_BY_INQUIRY, CHANGE_PENDING, CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT,
     * ACCOUNT_IN_CONTRACT (to staff, where self-service is told CONTACT_SUPPORT: a contract's plan is held on that day),
     * PLAN_ALREADY_HELD or PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public void changePlan(com.prorata.v1.ChangePlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangePlanResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getChangePlanMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Withdraws the pending change of a top-level account, until its day comes (3.5). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
     * </pre>
     */
    public void withdrawPlanChange(com.prorata.v1.WithdrawPlanChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawPlanChangeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getWithdrawPlanChangeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Publishes a version of a plan that takes effect tomorrow or later, one per plan and day; earlier days keep the version
     * they had (2.3). Fails with PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
     * </pre>
     */
    public void publishPlanVersion(com.prorata.v1.PublishPlanVersionRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.PublishPlanVersionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPublishPlanVersionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Corrects the past (3.9): on the days given the owner held the plan given, other days stay; nothing is overwritten, and
     * closed periods are settled by the next closing. Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED,
     * CONTRACT_NOT_IN_FORCE or ACCOUNT_IN_CONTRACT.
     * </pre>
     */
    public void correctPlanHistory(com.prorata.v1.CorrectPlanHistoryRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CorrectPlanHistoryResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCorrectPlanHistoryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Opens an inquiry for a plan that is not self-service, with contact details (3.7). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT,
     * PLAN_ALREADY_HELD or INQUIRY_OPEN.
     * </pre>
     */
    public void requestPersonalizedPlan(com.prorata.v1.RequestPersonalizedPlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RequestPersonalizedPlanResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRequestPersonalizedPlanMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists inquiries, the latest first. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void listInquiries(com.prorata.v1.ListInquiriesRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListInquiriesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListInquiriesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Activates an inquiry, which is a change of plan with a start day that replaces a pending one, or declines it (3.7).
     * Fails with INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and when activated as ChangePlan does for staff.
     * </pre>
     */
    public void resolveInquiry(com.prorata.v1.ResolveInquiryRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ResolveInquiryResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResolveInquiryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Creates a contract over top-level accounts, which join on its first day: today, at most 366 days ahead, or an earlier
     * day within the reach of corrections (3.10, 3.9). Fails with CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * NOT_A_MEMBER (the payer, which must be a member on every day), and for each member as AddContractMember does.
     * </pre>
     */
    public void createContract(com.prorata.v1.CreateContractRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.CreateContractResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateContractMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns a contract as it is on a day, as recorded up to a moment. Fails with CONTRACT_NOT_FOUND.
     * </pre>
     */
    public void getContract(com.prorata.v1.GetContractRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetContractResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetContractMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists contracts, by SID. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void listContracts(com.prorata.v1.ListContractsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ListContractsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListContractsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Adds a top-level account to a contract from a day on (3.10). Its own plan ends, and a pending change whose day is not
     * before that day is withdrawn. Leaving one contract on the day of joining another is one move: it is enough to join.
     * Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT (this one, or for a later stretch another) or
     * PAYER_REQUIRED (in the contract it leaves).
     * </pre>
     */
    public void addContractMember(com.prorata.v1.AddContractMemberRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AddContractMemberResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAddContractMemberMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a membership from a day on; the account falls back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
     * </pre>
     */
    public void removeContractMember(com.prorata.v1.RemoveContractMemberRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.RemoveContractMemberResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRemoveContractMemberMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Withdraws the joining or the leaving of an account that is still to come; the joining, where both are. The plan that
     * the joining was to end goes on; after a move from another contract the leaving of that one stays. Fails with
     * CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT (it joins another by then) or
     * PAYER_REQUIRED.
     * </pre>
     */
    public void withdrawMembershipChange(com.prorata.v1.WithdrawMembershipChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawMembershipChangeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getWithdrawMembershipChangeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes the plan of a contract, or its own price, from a day on (3.2 to 3.5, 2.4). Fails with CONTRACT_NOT_FOUND,
     * PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE, CHANGE_PENDING, PLAN_ALREADY_HELD (at the same price) or
     * PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public void changeContractPlan(com.prorata.v1.ChangeContractPlanRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangeContractPlanResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getChangeContractPlanMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Withdraws the pending change of a contract's plan (3.5). Fails with CONTRACT_NOT_FOUND or NO_PENDING_CHANGE.
     * </pre>
     */
    public void withdrawContractPlanChange(com.prorata.v1.WithdrawContractPlanChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawContractPlanChangeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getWithdrawContractPlanChangeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Makes a member the payer from a day on, in place of every payer recorded for later days; the day may be in the past
     * (3.10, 3.9). Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or NOT_A_MEMBER
     * (it must be one on every day from then on).
     * </pre>
     */
    public void changeContractPayer(com.prorata.v1.ChangeContractPayerRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangeContractPayerResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getChangeContractPayerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a contract from a day on: its members fall back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
     * </pre>
     */
    public void endContract(com.prorata.v1.EndContractRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.EndContractResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getEndContractMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns what an account may use of support on a day, in a language (2.1, 2.2, 3.3). Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public void getEntitlements(com.prorata.v1.GetEntitlementsRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetEntitlementsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetEntitlementsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Adds a Flex instance to an account that has none, from today on (7.1, 7.4, 7.6). Fails with ACCOUNT_NOT_FOUND,
     * ACCOUNT_CLOSED, FLEX_INSTANCE_EXISTS or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public void addFlexInstance(com.prorata.v1.AddFlexInstanceRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.AddFlexInstanceResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAddFlexInstanceMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Returns the Flex instance of an account. Fails with ACCOUNT_NOT_FOUND or FLEX_INSTANCE_NOT_FOUND.
     * </pre>
     */
    public void getFlexInstance(com.prorata.v1.GetFlexInstanceRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.GetFlexInstanceResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetFlexInstanceMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Switches the pricing model of a Flex instance on the first day of the next month (7.7, 7.4 to 7.6); a pending switch is
     * replaced. Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, ACCOUNT_CLOSED, FLEX_MODEL_ALREADY_HELD or
     * FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public void changeFlexPricing(com.prorata.v1.ChangeFlexPricingRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.ChangeFlexPricingResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getChangeFlexPricingMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Withdraws the pending switch of a Flex instance (7.7). Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND or
     * NO_FLEX_CHANGE.
     * </pre>
     */
    public void withdrawFlexPricingChange(com.prorata.v1.WithdrawFlexPricingChangeRequest request,
        io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawFlexPricingChangeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getWithdrawFlexPricingChangeMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service PlanService.
   * <pre>
   * Accounts, the catalogue of support plans, and who holds which plan.
   * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
   * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
   * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
   * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
   * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
   * Another page follows where, and only where, next_page_token is set.
   * </pre>
   */
  public static final class PlanServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<PlanServiceBlockingV2Stub> {
    private PlanServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PlanServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PlanServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an account. A top-level account gets the developer plan from its creation day on (3.1); a subaccount has its
     * parent's plan. Fails with ACCOUNT_EXISTS, ACCOUNT_NOT_FOUND (the parent), PARENT_IS_SUBACCOUNT, ACCOUNT_CLOSED (the
     * parent), DAY_OUT_OF_RANGE, PERIOD_CLOSED, SUBACCOUNT_WITH_FLEX or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.prorata.v1.CreateAccountResponse createAccount(com.prorata.v1.CreateAccountRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateAccountMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns an account. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetAccountResponse getAccount(com.prorata.v1.GetAccountRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetAccountMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists accounts, by SID: all, or the subaccounts of one. Fails with ACCOUNT_NOT_FOUND (the parent).
     * </pre>
     */
    public com.prorata.v1.ListAccountsResponse listAccounts(com.prorata.v1.ListAccountsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListAccountsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Closes an account from a day on, tomorrow at the earliest (3.1): its plan ends, its pending changes from that day on
     * are dropped, its membership of a contract ends, and its subaccounts close with it. It is not reopened. Fails with
     * ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED (it pays for a contract on a day from then on).
     * </pre>
     */
    public com.prorata.v1.CloseAccountResponse closeAccount(com.prorata.v1.CloseAccountRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCloseAccountMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the catalogue in the caller's language (2.2). Needs no account.
     * </pre>
     */
    public com.prorata.v1.ListPlansResponse listPlans(com.prorata.v1.ListPlansRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListPlansMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one plan of the catalogue. Fails with PLAN_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetPlanResponse getPlan(com.prorata.v1.GetPlanRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetPlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the plan an account has on a day, since when, by which owner, and what is pending (3.12). For a subaccount it
     * is its parent's. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetSubscriptionResponse getSubscription(com.prorata.v1.GetSubscriptionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetSubscriptionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the runs of days on which an account's owner held or will hold a plan, by start day, as recorded up to a
     * moment. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListSubscriptionsResponse listSubscriptions(com.prorata.v1.ListSubscriptionsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListSubscriptionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Shows what ChangePlan would do and cost, and stores nothing. The records come in pages, each of the moment it is asked
     * for. Fails as ChangePlan does, and with INVALID_PAGE_TOKEN where the last record of the page before is not charged any
     * more: then start again.
     * </pre>
     */
    public com.prorata.v1.PreviewPlanChangeResponse previewPlanChange(com.prorata.v1.PreviewPlanChangeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPreviewPlanChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the plan of a top-level account from a day on (3.2 to 3.6), today or at most 366 days ahead. Fails with, in
     * this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, PLAN_BY_INQUIRY, CHANGE_PENDING, CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT,
     * ACCOUNT_IN_CONTRACT (to staff, where self-service is told CONTACT_SUPPORT: a contract's plan is held on that day),
     * PLAN_ALREADY_HELD or PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public com.prorata.v1.ChangePlanResponse changePlan(com.prorata.v1.ChangePlanRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getChangePlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the pending change of a top-level account, until its day comes (3.5). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
     * </pre>
     */
    public com.prorata.v1.WithdrawPlanChangeResponse withdrawPlanChange(com.prorata.v1.WithdrawPlanChangeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getWithdrawPlanChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Publishes a version of a plan that takes effect tomorrow or later, one per plan and day; earlier days keep the version
     * they had (2.3). Fails with PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
     * </pre>
     */
    public com.prorata.v1.PublishPlanVersionResponse publishPlanVersion(com.prorata.v1.PublishPlanVersionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPublishPlanVersionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Corrects the past (3.9): on the days given the owner held the plan given, other days stay; nothing is overwritten, and
     * closed periods are settled by the next closing. Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED,
     * CONTRACT_NOT_IN_FORCE or ACCOUNT_IN_CONTRACT.
     * </pre>
     */
    public com.prorata.v1.CorrectPlanHistoryResponse correctPlanHistory(com.prorata.v1.CorrectPlanHistoryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCorrectPlanHistoryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Opens an inquiry for a plan that is not self-service, with contact details (3.7). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT,
     * PLAN_ALREADY_HELD or INQUIRY_OPEN.
     * </pre>
     */
    public com.prorata.v1.RequestPersonalizedPlanResponse requestPersonalizedPlan(com.prorata.v1.RequestPersonalizedPlanRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRequestPersonalizedPlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists inquiries, the latest first. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListInquiriesResponse listInquiries(com.prorata.v1.ListInquiriesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListInquiriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Activates an inquiry, which is a change of plan with a start day that replaces a pending one, or declines it (3.7).
     * Fails with INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and when activated as ChangePlan does for staff.
     * </pre>
     */
    public com.prorata.v1.ResolveInquiryResponse resolveInquiry(com.prorata.v1.ResolveInquiryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResolveInquiryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Creates a contract over top-level accounts, which join on its first day: today, at most 366 days ahead, or an earlier
     * day within the reach of corrections (3.10, 3.9). Fails with CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * NOT_A_MEMBER (the payer, which must be a member on every day), and for each member as AddContractMember does.
     * </pre>
     */
    public com.prorata.v1.CreateContractResponse createContract(com.prorata.v1.CreateContractRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateContractMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a contract as it is on a day, as recorded up to a moment. Fails with CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetContractResponse getContract(com.prorata.v1.GetContractRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetContractMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists contracts, by SID. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListContractsResponse listContracts(com.prorata.v1.ListContractsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListContractsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Adds a top-level account to a contract from a day on (3.10). Its own plan ends, and a pending change whose day is not
     * before that day is withdrawn. Leaving one contract on the day of joining another is one move: it is enough to join.
     * Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT (this one, or for a later stretch another) or
     * PAYER_REQUIRED (in the contract it leaves).
     * </pre>
     */
    public com.prorata.v1.AddContractMemberResponse addContractMember(com.prorata.v1.AddContractMemberRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAddContractMemberMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a membership from a day on; the account falls back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
     * </pre>
     */
    public com.prorata.v1.RemoveContractMemberResponse removeContractMember(com.prorata.v1.RemoveContractMemberRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRemoveContractMemberMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the joining or the leaving of an account that is still to come; the joining, where both are. The plan that
     * the joining was to end goes on; after a move from another contract the leaving of that one stays. Fails with
     * CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT (it joins another by then) or
     * PAYER_REQUIRED.
     * </pre>
     */
    public com.prorata.v1.WithdrawMembershipChangeResponse withdrawMembershipChange(com.prorata.v1.WithdrawMembershipChangeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getWithdrawMembershipChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the plan of a contract, or its own price, from a day on (3.2 to 3.5, 2.4). Fails with CONTRACT_NOT_FOUND,
     * PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE, CHANGE_PENDING, PLAN_ALREADY_HELD (at the same price) or
     * PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public com.prorata.v1.ChangeContractPlanResponse changeContractPlan(com.prorata.v1.ChangeContractPlanRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getChangeContractPlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the pending change of a contract's plan (3.5). Fails with CONTRACT_NOT_FOUND or NO_PENDING_CHANGE.
     * </pre>
     */
    public com.prorata.v1.WithdrawContractPlanChangeResponse withdrawContractPlanChange(com.prorata.v1.WithdrawContractPlanChangeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getWithdrawContractPlanChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a member the payer from a day on, in place of every payer recorded for later days; the day may be in the past
     * (3.10, 3.9). Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or NOT_A_MEMBER
     * (it must be one on every day from then on).
     * </pre>
     */
    public com.prorata.v1.ChangeContractPayerResponse changeContractPayer(com.prorata.v1.ChangeContractPayerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getChangeContractPayerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a contract from a day on: its members fall back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
     * </pre>
     */
    public com.prorata.v1.EndContractResponse endContract(com.prorata.v1.EndContractRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getEndContractMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns what an account may use of support on a day, in a language (2.1, 2.2, 3.3). Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetEntitlementsResponse getEntitlements(com.prorata.v1.GetEntitlementsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetEntitlementsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Adds a Flex instance to an account that has none, from today on (7.1, 7.4, 7.6). Fails with ACCOUNT_NOT_FOUND,
     * ACCOUNT_CLOSED, FLEX_INSTANCE_EXISTS or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.prorata.v1.AddFlexInstanceResponse addFlexInstance(com.prorata.v1.AddFlexInstanceRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAddFlexInstanceMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the Flex instance of an account. Fails with ACCOUNT_NOT_FOUND or FLEX_INSTANCE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetFlexInstanceResponse getFlexInstance(com.prorata.v1.GetFlexInstanceRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetFlexInstanceMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Switches the pricing model of a Flex instance on the first day of the next month (7.7, 7.4 to 7.6); a pending switch is
     * replaced. Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, ACCOUNT_CLOSED, FLEX_MODEL_ALREADY_HELD or
     * FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.prorata.v1.ChangeFlexPricingResponse changeFlexPricing(com.prorata.v1.ChangeFlexPricingRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getChangeFlexPricingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the pending switch of a Flex instance (7.7). Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND or
     * NO_FLEX_CHANGE.
     * </pre>
     */
    public com.prorata.v1.WithdrawFlexPricingChangeResponse withdrawFlexPricingChange(com.prorata.v1.WithdrawFlexPricingChangeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getWithdrawFlexPricingChangeMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service PlanService.
   * <pre>
   * Accounts, the catalogue of support plans, and who holds which plan.
   * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
   * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
   * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
   * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
   * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
   * Another page follows where, and only where, next_page_token is set.
   * </pre>
   */
  public static final class PlanServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<PlanServiceBlockingStub> {
    private PlanServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PlanServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PlanServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an account. A top-level account gets the developer plan from its creation day on (3.1); a subaccount has its
     * parent's plan. Fails with ACCOUNT_EXISTS, ACCOUNT_NOT_FOUND (the parent), PARENT_IS_SUBACCOUNT, ACCOUNT_CLOSED (the
     * parent), DAY_OUT_OF_RANGE, PERIOD_CLOSED, SUBACCOUNT_WITH_FLEX or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.prorata.v1.CreateAccountResponse createAccount(com.prorata.v1.CreateAccountRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateAccountMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns an account. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetAccountResponse getAccount(com.prorata.v1.GetAccountRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetAccountMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists accounts, by SID: all, or the subaccounts of one. Fails with ACCOUNT_NOT_FOUND (the parent).
     * </pre>
     */
    public com.prorata.v1.ListAccountsResponse listAccounts(com.prorata.v1.ListAccountsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListAccountsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Closes an account from a day on, tomorrow at the earliest (3.1): its plan ends, its pending changes from that day on
     * are dropped, its membership of a contract ends, and its subaccounts close with it. It is not reopened. Fails with
     * ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED (it pays for a contract on a day from then on).
     * </pre>
     */
    public com.prorata.v1.CloseAccountResponse closeAccount(com.prorata.v1.CloseAccountRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCloseAccountMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the catalogue in the caller's language (2.2). Needs no account.
     * </pre>
     */
    public com.prorata.v1.ListPlansResponse listPlans(com.prorata.v1.ListPlansRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListPlansMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns one plan of the catalogue. Fails with PLAN_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetPlanResponse getPlan(com.prorata.v1.GetPlanRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetPlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the plan an account has on a day, since when, by which owner, and what is pending (3.12). For a subaccount it
     * is its parent's. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetSubscriptionResponse getSubscription(com.prorata.v1.GetSubscriptionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetSubscriptionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the runs of days on which an account's owner held or will hold a plan, by start day, as recorded up to a
     * moment. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListSubscriptionsResponse listSubscriptions(com.prorata.v1.ListSubscriptionsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListSubscriptionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Shows what ChangePlan would do and cost, and stores nothing. The records come in pages, each of the moment it is asked
     * for. Fails as ChangePlan does, and with INVALID_PAGE_TOKEN where the last record of the page before is not charged any
     * more: then start again.
     * </pre>
     */
    public com.prorata.v1.PreviewPlanChangeResponse previewPlanChange(com.prorata.v1.PreviewPlanChangeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPreviewPlanChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the plan of a top-level account from a day on (3.2 to 3.6), today or at most 366 days ahead. Fails with, in
     * this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, PLAN_BY_INQUIRY, CHANGE_PENDING, CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT,
     * ACCOUNT_IN_CONTRACT (to staff, where self-service is told CONTACT_SUPPORT: a contract's plan is held on that day),
     * PLAN_ALREADY_HELD or PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public com.prorata.v1.ChangePlanResponse changePlan(com.prorata.v1.ChangePlanRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getChangePlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the pending change of a top-level account, until its day comes (3.5). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
     * </pre>
     */
    public com.prorata.v1.WithdrawPlanChangeResponse withdrawPlanChange(com.prorata.v1.WithdrawPlanChangeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getWithdrawPlanChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Publishes a version of a plan that takes effect tomorrow or later, one per plan and day; earlier days keep the version
     * they had (2.3). Fails with PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
     * </pre>
     */
    public com.prorata.v1.PublishPlanVersionResponse publishPlanVersion(com.prorata.v1.PublishPlanVersionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPublishPlanVersionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Corrects the past (3.9): on the days given the owner held the plan given, other days stay; nothing is overwritten, and
     * closed periods are settled by the next closing. Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED,
     * CONTRACT_NOT_IN_FORCE or ACCOUNT_IN_CONTRACT.
     * </pre>
     */
    public com.prorata.v1.CorrectPlanHistoryResponse correctPlanHistory(com.prorata.v1.CorrectPlanHistoryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCorrectPlanHistoryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Opens an inquiry for a plan that is not self-service, with contact details (3.7). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT,
     * PLAN_ALREADY_HELD or INQUIRY_OPEN.
     * </pre>
     */
    public com.prorata.v1.RequestPersonalizedPlanResponse requestPersonalizedPlan(com.prorata.v1.RequestPersonalizedPlanRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRequestPersonalizedPlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists inquiries, the latest first. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListInquiriesResponse listInquiries(com.prorata.v1.ListInquiriesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListInquiriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Activates an inquiry, which is a change of plan with a start day that replaces a pending one, or declines it (3.7).
     * Fails with INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and when activated as ChangePlan does for staff.
     * </pre>
     */
    public com.prorata.v1.ResolveInquiryResponse resolveInquiry(com.prorata.v1.ResolveInquiryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResolveInquiryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Creates a contract over top-level accounts, which join on its first day: today, at most 366 days ahead, or an earlier
     * day within the reach of corrections (3.10, 3.9). Fails with CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * NOT_A_MEMBER (the payer, which must be a member on every day), and for each member as AddContractMember does.
     * </pre>
     */
    public com.prorata.v1.CreateContractResponse createContract(com.prorata.v1.CreateContractRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateContractMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns a contract as it is on a day, as recorded up to a moment. Fails with CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetContractResponse getContract(com.prorata.v1.GetContractRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetContractMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists contracts, by SID. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.ListContractsResponse listContracts(com.prorata.v1.ListContractsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListContractsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Adds a top-level account to a contract from a day on (3.10). Its own plan ends, and a pending change whose day is not
     * before that day is withdrawn. Leaving one contract on the day of joining another is one move: it is enough to join.
     * Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT (this one, or for a later stretch another) or
     * PAYER_REQUIRED (in the contract it leaves).
     * </pre>
     */
    public com.prorata.v1.AddContractMemberResponse addContractMember(com.prorata.v1.AddContractMemberRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAddContractMemberMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a membership from a day on; the account falls back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
     * </pre>
     */
    public com.prorata.v1.RemoveContractMemberResponse removeContractMember(com.prorata.v1.RemoveContractMemberRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRemoveContractMemberMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the joining or the leaving of an account that is still to come; the joining, where both are. The plan that
     * the joining was to end goes on; after a move from another contract the leaving of that one stays. Fails with
     * CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT (it joins another by then) or
     * PAYER_REQUIRED.
     * </pre>
     */
    public com.prorata.v1.WithdrawMembershipChangeResponse withdrawMembershipChange(com.prorata.v1.WithdrawMembershipChangeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getWithdrawMembershipChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the plan of a contract, or its own price, from a day on (3.2 to 3.5, 2.4). Fails with CONTRACT_NOT_FOUND,
     * PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE, CHANGE_PENDING, PLAN_ALREADY_HELD (at the same price) or
     * PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public com.prorata.v1.ChangeContractPlanResponse changeContractPlan(com.prorata.v1.ChangeContractPlanRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getChangeContractPlanMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the pending change of a contract's plan (3.5). Fails with CONTRACT_NOT_FOUND or NO_PENDING_CHANGE.
     * </pre>
     */
    public com.prorata.v1.WithdrawContractPlanChangeResponse withdrawContractPlanChange(com.prorata.v1.WithdrawContractPlanChangeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getWithdrawContractPlanChangeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a member the payer from a day on, in place of every payer recorded for later days; the day may be in the past
     * (3.10, 3.9). Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or NOT_A_MEMBER
     * (it must be one on every day from then on).
     * </pre>
     */
    public com.prorata.v1.ChangeContractPayerResponse changeContractPayer(com.prorata.v1.ChangeContractPayerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getChangeContractPayerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a contract from a day on: its members fall back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
     * </pre>
     */
    public com.prorata.v1.EndContractResponse endContract(com.prorata.v1.EndContractRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getEndContractMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns what an account may use of support on a day, in a language (2.1, 2.2, 3.3). Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetEntitlementsResponse getEntitlements(com.prorata.v1.GetEntitlementsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetEntitlementsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Adds a Flex instance to an account that has none, from today on (7.1, 7.4, 7.6). Fails with ACCOUNT_NOT_FOUND,
     * ACCOUNT_CLOSED, FLEX_INSTANCE_EXISTS or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.prorata.v1.AddFlexInstanceResponse addFlexInstance(com.prorata.v1.AddFlexInstanceRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAddFlexInstanceMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Returns the Flex instance of an account. Fails with ACCOUNT_NOT_FOUND or FLEX_INSTANCE_NOT_FOUND.
     * </pre>
     */
    public com.prorata.v1.GetFlexInstanceResponse getFlexInstance(com.prorata.v1.GetFlexInstanceRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetFlexInstanceMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Switches the pricing model of a Flex instance on the first day of the next month (7.7, 7.4 to 7.6); a pending switch is
     * replaced. Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, ACCOUNT_CLOSED, FLEX_MODEL_ALREADY_HELD or
     * FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.prorata.v1.ChangeFlexPricingResponse changeFlexPricing(com.prorata.v1.ChangeFlexPricingRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getChangeFlexPricingMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Withdraws the pending switch of a Flex instance (7.7). Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND or
     * NO_FLEX_CHANGE.
     * </pre>
     */
    public com.prorata.v1.WithdrawFlexPricingChangeResponse withdrawFlexPricingChange(com.prorata.v1.WithdrawFlexPricingChangeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getWithdrawFlexPricingChangeMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service PlanService.
   * <pre>
   * Accounts, the catalogue of support plans, and who holds which plan.
   * Days are calendar days in the billing zone; ranges of days exclude their end. Every write carries a `request_id`, a
   * UUID of the caller's making: the same id with the same content answers the stored response for 30 days, with other
   * content it fails with REQUEST_ID_REUSED. Only successes are kept. Every RPC is atomic. Errors carry google.rpc details:
   * ErrorInfo with an ErrorReason, BadRequest with the paths of the fields at fault, RetryInfo where a retry makes sense.
   * Lists come in pages. A page has fewer items than asked for where more would take over 3 MB; a single item may be larger.
   * Another page follows where, and only where, next_page_token is set.
   * </pre>
   */
  public static final class PlanServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<PlanServiceFutureStub> {
    private PlanServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PlanServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PlanServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates an account. A top-level account gets the developer plan from its creation day on (3.1); a subaccount has its
     * parent's plan. Fails with ACCOUNT_EXISTS, ACCOUNT_NOT_FOUND (the parent), PARENT_IS_SUBACCOUNT, ACCOUNT_CLOSED (the
     * parent), DAY_OUT_OF_RANGE, PERIOD_CLOSED, SUBACCOUNT_WITH_FLEX or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.CreateAccountResponse> createAccount(
        com.prorata.v1.CreateAccountRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateAccountMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns an account. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetAccountResponse> getAccount(
        com.prorata.v1.GetAccountRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetAccountMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists accounts, by SID: all, or the subaccounts of one. Fails with ACCOUNT_NOT_FOUND (the parent).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListAccountsResponse> listAccounts(
        com.prorata.v1.ListAccountsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListAccountsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Closes an account from a day on, tomorrow at the earliest (3.1): its plan ends, its pending changes from that day on
     * are dropped, its membership of a contract ends, and its subaccounts close with it. It is not reopened. Fails with
     * ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED (it pays for a contract on a day from then on).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.CloseAccountResponse> closeAccount(
        com.prorata.v1.CloseAccountRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCloseAccountMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the catalogue in the caller's language (2.2). Needs no account.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListPlansResponse> listPlans(
        com.prorata.v1.ListPlansRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListPlansMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns one plan of the catalogue. Fails with PLAN_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetPlanResponse> getPlan(
        com.prorata.v1.GetPlanRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetPlanMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns the plan an account has on a day, since when, by which owner, and what is pending (3.12). For a subaccount it
     * is its parent's. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetSubscriptionResponse> getSubscription(
        com.prorata.v1.GetSubscriptionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetSubscriptionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the runs of days on which an account's owner held or will hold a plan, by start day, as recorded up to a
     * moment. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListSubscriptionsResponse> listSubscriptions(
        com.prorata.v1.ListSubscriptionsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListSubscriptionsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Shows what ChangePlan would do and cost, and stores nothing. The records come in pages, each of the moment it is asked
     * for. Fails as ChangePlan does, and with INVALID_PAGE_TOKEN where the last record of the page before is not charged any
     * more: then start again.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.PreviewPlanChangeResponse> previewPlanChange(
        com.prorata.v1.PreviewPlanChangeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPreviewPlanChangeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes the plan of a top-level account from a day on (3.2 to 3.6), today or at most 366 days ahead. Fails with, in
     * this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, PLAN_BY_INQUIRY, CHANGE_PENDING, CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT,
     * ACCOUNT_IN_CONTRACT (to staff, where self-service is told CONTACT_SUPPORT: a contract's plan is held on that day),
     * PLAN_ALREADY_HELD or PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ChangePlanResponse> changePlan(
        com.prorata.v1.ChangePlanRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getChangePlanMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Withdraws the pending change of a top-level account, until its day comes (3.5). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.WithdrawPlanChangeResponse> withdrawPlanChange(
        com.prorata.v1.WithdrawPlanChangeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getWithdrawPlanChangeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Publishes a version of a plan that takes effect tomorrow or later, one per plan and day; earlier days keep the version
     * they had (2.3). Fails with PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.PublishPlanVersionResponse> publishPlanVersion(
        com.prorata.v1.PublishPlanVersionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPublishPlanVersionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Corrects the past (3.9): on the days given the owner held the plan given, other days stay; nothing is overwritten, and
     * closed periods are settled by the next closing. Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED,
     * CONTRACT_NOT_IN_FORCE or ACCOUNT_IN_CONTRACT.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.CorrectPlanHistoryResponse> correctPlanHistory(
        com.prorata.v1.CorrectPlanHistoryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCorrectPlanHistoryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Opens an inquiry for a plan that is not self-service, with contact details (3.7). Fails with ACCOUNT_NOT_FOUND,
     * SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT,
     * PLAN_ALREADY_HELD or INQUIRY_OPEN.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RequestPersonalizedPlanResponse> requestPersonalizedPlan(
        com.prorata.v1.RequestPersonalizedPlanRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRequestPersonalizedPlanMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists inquiries, the latest first. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListInquiriesResponse> listInquiries(
        com.prorata.v1.ListInquiriesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListInquiriesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Activates an inquiry, which is a change of plan with a start day that replaces a pending one, or declines it (3.7).
     * Fails with INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and when activated as ChangePlan does for staff.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ResolveInquiryResponse> resolveInquiry(
        com.prorata.v1.ResolveInquiryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResolveInquiryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Creates a contract over top-level accounts, which join on its first day: today, at most 366 days ahead, or an earlier
     * day within the reach of corrections (3.10, 3.9). Fails with CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE,
     * NOT_A_MEMBER (the payer, which must be a member on every day), and for each member as AddContractMember does.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.CreateContractResponse> createContract(
        com.prorata.v1.CreateContractRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateContractMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns a contract as it is on a day, as recorded up to a moment. Fails with CONTRACT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetContractResponse> getContract(
        com.prorata.v1.GetContractRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetContractMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists contracts, by SID. Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ListContractsResponse> listContracts(
        com.prorata.v1.ListContractsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListContractsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Adds a top-level account to a contract from a day on (3.10). Its own plan ends, and a pending change whose day is not
     * before that day is withdrawn. Leaving one contract on the day of joining another is one move: it is enough to join.
     * Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE,
     * ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT (this one, or for a later stretch another) or
     * PAYER_REQUIRED (in the contract it leaves).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.AddContractMemberResponse> addContractMember(
        com.prorata.v1.AddContractMemberRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAddContractMemberMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a membership from a day on; the account falls back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.RemoveContractMemberResponse> removeContractMember(
        com.prorata.v1.RemoveContractMemberRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRemoveContractMemberMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Withdraws the joining or the leaving of an account that is still to come; the joining, where both are. The plan that
     * the joining was to end goes on; after a move from another contract the leaving of that one stays. Fails with
     * CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT (it joins another by then) or
     * PAYER_REQUIRED.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.WithdrawMembershipChangeResponse> withdrawMembershipChange(
        com.prorata.v1.WithdrawMembershipChangeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getWithdrawMembershipChangeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes the plan of a contract, or its own price, from a day on (3.2 to 3.5, 2.4). Fails with CONTRACT_NOT_FOUND,
     * PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE, CHANGE_PENDING, PLAN_ALREADY_HELD (at the same price) or
     * PLAN_STARTED_THAT_DAY.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ChangeContractPlanResponse> changeContractPlan(
        com.prorata.v1.ChangeContractPlanRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getChangeContractPlanMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Withdraws the pending change of a contract's plan (3.5). Fails with CONTRACT_NOT_FOUND or NO_PENDING_CHANGE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.WithdrawContractPlanChangeResponse> withdrawContractPlanChange(
        com.prorata.v1.WithdrawContractPlanChangeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getWithdrawContractPlanChangeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Makes a member the payer from a day on, in place of every payer recorded for later days; the day may be in the past
     * (3.10, 3.9). Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or NOT_A_MEMBER
     * (it must be one on every day from then on).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ChangeContractPayerResponse> changeContractPayer(
        com.prorata.v1.ChangeContractPayerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getChangeContractPayerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a contract from a day on: its members fall back to the developer plan (3.10). Fails with CONTRACT_NOT_FOUND,
     * DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.EndContractResponse> endContract(
        com.prorata.v1.EndContractRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getEndContractMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns what an account may use of support on a day, in a language (2.1, 2.2, 3.3). Fails with ACCOUNT_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetEntitlementsResponse> getEntitlements(
        com.prorata.v1.GetEntitlementsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetEntitlementsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Adds a Flex instance to an account that has none, from today on (7.1, 7.4, 7.6). Fails with ACCOUNT_NOT_FOUND,
     * ACCOUNT_CLOSED, FLEX_INSTANCE_EXISTS or FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.AddFlexInstanceResponse> addFlexInstance(
        com.prorata.v1.AddFlexInstanceRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAddFlexInstanceMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Returns the Flex instance of an account. Fails with ACCOUNT_NOT_FOUND or FLEX_INSTANCE_NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.GetFlexInstanceResponse> getFlexInstance(
        com.prorata.v1.GetFlexInstanceRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetFlexInstanceMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Switches the pricing model of a Flex instance on the first day of the next month (7.7, 7.4 to 7.6); a pending switch is
     * replaced. Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, ACCOUNT_CLOSED, FLEX_MODEL_ALREADY_HELD or
     * FLEX_MODEL_NOT_ELIGIBLE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.ChangeFlexPricingResponse> changeFlexPricing(
        com.prorata.v1.ChangeFlexPricingRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getChangeFlexPricingMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Withdraws the pending switch of a Flex instance (7.7). Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND or
     * NO_FLEX_CHANGE.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.prorata.v1.WithdrawFlexPricingChangeResponse> withdrawFlexPricingChange(
        com.prorata.v1.WithdrawFlexPricingChangeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getWithdrawFlexPricingChangeMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_ACCOUNT = 0;
  private static final int METHODID_GET_ACCOUNT = 1;
  private static final int METHODID_LIST_ACCOUNTS = 2;
  private static final int METHODID_CLOSE_ACCOUNT = 3;
  private static final int METHODID_LIST_PLANS = 4;
  private static final int METHODID_GET_PLAN = 5;
  private static final int METHODID_GET_SUBSCRIPTION = 6;
  private static final int METHODID_LIST_SUBSCRIPTIONS = 7;
  private static final int METHODID_PREVIEW_PLAN_CHANGE = 8;
  private static final int METHODID_CHANGE_PLAN = 9;
  private static final int METHODID_WITHDRAW_PLAN_CHANGE = 10;
  private static final int METHODID_PUBLISH_PLAN_VERSION = 11;
  private static final int METHODID_CORRECT_PLAN_HISTORY = 12;
  private static final int METHODID_REQUEST_PERSONALIZED_PLAN = 13;
  private static final int METHODID_LIST_INQUIRIES = 14;
  private static final int METHODID_RESOLVE_INQUIRY = 15;
  private static final int METHODID_CREATE_CONTRACT = 16;
  private static final int METHODID_GET_CONTRACT = 17;
  private static final int METHODID_LIST_CONTRACTS = 18;
  private static final int METHODID_ADD_CONTRACT_MEMBER = 19;
  private static final int METHODID_REMOVE_CONTRACT_MEMBER = 20;
  private static final int METHODID_WITHDRAW_MEMBERSHIP_CHANGE = 21;
  private static final int METHODID_CHANGE_CONTRACT_PLAN = 22;
  private static final int METHODID_WITHDRAW_CONTRACT_PLAN_CHANGE = 23;
  private static final int METHODID_CHANGE_CONTRACT_PAYER = 24;
  private static final int METHODID_END_CONTRACT = 25;
  private static final int METHODID_GET_ENTITLEMENTS = 26;
  private static final int METHODID_ADD_FLEX_INSTANCE = 27;
  private static final int METHODID_GET_FLEX_INSTANCE = 28;
  private static final int METHODID_CHANGE_FLEX_PRICING = 29;
  private static final int METHODID_WITHDRAW_FLEX_PRICING_CHANGE = 30;

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
        case METHODID_CREATE_ACCOUNT:
          serviceImpl.createAccount((com.prorata.v1.CreateAccountRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.CreateAccountResponse>) responseObserver);
          break;
        case METHODID_GET_ACCOUNT:
          serviceImpl.getAccount((com.prorata.v1.GetAccountRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetAccountResponse>) responseObserver);
          break;
        case METHODID_LIST_ACCOUNTS:
          serviceImpl.listAccounts((com.prorata.v1.ListAccountsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListAccountsResponse>) responseObserver);
          break;
        case METHODID_CLOSE_ACCOUNT:
          serviceImpl.closeAccount((com.prorata.v1.CloseAccountRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.CloseAccountResponse>) responseObserver);
          break;
        case METHODID_LIST_PLANS:
          serviceImpl.listPlans((com.prorata.v1.ListPlansRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListPlansResponse>) responseObserver);
          break;
        case METHODID_GET_PLAN:
          serviceImpl.getPlan((com.prorata.v1.GetPlanRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetPlanResponse>) responseObserver);
          break;
        case METHODID_GET_SUBSCRIPTION:
          serviceImpl.getSubscription((com.prorata.v1.GetSubscriptionRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetSubscriptionResponse>) responseObserver);
          break;
        case METHODID_LIST_SUBSCRIPTIONS:
          serviceImpl.listSubscriptions((com.prorata.v1.ListSubscriptionsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListSubscriptionsResponse>) responseObserver);
          break;
        case METHODID_PREVIEW_PLAN_CHANGE:
          serviceImpl.previewPlanChange((com.prorata.v1.PreviewPlanChangeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.PreviewPlanChangeResponse>) responseObserver);
          break;
        case METHODID_CHANGE_PLAN:
          serviceImpl.changePlan((com.prorata.v1.ChangePlanRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ChangePlanResponse>) responseObserver);
          break;
        case METHODID_WITHDRAW_PLAN_CHANGE:
          serviceImpl.withdrawPlanChange((com.prorata.v1.WithdrawPlanChangeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawPlanChangeResponse>) responseObserver);
          break;
        case METHODID_PUBLISH_PLAN_VERSION:
          serviceImpl.publishPlanVersion((com.prorata.v1.PublishPlanVersionRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.PublishPlanVersionResponse>) responseObserver);
          break;
        case METHODID_CORRECT_PLAN_HISTORY:
          serviceImpl.correctPlanHistory((com.prorata.v1.CorrectPlanHistoryRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.CorrectPlanHistoryResponse>) responseObserver);
          break;
        case METHODID_REQUEST_PERSONALIZED_PLAN:
          serviceImpl.requestPersonalizedPlan((com.prorata.v1.RequestPersonalizedPlanRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RequestPersonalizedPlanResponse>) responseObserver);
          break;
        case METHODID_LIST_INQUIRIES:
          serviceImpl.listInquiries((com.prorata.v1.ListInquiriesRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListInquiriesResponse>) responseObserver);
          break;
        case METHODID_RESOLVE_INQUIRY:
          serviceImpl.resolveInquiry((com.prorata.v1.ResolveInquiryRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ResolveInquiryResponse>) responseObserver);
          break;
        case METHODID_CREATE_CONTRACT:
          serviceImpl.createContract((com.prorata.v1.CreateContractRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.CreateContractResponse>) responseObserver);
          break;
        case METHODID_GET_CONTRACT:
          serviceImpl.getContract((com.prorata.v1.GetContractRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetContractResponse>) responseObserver);
          break;
        case METHODID_LIST_CONTRACTS:
          serviceImpl.listContracts((com.prorata.v1.ListContractsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ListContractsResponse>) responseObserver);
          break;
        case METHODID_ADD_CONTRACT_MEMBER:
          serviceImpl.addContractMember((com.prorata.v1.AddContractMemberRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.AddContractMemberResponse>) responseObserver);
          break;
        case METHODID_REMOVE_CONTRACT_MEMBER:
          serviceImpl.removeContractMember((com.prorata.v1.RemoveContractMemberRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.RemoveContractMemberResponse>) responseObserver);
          break;
        case METHODID_WITHDRAW_MEMBERSHIP_CHANGE:
          serviceImpl.withdrawMembershipChange((com.prorata.v1.WithdrawMembershipChangeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawMembershipChangeResponse>) responseObserver);
          break;
        case METHODID_CHANGE_CONTRACT_PLAN:
          serviceImpl.changeContractPlan((com.prorata.v1.ChangeContractPlanRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ChangeContractPlanResponse>) responseObserver);
          break;
        case METHODID_WITHDRAW_CONTRACT_PLAN_CHANGE:
          serviceImpl.withdrawContractPlanChange((com.prorata.v1.WithdrawContractPlanChangeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawContractPlanChangeResponse>) responseObserver);
          break;
        case METHODID_CHANGE_CONTRACT_PAYER:
          serviceImpl.changeContractPayer((com.prorata.v1.ChangeContractPayerRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ChangeContractPayerResponse>) responseObserver);
          break;
        case METHODID_END_CONTRACT:
          serviceImpl.endContract((com.prorata.v1.EndContractRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.EndContractResponse>) responseObserver);
          break;
        case METHODID_GET_ENTITLEMENTS:
          serviceImpl.getEntitlements((com.prorata.v1.GetEntitlementsRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetEntitlementsResponse>) responseObserver);
          break;
        case METHODID_ADD_FLEX_INSTANCE:
          serviceImpl.addFlexInstance((com.prorata.v1.AddFlexInstanceRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.AddFlexInstanceResponse>) responseObserver);
          break;
        case METHODID_GET_FLEX_INSTANCE:
          serviceImpl.getFlexInstance((com.prorata.v1.GetFlexInstanceRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.GetFlexInstanceResponse>) responseObserver);
          break;
        case METHODID_CHANGE_FLEX_PRICING:
          serviceImpl.changeFlexPricing((com.prorata.v1.ChangeFlexPricingRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.ChangeFlexPricingResponse>) responseObserver);
          break;
        case METHODID_WITHDRAW_FLEX_PRICING_CHANGE:
          serviceImpl.withdrawFlexPricingChange((com.prorata.v1.WithdrawFlexPricingChangeRequest) request,
              (io.grpc.stub.StreamObserver<com.prorata.v1.WithdrawFlexPricingChangeResponse>) responseObserver);
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
          getCreateAccountMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.CreateAccountRequest,
              com.prorata.v1.CreateAccountResponse>(
                service, METHODID_CREATE_ACCOUNT)))
        .addMethod(
          getGetAccountMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetAccountRequest,
              com.prorata.v1.GetAccountResponse>(
                service, METHODID_GET_ACCOUNT)))
        .addMethod(
          getListAccountsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListAccountsRequest,
              com.prorata.v1.ListAccountsResponse>(
                service, METHODID_LIST_ACCOUNTS)))
        .addMethod(
          getCloseAccountMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.CloseAccountRequest,
              com.prorata.v1.CloseAccountResponse>(
                service, METHODID_CLOSE_ACCOUNT)))
        .addMethod(
          getListPlansMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListPlansRequest,
              com.prorata.v1.ListPlansResponse>(
                service, METHODID_LIST_PLANS)))
        .addMethod(
          getGetPlanMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetPlanRequest,
              com.prorata.v1.GetPlanResponse>(
                service, METHODID_GET_PLAN)))
        .addMethod(
          getGetSubscriptionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetSubscriptionRequest,
              com.prorata.v1.GetSubscriptionResponse>(
                service, METHODID_GET_SUBSCRIPTION)))
        .addMethod(
          getListSubscriptionsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListSubscriptionsRequest,
              com.prorata.v1.ListSubscriptionsResponse>(
                service, METHODID_LIST_SUBSCRIPTIONS)))
        .addMethod(
          getPreviewPlanChangeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.PreviewPlanChangeRequest,
              com.prorata.v1.PreviewPlanChangeResponse>(
                service, METHODID_PREVIEW_PLAN_CHANGE)))
        .addMethod(
          getChangePlanMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ChangePlanRequest,
              com.prorata.v1.ChangePlanResponse>(
                service, METHODID_CHANGE_PLAN)))
        .addMethod(
          getWithdrawPlanChangeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.WithdrawPlanChangeRequest,
              com.prorata.v1.WithdrawPlanChangeResponse>(
                service, METHODID_WITHDRAW_PLAN_CHANGE)))
        .addMethod(
          getPublishPlanVersionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.PublishPlanVersionRequest,
              com.prorata.v1.PublishPlanVersionResponse>(
                service, METHODID_PUBLISH_PLAN_VERSION)))
        .addMethod(
          getCorrectPlanHistoryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.CorrectPlanHistoryRequest,
              com.prorata.v1.CorrectPlanHistoryResponse>(
                service, METHODID_CORRECT_PLAN_HISTORY)))
        .addMethod(
          getRequestPersonalizedPlanMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RequestPersonalizedPlanRequest,
              com.prorata.v1.RequestPersonalizedPlanResponse>(
                service, METHODID_REQUEST_PERSONALIZED_PLAN)))
        .addMethod(
          getListInquiriesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListInquiriesRequest,
              com.prorata.v1.ListInquiriesResponse>(
                service, METHODID_LIST_INQUIRIES)))
        .addMethod(
          getResolveInquiryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ResolveInquiryRequest,
              com.prorata.v1.ResolveInquiryResponse>(
                service, METHODID_RESOLVE_INQUIRY)))
        .addMethod(
          getCreateContractMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.CreateContractRequest,
              com.prorata.v1.CreateContractResponse>(
                service, METHODID_CREATE_CONTRACT)))
        .addMethod(
          getGetContractMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetContractRequest,
              com.prorata.v1.GetContractResponse>(
                service, METHODID_GET_CONTRACT)))
        .addMethod(
          getListContractsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ListContractsRequest,
              com.prorata.v1.ListContractsResponse>(
                service, METHODID_LIST_CONTRACTS)))
        .addMethod(
          getAddContractMemberMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.AddContractMemberRequest,
              com.prorata.v1.AddContractMemberResponse>(
                service, METHODID_ADD_CONTRACT_MEMBER)))
        .addMethod(
          getRemoveContractMemberMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.RemoveContractMemberRequest,
              com.prorata.v1.RemoveContractMemberResponse>(
                service, METHODID_REMOVE_CONTRACT_MEMBER)))
        .addMethod(
          getWithdrawMembershipChangeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.WithdrawMembershipChangeRequest,
              com.prorata.v1.WithdrawMembershipChangeResponse>(
                service, METHODID_WITHDRAW_MEMBERSHIP_CHANGE)))
        .addMethod(
          getChangeContractPlanMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ChangeContractPlanRequest,
              com.prorata.v1.ChangeContractPlanResponse>(
                service, METHODID_CHANGE_CONTRACT_PLAN)))
        .addMethod(
          getWithdrawContractPlanChangeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.WithdrawContractPlanChangeRequest,
              com.prorata.v1.WithdrawContractPlanChangeResponse>(
                service, METHODID_WITHDRAW_CONTRACT_PLAN_CHANGE)))
        .addMethod(
          getChangeContractPayerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ChangeContractPayerRequest,
              com.prorata.v1.ChangeContractPayerResponse>(
                service, METHODID_CHANGE_CONTRACT_PAYER)))
        .addMethod(
          getEndContractMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.EndContractRequest,
              com.prorata.v1.EndContractResponse>(
                service, METHODID_END_CONTRACT)))
        .addMethod(
          getGetEntitlementsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetEntitlementsRequest,
              com.prorata.v1.GetEntitlementsResponse>(
                service, METHODID_GET_ENTITLEMENTS)))
        .addMethod(
          getAddFlexInstanceMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.AddFlexInstanceRequest,
              com.prorata.v1.AddFlexInstanceResponse>(
                service, METHODID_ADD_FLEX_INSTANCE)))
        .addMethod(
          getGetFlexInstanceMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.GetFlexInstanceRequest,
              com.prorata.v1.GetFlexInstanceResponse>(
                service, METHODID_GET_FLEX_INSTANCE)))
        .addMethod(
          getChangeFlexPricingMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.ChangeFlexPricingRequest,
              com.prorata.v1.ChangeFlexPricingResponse>(
                service, METHODID_CHANGE_FLEX_PRICING)))
        .addMethod(
          getWithdrawFlexPricingChangeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              com.prorata.v1.WithdrawFlexPricingChangeRequest,
              com.prorata.v1.WithdrawFlexPricingChangeResponse>(
                service, METHODID_WITHDRAW_FLEX_PRICING_CHANGE)))
        .build();
  }

  private static abstract class PlanServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    PlanServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return com.prorata.v1.PlanServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("PlanService");
    }
  }

  private static final class PlanServiceFileDescriptorSupplier
      extends PlanServiceBaseDescriptorSupplier {
    PlanServiceFileDescriptorSupplier() {}
  }

  private static final class PlanServiceMethodDescriptorSupplier
      extends PlanServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    PlanServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (PlanServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new PlanServiceFileDescriptorSupplier())
              .addMethod(getCreateAccountMethod())
              .addMethod(getGetAccountMethod())
              .addMethod(getListAccountsMethod())
              .addMethod(getCloseAccountMethod())
              .addMethod(getListPlansMethod())
              .addMethod(getGetPlanMethod())
              .addMethod(getGetSubscriptionMethod())
              .addMethod(getListSubscriptionsMethod())
              .addMethod(getPreviewPlanChangeMethod())
              .addMethod(getChangePlanMethod())
              .addMethod(getWithdrawPlanChangeMethod())
              .addMethod(getPublishPlanVersionMethod())
              .addMethod(getCorrectPlanHistoryMethod())
              .addMethod(getRequestPersonalizedPlanMethod())
              .addMethod(getListInquiriesMethod())
              .addMethod(getResolveInquiryMethod())
              .addMethod(getCreateContractMethod())
              .addMethod(getGetContractMethod())
              .addMethod(getListContractsMethod())
              .addMethod(getAddContractMemberMethod())
              .addMethod(getRemoveContractMemberMethod())
              .addMethod(getWithdrawMembershipChangeMethod())
              .addMethod(getChangeContractPlanMethod())
              .addMethod(getWithdrawContractPlanChangeMethod())
              .addMethod(getChangeContractPayerMethod())
              .addMethod(getEndContractMethod())
              .addMethod(getGetEntitlementsMethod())
              .addMethod(getAddFlexInstanceMethod())
              .addMethod(getGetFlexInstanceMethod())
              .addMethod(getChangeFlexPricingMethod())
              .addMethod(getWithdrawFlexPricingChangeMethod())
              .build();
        }
      }
    }
    return result;
  }
}

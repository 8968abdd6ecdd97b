package com.prorata;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.prorata.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a call failed: what its exception carries, of gRPC and of the google.rpc details.
 *
 * @param code the status
 * @param message what the server, or the channel, says
 * @param reason the stable reason, such as "CHANGE_PENDING"; empty when there was none
 * @param violations the fields at fault
 * @param retryDelay after what time the server asks to be tried again, if it does
 * @param requestId the request id of the write that failed: repeated with the same content, it is
 *     done once
 */
public record Failure(
    Status.Code code,
    String message,
    String reason,
    List<Violation> violations,
    Optional<Duration> retryDelay,
    Optional<String> requestId) {

  /**
   * A field at fault, and why.
   *
   * @param path where it stands in the request, in the words of the contract, such as
   *     "records[3].product_id"
   * @param description what is wrong with it
   */
  public record Violation(String path, String description) {}

  static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("prorata-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final String DOMAIN = "prorata";
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  /** Reads what a call failed with. */
  public static Failure of(Throwable error) {
    Status status = Status.fromThrowable(error);
    Metadata trailers = Status.trailersFromThrowable(error);
    return of(status, trailers == null ? new Metadata() : trailers);
  }

  static Failure of(Status status, Metadata trailers) {
    List<Any> details = details(trailers);
    return new Failure(
        codeOf(status),
        status.getDescription() == null ? "" : status.getDescription(),
        all(details, ErrorInfo.class)
            .filter(info -> info.getDomain().equals(DOMAIN))
            .map(ErrorInfo::getReason)
            .findFirst()
            .orElse(""),
        all(details, BadRequest.class)
            .flatMap(request -> request.getFieldViolationsList().stream())
            .map(violation -> new Violation(violation.getField(), violation.getDescription()))
            .toList(),
        all(details, RetryInfo.class)
            .filter(RetryInfo::hasRetryDelay)
            .map(retry -> Moments.fromDuration(retry.getRetryDelay()))
            .findFirst(),
        Optional.ofNullable(trailers.get(REQUEST_ID)));
  }

  /** Whether this is why. */
  public boolean is(ErrorReason expected) {
    return Reasons.name(expected).equals(reason);
  }

  /**
   * UNAVAILABLE for what was reset on the way, as balancers do; gRPC calls that INTERNAL or
   * CANCELLED.
   */
  private static Status.Code codeOf(Status status) {
    String description = status.getDescription();
    boolean reset = description != null && description.startsWith("RST_STREAM closed stream");
    return reset ? Status.Code.UNAVAILABLE : status.getCode();
  }

  private static List<Any> details(Metadata trailers) {
    try {
      com.google.rpc.Status status = trailers.get(DETAILS);
      return status == null ? List.of() : status.getDetailsList();
    } catch (IllegalArgumentException malformed) {
      return List.of(); // the plain status tells what failed
    }
  }

  private static <D extends Message> Stream<D> all(List<Any> details, Class<D> kind) {
    return details.stream().filter(detail -> detail.is(kind)).flatMap(detail -> read(detail, kind));
  }

  private static <D extends Message> Stream<D> read(Any detail, Class<D> kind) {
    try {
      return Stream.of(detail.unpack(kind));
    } catch (InvalidProtocolBufferException malformed) {
      return Stream.empty(); // likewise
    }
  }
}

package com.prorata;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Optional;
import java.util.UUID;

/** The ids by which writes repeat. */
final class RequestIds {
  private RequestIds() {}

  /** The request; a write that names no request id gets a new one. */
  @SuppressWarnings("unchecked") // a message is built from its own builder
  static <Q> Q identified(Q request) {
    if (!(request instanceof Message message) || !"".equals(requestId(request).orElse(null))) {
      return request;
    }
    String made = UUID.randomUUID().toString();
    return (Q) message.toBuilder().setField(field(message), made).build();
  }

  /** The request id of a write, which may be empty. */
  static Optional<String> requestId(Object request) {
    return request instanceof Message message && field(message) != null
        ? Optional.of((String) message.getField(field(message)))
        : Optional.empty();
  }

  private static FieldDescriptor field(Message message) {
    return message.getDescriptorForType().findFieldByName("request_id");
  }
}

/** What a call fails with: the status and the google.rpc details, as one error. */

import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack, durationMs } from "@bufbuild/protobuf/wkt";
import { type ServiceError, status } from "@grpc/grpc-js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./prorata/google/rpc/error_details_pb.js";
import { type Status, StatusSchema } from "./prorata/google/rpc/status_pb.js";
import { ErrorReason } from "./prorata/prorata/v1/error_pb.js";

const DOMAIN = "prorata";
const DETAILS_KEY = "grpc-status-details-bin";

/** The name of an `ErrorReason`, such as "ACCOUNT_NOT_FOUND"; a later server may know further ones. */
export type Reason = keyof typeof ErrorReason | (string & {});

/** A field at fault, and why. */
export interface FieldViolation {
  /** Where it stands in the request, in the words of the contract, such as "records[3].product_id". */
  readonly path: string;
  /** What is wrong with it. */
  readonly description: string;
}

/** What is known of a failure besides its message. */
export interface Failure {
  readonly reason?: Reason | undefined;
  readonly violations?: readonly FieldViolation[];
  readonly retryDelayMillis?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** A call that failed: with what the server answers but OK, or what the channel itself reports, such as UNAVAILABLE. */
export class ProrataError extends Error {
  override readonly name = "ProrataError";
  /** The gRPC status. */
  readonly code: status;
  /** The stable reason; undefined when there was none. */
  readonly reason: Reason | undefined;
  /** The fields at fault. */
  readonly violations: readonly FieldViolation[];
  /** After what time the server asks to be tried again; undefined when it did not ask. */
  readonly retryDelayMillis: number | undefined;
  /** The request id of the write that failed: repeated with the same content, it is done once. */
  readonly requestId: string | undefined;

  constructor(code: status, message: string, failure: Failure = {}) {
    super(`${failure.reason ?? status[code]}: ${message}`, { cause: failure.cause });
    this.code = code;
    this.reason = failure.reason;
    this.violations = failure.violations ?? [];
    this.retryDelayMillis = failure.retryDelayMillis;
    this.requestId = failure.requestId;
  }
}

/** The error for what gRPC reports. */
export function fromServiceError(error: ServiceError, requestId?: string): ProrataError {
  const answer = statusOf(error);
  const info = details(answer, ErrorInfoSchema).find((each) => each.domain === DOMAIN);
  const retry = details(answer, RetryInfoSchema)[0]?.retryDelay;
  const violations = details(answer, BadRequestSchema).flatMap((each) => each.fieldViolations);
  return new ProrataError(codeOf(error), answer?.message || error.details, {
    reason: info?.reason,
    violations: violations.map(({ field, description }) => ({ path: field, description })),
    retryDelayMillis: retry && durationMs(retry),
    requestId,
    cause: error,
  });
}

/** The name of a reason in a message; its number when this client does not know it. */
export function reasonName(reason: ErrorReason): Reason {
  return ErrorReason[reason] ?? String(reason);
}

/** The status; UNAVAILABLE for a stream that was reset on the way, which gRPC calls INTERNAL or CANCELLED. */
function codeOf(error: ServiceError): status {
  const reset = error.code === status.INTERNAL && error.details.startsWith("Received RST_STREAM");
  const cancelled = error.code === status.CANCELLED && error.details === "Call cancelled";
  return reset || cancelled ? status.UNAVAILABLE : error.code;
}

/** The status with its details; undefined when there is none that can be read. */
function statusOf(error: ServiceError): Status | undefined {
  const packed = error.metadata?.get(DETAILS_KEY)[0];
  return packed instanceof Uint8Array ? readable(() => fromBinary(StatusSchema, packed)) : undefined;
}

function details<Desc extends DescMessage>(answer: Status | undefined, schema: Desc): MessageShape<Desc>[] {
  return (answer?.details ?? []).flatMap((packed) => readable(() => anyUnpack(packed, schema)) ?? []);
}

/** What is read, or nothing when it is malformed: what failed is told by the plain status then. */
function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Usage records before they are sent, and the event id that makes each count once (4.1). */

import { createHash } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { type DecimalInput, decimalToScaled } from "./decimal.js";
import { NANO_PLACES, nanosToMoney } from "./money.js";
import { type UsageRecord, UsageRecordSchema } from "./prorata/prorata/v1/usage_pb.js";

/** One record of usage. */
export interface Usage {
  /** Unique per account and period: sent again with the same content it counts once. A UUID, or any other text. */
  readonly eventId: string;
  /** The account that used. */
  readonly accountSid: string;
  /** What was used. */
  readonly productId: string;
  /** How much, in the product's unit: not negative, below 10¹², at most 6 decimal places. */
  readonly quantity: DecimalInput;
  /** The moment it occurred, as a Date or in microseconds since 1970. It must not be restamped when sent again. */
  readonly occurTime: Date | bigint;
  /** Its amount, if it was rated upstream: not negative, below 10⁹, at most 9 decimal places. */
  readonly amount?: DecimalInput | undefined;
}

/** A usage record with its numbers as integers. */
export interface ScaledUsage {
  readonly eventId: string;
  readonly accountSid: string;
  readonly productId: string;
  readonly quantityMicros: bigint;
  readonly occurTimeMicros: bigint;
  readonly amountNanos: bigint | undefined;
}

/** The namespace of event ids derived from ids that are not UUIDs, unless another one is given. */
export const EVENT_NAMESPACE = "6f0a3c58-2f4d-5b7e-9c1a-8d2e4b60f317";

const MICRO_PLACES = 6;
const LIMIT = 10n ** 18n; // of quantities in millionths and of amounts in 10⁻⁹ alike
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The UUID that the text writes; of any other text the UUIDv5 in the namespace, the same in every language's client. */
export function eventIdFromText(text: string, namespace: string = EVENT_NAMESPACE): string {
  if (UUID.test(text)) {
    return text.toLowerCase();
  }
  if (text === "" || !UUID.test(namespace)) {
    throw new RangeError(text === "" ? "an event id is required" : `the namespace is a UUID, not ${namespace}`);
  }
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(text, "utf8");
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The record for `recordUsage`. An amount needs its currency (ISO 4217) there. Throws RangeError. */
export function usageRecord(usage: Usage, currencyCode = ""): UsageRecord {
  const { amountNanos, occurTimeMicros, ...fields } = scaledUsage(usage);
  if (amountNanos !== undefined && currencyCode === "") {
    throw new RangeError("amount: in a row it needs its currency code");
  }
  const micros = BigInt.asUintN(64, ((occurTimeMicros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  return create(UsageRecordSchema, {
    eventId: fields.eventId,
    accountSid: fields.accountSid,
    productId: fields.productId,
    quantityMicros: fields.quantityMicros,
    occurTime: { seconds: (occurTimeMicros - micros) / 1_000_000n, nanos: Number(micros) * 1_000 },
    ...(amountNanos === undefined ? {} : { amount: nanosToMoney(amountNanos, currencyCode) }),
  });
}

/** The record with its numbers as integers; throws RangeError, which names the field, for what a record can not have. */
export function scaledUsage(usage: Usage): ScaledUsage {
  return {
    eventId: named("eventId", () => eventIdFromText(usage.eventId)),
    accountSid: usage.accountSid,
    productId: usage.productId,
    quantityMicros: named("quantity", () => within(decimalToScaled(usage.quantity, MICRO_PLACES), "10^12")),
    occurTimeMicros: named("occurTime", () => momentToMicros(usage.occurTime)),
    amountNanos:
      usage.amount === undefined
        ? undefined
        : named("amount", () => within(decimalToScaled(usage.amount as DecimalInput, NANO_PLACES), "10^9")),
  };
}

/** Throws RangeErrors with the name of the field in front. */
export function named<Value>(name: string, make: () => Value): Value {
  try {
    return make();
  } catch (raised) {
    if (!(raised instanceof RangeError)) {
      throw raised;
    }
    throw new RangeError(`${name}: ${raised.message}`, { cause: raised });
  }
}

function within(scaled: bigint, limit: string): bigint {
  if (scaled < 0n || scaled >= LIMIT) {
    throw new RangeError(scaled < 0n ? "it is negative" : `it is not below ${limit}`);
  }
  return scaled;
}

function momentToMicros(moment: Date | bigint): bigint {
  if (typeof moment === "bigint") {
    if (BigInt.asIntN(64, moment) !== moment) {
      throw new RangeError("it does not fit 64 bits");
    }
    return moment;
  }
  if (Number.isNaN(moment.getTime())) {
    throw new RangeError("not a moment but an invalid Date");
  }
  return BigInt(moment.getTime()) * 1_000n;
}

/** Client of prorata, the billing backend. The messages and enums of the contract are in `@prorata/client/v1`. */

export { status } from "@grpc/grpc-js";
export { type Call, type Calls, Client } from "./client.js";
export type { CallOptions } from "./connection.js";
export { dateToDay, dayToDate } from "./days.js";
export { Decimal, type DecimalInput } from "./decimal.js";
export { type Failure, type FieldViolation, ProrataError, type Reason } from "./errors.js";
export type { FeedOptions, FollowOptions } from "./followers.js";
export {
  decimalToMoney,
  decimalToNanos,
  decimalToNumber,
  moneyToDecimal,
  nanosToDecimal,
  nanosToMoney,
  numberToDecimal,
} from "./money.js";
export { type ClientOptions, type Tls, type TokenSource, tokenFromFile } from "./options.js";
export type { BreakListener, RetryPolicy } from "./retry.js";
export { EVENT_NAMESPACE, eventIdFromText, type Usage, usageRecord } from "./usage.js";
export type { RefusedRow, UsageOptions, UsageReport } from "./usage_stream.js";

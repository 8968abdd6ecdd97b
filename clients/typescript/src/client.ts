/** The client: the calls of the three services, and what the contract leaves to clients. */

import type {
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { type CallOptions, Connection } from "./connection.js";
import { type FeedOptions, type FollowOptions, streamCharges, watchClosing, watchRehearsal } from "./followers.js";
import type { ClientOptions } from "./options.js";
import { BillingService } from "./prorata/prorata/v1/billing_service_pb.js";
import type { ChargeRecord } from "./prorata/prorata/v1/charge_pb.js";
import type { Closing } from "./prorata/prorata/v1/closing_pb.js";
import { PlanService } from "./prorata/prorata/v1/plan_service_pb.js";
import type { Rehearsal } from "./prorata/prorata/v1/rehearsal_pb.js";
import { TestClockService } from "./prorata/prorata/v1/test_clock_service_pb.js";
import type { Usage } from "./usage.js";
import { sendUsage, type UsageOptions, type UsageReport } from "./usage_stream.js";

/** The calls of a service, a method each: requests may be given as plain objects of the fields that are set. */
export type Calls<Service extends DescService> = {
  readonly [Name in keyof Service["method"]]: Call<Service["method"][Name]>;
};

/** One call, by the kind of its method. */
export type Call<Method> =
  Method extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : Method extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncGenerator<MessageShape<O>, void, undefined>
      : Method extends DescMethodBiDiStreaming<infer I, infer O>
        ? (
            requests: AsyncIterable<MessageInitShape<I>>,
            options?: CallOptions,
          ) => AsyncGenerator<MessageShape<O>, void, undefined>
        : never;

/**
 * A client of a prorata server. Every call throws `ProrataError` when it fails.
 *
 * Unary calls are tried again while that may help, until their deadline, with one `requestId`: the caller's, or a new
 * one. Streams of `plans`, `billing` and `clock` are opened once; those of the client itself are opened again.
 */
export class Client {
  /** Accounts, the catalogue of support plans, and who holds which plan. */
  readonly plans: Calls<typeof PlanService>;
  /** Usage, prices, charges and the month-end. */
  readonly billing: Calls<typeof BillingService>;
  /** The clock of a server in test mode. */
  readonly clock: Calls<typeof TestClockService>;
  readonly #connection: Connection;

  /** The client of the server at "host:port", to which it connects with the first call. */
  constructor(address: string, options: ClientOptions = {}) {
    this.#connection = new Connection(address, options);
    this.plans = callsOf(this.#connection, PlanService);
    this.billing = callsOf(this.#connection, BillingService);
    this.clock = callsOf(this.#connection, TestClockService);
  }

  /** Closes the channel. */
  close(): void {
    this.#connection.close();
  }

  /**
   * The charge records of the feed, in order and without gaps or repetitions. A feed that breaks off is opened again
   * after the last record received; with `follow` as often as it takes.
   */
  streamCharges(options: FeedOptions = {}): AsyncGenerator<ChargeRecord, void, undefined> {
    return streamCharges(this.#connection, options);
  }

  /** The closing of a period as it is now and after every step, until it is closed or blocked; it comes back likewise. */
  watchClosing(period: string, options: FollowOptions = {}): AsyncGenerator<Closing, void, undefined> {
    return watchClosing(this.#connection, period, options);
  }

  /** A rehearsal as it is now and after every step, until it is complete; it comes back likewise. */
  watchRehearsal(rehearsalNumber: number, options: FollowOptions = {}): AsyncGenerator<Rehearsal, void, undefined> {
    return watchRehearsal(this.#connection, rehearsalNumber, options);
  }

  /**
   * Sends usage in columnar batches over one stream, the fastest way in, and tells what became of it once all is
   * acknowledged. Rows are taken as they can be sent. Batches without an answer are sent again when the stream breaks
   * off. Amounts are in the store's currency. Throws RangeError, which names row and field, for what a row can not have;
   * what was acknowledged before stays recorded, and sending all again counts nothing twice.
   */
  sendUsage(rows: Iterable<Usage> | AsyncIterable<Usage>, options: UsageOptions = {}): Promise<UsageReport> {
    return sendUsage(this.#connection, rows, options);
  }
}

function callsOf<Service extends DescService>(connection: Connection, service: Service): Calls<Service> {
  const calls = service.methods.map((method) => [method.localName, callOf(connection, method)]);
  return Object.fromEntries(calls) as Calls<Service>;
}

function callOf(connection: Connection, method: DescService["methods"][number]): unknown {
  switch (method.methodKind) {
    case "unary":
      return connection.unary.bind(connection, method as DescMethodUnary);
    case "server_streaming":
      return connection.serverStream.bind(connection, method as DescMethodServerStreaming);
    case "bidi_streaming":
      return connection.bidiStream.bind(connection, method as DescMethodBiDiStreaming);
    default:
      throw new Error(`no calls of kind ${method.methodKind}: ${method}`);
  }
}

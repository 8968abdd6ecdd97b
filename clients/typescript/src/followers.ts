/** Streams that are opened again after they broke, from where they were. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Connection } from "./connection.js";
import {
  BillingService,
  type StreamChargesRequestSchema,
  type StreamChargesResponse,
} from "./prorata/prorata/v1/billing_service_pb.js";
import type { ChargeRecord } from "./prorata/prorata/v1/charge_pb.js";
import type { Closing } from "./prorata/prorata/v1/closing_pb.js";
import type { Rehearsal } from "./prorata/prorata/v1/rehearsal_pb.js";
import type { BreakListener } from "./retry.js";

/** How a stream is followed. */
export interface FollowOptions {
  /** Ends the stream when it is aborted; the loop then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told whenever the stream broke off and is going to be opened again. */
  readonly onBreak?: BreakListener;
}

/** Where the feed is read from, and whether it is followed. */
export interface FeedOptions extends FollowOptions {
  /** After this position; 0n is the beginning, and what holds unless a consumer is given. */
  readonly afterPosition?: bigint;
  /** After what this consumer has acknowledged. */
  readonly consumer?: string;
  /** Whether to stay and follow the feed live; otherwise the loop ends with the last record. */
  readonly follow?: boolean;
}

type FeedRequest = MessageInitShape<typeof StreamChargesRequestSchema>;

/** See `Client.streamCharges`. */
export async function* streamCharges(
  connection: Connection,
  options: FeedOptions,
): AsyncGenerator<ChargeRecord, void, undefined> {
  const { follow = false, afterPosition, consumer } = options;
  if (afterPosition !== undefined && consumer !== undefined) {
    throw new Error("afterPosition, consumer: give one of them");
  }
  const after = (value: bigint): FeedRequest => ({ follow, start: { case: "afterPosition", value } });
  const first: FeedRequest =
    consumer === undefined ? after(afterPosition ?? 0n) : { follow, start: { case: "consumer", value: consumer } };
  const open = (last: StreamChargesResponse | undefined) =>
    connection.serverStream(
      BillingService.method.streamCharges,
      last === undefined ? first : after(last.lastPosition),
      options,
    );
  for await (const { records } of resumed(connection, open, options, follow)) {
    yield* records;
  }
}

/** See `Client.watchClosing`. */
export async function* watchClosing(
  connection: Connection,
  period: string,
  options: FollowOptions,
): AsyncGenerator<Closing, void, undefined> {
  const open = () => connection.serverStream(BillingService.method.watchClosing, { period }, options);
  for await (const { closing } of resumed(connection, open, options, true)) {
    if (closing !== undefined) {
      yield closing;
    }
  }
}

/** See `Client.watchRehearsal`. */
export async function* watchRehearsal(
  connection: Connection,
  rehearsalNumber: number,
  options: FollowOptions,
): AsyncGenerator<Rehearsal, void, undefined> {
  const open = () => connection.serverStream(BillingService.method.watchRehearsal, { rehearsalNumber }, options);
  for await (const { rehearsal } of resumed(connection, open, options, true)) {
    if (rehearsal !== undefined) {
      yield rehearsal;
    }
  }
}

/** The responses of a stream, opened again by the last one; one that follows waits for as long as a server is away. */
async function* resumed<Response>(
  connection: Connection,
  open: (last: Response | undefined) => AsyncIterable<Response>,
  options: FollowOptions,
  follows: boolean,
): AsyncGenerator<Response, void, undefined> {
  const backoff = connection.backoff(follows ? Number.POSITIVE_INFINITY : undefined, options.onBreak);
  let last: Response | undefined;
  for (;;) {
    try {
      for await (const response of open(last)) {
        last = response;
        backoff.reset();
        yield response;
      }
      return;
    } catch (raised) {
      await backoff.pause(raised, options.signal);
    }
  }
}

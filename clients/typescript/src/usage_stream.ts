/** Usage in columns over one stream: batches under way, and what a broken stream leaves to send again. */

import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { batchesOf, MAX_ROWS } from "./columns.js";
import type { Connection } from "./connection.js";
import { ProrataError, type Reason, reasonName } from "./errors.js";
import {
  BillingService,
  type StreamUsageRequest,
  StreamUsageRequestSchema,
  type StreamUsageResponse,
} from "./prorata/prorata/v1/billing_service_pb.js";
import type { RefusedUsage } from "./prorata/prorata/v1/usage_pb.js";
import type { Backoff } from "./retry.js";
import type { Usage } from "./usage.js";

/** How usage is sent. */
export interface UsageOptions {
  /** The rows of a batch, 20,000 unless given, at most 50,000. */
  readonly batchRows?: number;
  /** How many batches may be without an answer, 4 unless given. */
  readonly window?: number;
  /** How long to wait for the next answer while one is due, 60 s unless given. */
  readonly acknowledgeMillis?: number;
  /** Told what became of the rows so far, after every answer. */
  readonly onProgress?: (report: UsageReport) => void;
  /** Ends the sending when it is aborted; what was acknowledged stays recorded. */
  readonly signal?: AbortSignal;
}

/** What became of the rows that were acknowledged so far. */
export interface UsageReport {
  /** Rows that were new. */
  newCount: number;
  /** Rows that were recorded before, with the same content. */
  repeatedCount: number;
  /** Rows that were refused. */
  refusedCount: number;
  /** The refused ones, in the order of the answers. */
  readonly refused: RefusedRow[];
}

/** A row that was not accepted, and why. */
export interface RefusedRow {
  /** Its position among all rows given, from 0. */
  readonly index: number;
  /** Its event id. */
  readonly eventId: string;
  /** Why. */
  readonly reason: Reason;
  /** The field of `Usage` at fault; undefined when there is no single one. */
  readonly field: keyof Usage | undefined;
  /** Why, and what to do, in words. */
  readonly message: string;
}

interface Batch {
  readonly firstIndex: number;
  readonly request: StreamUsageRequest;
}

const FIELDS: Readonly<Record<string, keyof Usage>> = {
  event_ids: "eventId",
  account_indexes: "accountSid",
  product_indexes: "productId",
  quantities_micros: "quantity",
  occur_times_micros: "occurTime",
  amounts_nanos: "amount",
};

/** Sends rows in columnar batches; see `Client.sendUsage`. */
export async function sendUsage(
  connection: Connection,
  rows: Iterable<Usage> | AsyncIterable<Usage>,
  options: UsageOptions = {},
): Promise<UsageReport> {
  const sending = new Sending(connection, options);
  await sending.run(rows);
  return sending.report;
}

class Sending {
  readonly report: UsageReport = { newCount: 0, repeatedCount: 0, refusedCount: 0, refused: [] };
  readonly #connection: Connection;
  readonly #options: UsageOptions;
  readonly #batchRows: number;
  readonly #window: number;
  readonly #pending = new Map<bigint, Batch>(); // by batch number, in order
  readonly #changes = new Changes();
  #exhausted = false;
  readonly #backoff: Backoff;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, options: UsageOptions) {
    this.#connection = connection;
    this.#backoff = connection.backoff();
    this.#options = options;
    this.#batchRows = between("batchRows", options.batchRows ?? 20_000, MAX_ROWS);
    this.#window = between("window", options.window ?? 4, 1_000);
  }

  /** Takes the rows and delivers them side by side; the first to fail ends both. */
  async run(rows: Iterable<Usage> | AsyncIterable<Usage>): Promise<void> {
    const stop = new AbortController();
    const signal = either(stop.signal, this.#options.signal);
    const tell = () => this.#changes.tell();
    signal.addEventListener("abort", tell);
    try {
      signal.throwIfAborted();
      await Promise.all([this.#take(rows, signal), this.#deliver(signal)]);
    } finally {
      stop.abort();
      signal.removeEventListener("abort", tell);
    }
  }

  async #take(rows: Iterable<Usage> | AsyncIterable<Usage>, signal: AbortSignal): Promise<void> {
    let batchNumber = 0n;
    let firstIndex = 0;
    for await (const batch of batchesOf(rows, this.#batchRows)) {
      while (this.#pending.size >= this.#window) {
        await this.#changes.next(signal);
      }
      signal.throwIfAborted();
      batchNumber += 1n;
      const request = create(StreamUsageRequestSchema, { batchNumber, columns: batch.toColumns() });
      this.#pending.set(batchNumber, { firstIndex, request });
      firstIndex += batch.rowCount;
      this.#timer?.refresh();
      this.#changes.tell();
    }
    this.#exhausted = true;
    this.#changes.tell();
  }

  /** Opens a stream whenever there is something to send, until all is acknowledged; gives up as `Backoff` says. */
  async #deliver(signal: AbortSignal): Promise<void> {
    while (!this.#exhausted || this.#pending.size > 0) {
      if (this.#pending.size === 0) {
        this.#backoff.reset(); // a stream that broke with nothing to answer has failed nobody
        await this.#changes.next(signal);
        continue;
      }
      try {
        await this.#deliverOnce(signal);
      } catch (raised) {
        await this.#backoff.pause(raised, signal);
      }
    }
  }

  /** One stream, from its opening to its end; throws UNAVAILABLE when batches are left over. */
  async #deliverOnce(signal: AbortSignal): Promise<void> {
    const attempt = new AbortController();
    const acknowledgeMillis = this.#options.acknowledgeMillis ?? 60_000;
    this.#timer = setTimeout(() => {
      if (this.#pending.size > 0) {
        attempt.abort(new ProrataError(status.DEADLINE_EXCEEDED, `no acknowledgement within ${acknowledgeMillis} ms`));
      }
    }, acknowledgeMillis);
    try {
      const requests = this.#requests(attempt.signal);
      const options = { signal: either(attempt.signal, signal) };
      for await (const response of this.#connection.bidiStream(BillingService.method.streamUsage, requests, options)) {
        this.#acknowledge(response);
      }
    } finally {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      attempt.abort();
      this.#changes.tell();
    }
    if (this.#pending.size > 0) {
      throw new ProrataError(status.UNAVAILABLE, "the server ended the stream before it had answered every batch");
    }
  }

  /** Every pending batch once, those left over from a broken stream first. */
  async *#requests(signal: AbortSignal): AsyncGenerator<StreamUsageRequest, void, undefined> {
    let written = 0n;
    while (!signal.aborted) {
      const batch = [...this.#pending.values()].find(({ request }) => request.batchNumber > written);
      if (batch !== undefined) {
        written = batch.request.batchNumber;
        yield batch.request;
      } else if (this.#exhausted) {
        return;
      } else {
        await this.#changes.next();
      }
    }
  }

  #acknowledge(response: StreamUsageResponse): void {
    const batch = this.#pending.get(response.batchNumber);
    if (batch === undefined) {
      return; // answered before; it was sent again
    }
    this.#pending.delete(response.batchNumber);
    this.#backoff.reset();
    this.#timer?.refresh();
    this.report.newCount += response.newCount;
    this.report.repeatedCount += response.repeatedCount;
    this.report.refusedCount += response.refusedCount;
    for (const refused of response.refused) {
      this.report.refused.push(refusedRow(refused, batch.firstIndex));
    }
    this.#changes.tell();
    this.#options.onProgress?.(this.report);
  }
}

/** Wakes who waits for something to change. */
class Changes {
  #waiting: (() => void)[] = [];

  /** Waits for the next change; throws the signal's reason once it is aborted. */
  async next(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    signal?.throwIfAborted();
  }

  tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}

function refusedRow(refused: RefusedUsage, firstIndex: number): RefusedRow {
  const column = /^columns\.([a-z_]+)/.exec(refused.field)?.[1];
  return {
    index: firstIndex + refused.index,
    eventId: refused.eventId,
    reason: reasonName(refused.reason),
    field: column === undefined ? undefined : FIELDS[column],
    message: refused.message,
  };
}

function either(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second === undefined ? first : AbortSignal.any([first, second]);
}

function between(name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`${name}: a whole number from 1 to ${most}, not ${value}`);
  }
  return value;
}

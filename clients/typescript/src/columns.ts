/** Usage as columns: rows on this side, little-endian bytes on the wire (`prorata.v1.UsageColumns`). */

import { create } from "@bufbuild/protobuf";
import { type UsageColumns, UsageColumnsSchema } from "./prorata/prorata/v1/usage_pb.js";
import { named, type ScaledUsage, scaledUsage, type Usage } from "./usage.js";

export const MAX_ROWS = 50_000;
const MAX_BYTES = 4_000_000;
const BATCH_BYTES = 1_000; // more than the message takes around its rows and entries
const ROW_BYTES = 48;
const ENTRY_BYTES = 8; // more than an entry of a dictionary takes around its text
const UNRATED_NANOS = -(2n ** 63n);

/** Rows that are gathered into the columns of one batch. */
export class UsageBatch {
  #rowCount = 0;
  #bytes = BATCH_BYTES;
  readonly #maxRows: number;
  readonly #eventIds: Buffer;
  readonly #accountIndexes: DataView<ArrayBuffer>;
  readonly #productIndexes: DataView<ArrayBuffer>;
  readonly #occurTimes: DataView<ArrayBuffer>;
  readonly #quantities: DataView<ArrayBuffer>;
  readonly #amounts: DataView<ArrayBuffer>;
  readonly #accounts = new Map<string, number>();
  readonly #products = new Map<string, number>();

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
    this.#eventIds = Buffer.alloc(16 * maxRows);
    this.#accountIndexes = view(4 * maxRows);
    this.#productIndexes = view(4 * maxRows);
    this.#occurTimes = view(8 * maxRows);
    this.#quantities = view(8 * maxRows);
    this.#amounts = view(8 * maxRows);
  }

  /** How many rows it has. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Takes a row, unless the batch is full; whether it did. */
  add(row: ScaledUsage): boolean {
    const bytes = ROW_BYTES + entryBytes(this.#accounts, row.accountSid) + entryBytes(this.#products, row.productId);
    if (this.#rowCount === this.#maxRows || (this.#rowCount > 0 && this.#bytes + bytes > MAX_BYTES)) {
      return false;
    }
    const index = this.#rowCount++;
    this.#bytes += bytes;
    this.#eventIds.write(row.eventId.replaceAll("-", ""), 16 * index, "hex");
    this.#accountIndexes.setUint32(4 * index, entryIndex(this.#accounts, row.accountSid), true);
    this.#productIndexes.setUint32(4 * index, entryIndex(this.#products, row.productId), true);
    this.#occurTimes.setBigInt64(8 * index, row.occurTimeMicros, true);
    this.#quantities.setBigInt64(8 * index, row.quantityMicros, true);
    this.#amounts.setBigInt64(8 * index, row.amountNanos ?? UNRATED_NANOS, true);
    return true;
  }

  /** The rows as a message. */
  toColumns(): UsageColumns {
    const count = this.#rowCount;
    return create(UsageColumnsSchema, {
      eventIds: new Uint8Array(this.#eventIds.buffer as ArrayBuffer, this.#eventIds.byteOffset, 16 * count),
      accountIndexes: new Uint8Array(this.#accountIndexes.buffer, 0, 4 * count),
      productIndexes: new Uint8Array(this.#productIndexes.buffer, 0, 4 * count),
      occurTimesMicros: new Uint8Array(this.#occurTimes.buffer, 0, 8 * count),
      quantitiesMicros: new Uint8Array(this.#quantities.buffer, 0, 8 * count),
      amountsNanos: new Uint8Array(this.#amounts.buffer, 0, 8 * count),
      accountSids: [...this.#accounts.keys()],
      productIds: [...this.#products.keys()],
    });
  }
}

/** The batches of rows, in order; throws RangeError, which names row and field, for what a record can not have. */
export async function* batchesOf(
  rows: Iterable<Usage> | AsyncIterable<Usage>,
  batchRows: number,
): AsyncGenerator<UsageBatch, void, undefined> {
  let batch = new UsageBatch(batchRows);
  let index = 0;
  for await (const row of rows) {
    const scaled = named(`rows[${index++}]`, () => scaledUsage(row));
    if (!batch.add(scaled)) {
      yield batch;
      batch = new UsageBatch(batchRows);
      batch.add(scaled);
    }
  }
  if (batch.rowCount > 0) {
    yield batch;
  }
}

function view(bytes: number): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(bytes));
}

function entryBytes(entries: Map<string, number>, entry: string): number {
  return entries.has(entry) ? 0 : Buffer.byteLength(entry) + ENTRY_BYTES;
}

function entryIndex(entries: Map<string, number>, entry: string): number {
  const index = entries.get(entry) ?? entries.size;
  entries.set(entry, index);
  return index;
}

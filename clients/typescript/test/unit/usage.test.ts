import assert from "node:assert/strict";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { eventIdFromText, type Usage, usageRecord } from "@prorata/client";
import { type UsageColumns, UsageColumnsSchema } from "@prorata/client/v1";
import { batchesOf } from "../../src/columns.js";

const ACCOUNT = `AC${"0".repeat(32)}`;
const ROW: Usage = {
  eventId: "00112233-4455-6677-8899-AABBCCDDEEFF",
  accountSid: ACCOUNT,
  productId: "sms",
  quantity: "1.5",
  occurTime: new Date("2026-06-15T09:30:00.250Z"),
};

async function columnsOf(rows: Iterable<Usage>, batchRows = 100) {
  const columns: UsageColumns[] = [];
  for await (const batch of batchesOf(rows, batchRows)) {
    columns.push(batch.toColumns());
  }
  return columns;
}

test("rows become little-endian columns and dictionaries", async () => {
  const rated = { ...ROW, accountSid: ACCOUNT.replace("0", "f"), amount: "999999999.999999999", occurTime: -1n };
  const [columns] = await columnsOf([ROW, rated, { ...ROW, quantity: "999999999999.999999" }]);
  assert.ok(columns);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  assert.equal(hex(columns.eventIds), "00112233445566778899aabbccddeeff".repeat(3));
  assert.equal(hex(columns.accountIndexes), "000000000100000000000000");
  assert.equal(hex(columns.productIndexes), "000000000000000000000000");
  const numbers = (bytes: Uint8Array) => [0, 8, 16].map((at) => Buffer.from(bytes).readBigInt64LE(at));
  const moment = BigInt(Date.parse("2026-06-15T09:30:00.250Z")) * 1_000n;
  assert.deepEqual(numbers(columns.occurTimesMicros), [moment, -1n, moment]);
  assert.deepEqual(numbers(columns.quantitiesMicros), [1_500_000n, 1_500_000n, 999_999_999_999_999_999n]);
  assert.deepEqual(numbers(columns.amountsNanos), [-(2n ** 63n), 999_999_999_999_999_999n, -(2n ** 63n)]);
  assert.deepEqual(columns.accountSids, [ACCOUNT, ACCOUNT.replace("0", "f")]);
  assert.deepEqual(columns.productIds, ["sms"]);
});

test("a batch ends with its rows, or before it has too many bytes", async () => {
  const many = Array.from({ length: 7 }, () => ROW);
  assert.deepEqual(
    (await columnsOf(many, 3)).map(({ eventIds }) => eventIds.length / 16),
    [3, 3, 1],
  );
  const wide = Array.from({ length: 50_000 }, (_, index) => ({ ...ROW, productId: String(index).padStart(64, "p") }));
  const batches = await columnsOf(wide, 50_000);
  assert.ok(batches.length > 1);
  assert.equal(
    batches.map(({ productIds }) => productIds.length).reduce((sum, each) => sum + each),
    50_000,
  );
  for (const columns of batches) {
    assert.ok(toBinary(UsageColumnsSchema, columns).length <= 4_000_000);
  }
});

for (const [name, change, message] of [
  ["a float", { quantity: 0.1 as unknown as string }, /^rows\[1\]: quantity: not an exact decimal but a number/],
  ["seven decimal places", { quantity: "0.0000001" }, /^rows\[1\]: quantity: more than 6 decimal places/],
  ["a negative amount", { amount: "-1" }, /^rows\[1\]: amount: it is negative/],
  ["too large a quantity", { quantity: 10n ** 12n }, /^rows\[1\]: quantity: it is not below 10\^12/],
  ["no moment", { occurTime: new Date("never") }, /^rows\[1\]: occurTime: not a moment/],
  ["a moment beyond 64 bits", { occurTime: 2n ** 63n }, /^rows\[1\]: occurTime: it does not fit 64 bits/],
  ["no event id", { eventId: "" }, /^rows\[1\]: eventId: an event id is required/],
] as const) {
  test(`a row with ${name} is told by row and field`, async () => {
    await assert.rejects(columnsOf([ROW, { ...ROW, ...change }]), { name: "RangeError", message });
  });
}

test("an event id of any text is the one that clients in other languages derive (4.1)", () => {
  assert.equal(eventIdFromText("SM1"), "1caf4572-ac18-5b24-8cb2-f653661600de");
  assert.equal(eventIdFromText("SM–ü"), "769717e8-c316-54ae-ba76-c1e14a2d03d4");
  assert.equal(eventIdFromText(ROW.eventId), ROW.eventId.toLowerCase());
  assert.notEqual(eventIdFromText("SM1", ROW.eventId), eventIdFromText("SM1"));
});

test("a row in a message keeps its numbers, before 1970 too", () => {
  const record = usageRecord({ ...ROW, amount: "0.0079", occurTime: -1n }, "USD");
  assert.equal(record.quantityMicros, 1_500_000n);
  assert.equal(record.occurTime?.seconds, -1n);
  assert.equal(record.occurTime?.nanos, 999_999_000);
  assert.equal(record.amount?.nanos, 7_900_000);
  assert.throws(() => usageRecord({ ...ROW, amount: "1" }), /amount: in a row it needs its currency code/);
});

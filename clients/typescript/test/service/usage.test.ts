import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProrataError, UsageReport } from "@prorata/client";
import { client, clientOf, forwarder, newAccount, newProduct, now, periodOf, rowsOf } from "./service.js";

test("columns tell what was new, repeated and refused, by the index among all rows (4.1, 4.3)", async () => {
  const accountSid = await newAccount();
  const rows = rowsOf(accountSid, await newProduct("1"), 25, await now());
  const [first] = rows;
  assert.ok(first);
  const conflict = { ...first, quantity: 2n };
  const unknown = { ...first, eventId: "of its own", productId: "no-such-product" };
  const reports: UsageReport[] = [];
  const options = { batchRows: 10, onProgress: (report: UsageReport) => reports.push({ ...report }) };
  const report = await client.sendUsage([...rows, first, unknown, conflict], options);
  assert.deepEqual([report.newCount, report.repeatedCount, report.refusedCount], [25, 1, 2]);
  const refused = report.refused.map(({ index, reason, field }) => ({ index, reason, field }));
  assert.deepEqual(
    refused.sort((one, other) => one.index - other.index),
    [
      { index: 26, reason: "PRODUCT_NOT_FOUND", field: "productId" },
      { index: 27, reason: "EVENT_CONFLICT", field: "eventId" },
    ],
  );
  assert.equal(reports.length, 3);
  const again = await client.sendUsage(rows);
  assert.deepEqual([again.newCount, again.repeatedCount], [0, 25]);
});

test("rows come from anything that yields them, and numbers are exact", async () => {
  const accountSid = await newAccount();
  const productId = await newProduct("1");
  const occurTime = BigInt((await now()).getTime()) * 1_000n + 7n;
  async function* rows() {
    yield {
      eventId: "1",
      accountSid,
      productId,
      quantity: "999999999999.999999",
      occurTime,
      amount: "999999999.999999999",
    };
  }
  assert.equal((await client.sendUsage(rows())).newCount, 1);
  const { usage } = await client.billing.listUsage({ accountSid, period: periodOf(await now()) });
  const record = usage[0]?.record;
  assert.equal(record?.quantityMicros, 999_999_999_999_999_999n);
  assert.deepEqual([record?.amount?.units, record?.amount?.nanos], [999_999_999n, 999_999_999]);
  assert.equal(record?.occurTime && record.occurTime.nanos % 1_000_000, 7_000);
});

test("nothing to send is nothing to report", async () => {
  assert.deepEqual(await client.sendUsage([]), { newCount: 0, repeatedCount: 0, refusedCount: 0, refused: [] });
});

test("a stream that is cut goes on, and every row counts once (4.1)", async () => {
  const accountSid = await newAccount();
  const rows = rowsOf(accountSid, await newProduct("1"), 30_000, await now());
  let sent = 0;
  let cuts = 0;
  const way = await forwarder((bytes) => {
    sent += bytes;
    if (sent > 400_000 * (cuts + 1) && cuts < 3) {
      cuts += 1;
      way.cut(false);
    }
  });
  const cutClient = clientOf(way.address, { retry: { firstDelayMillis: 10, maxDelayMillis: 50 } });
  const report = await cutClient.sendUsage(rows, { batchRows: 2_000 });
  assert.equal(cuts, 3);
  assert.equal(report.newCount + report.repeatedCount, rows.length);
  const { rows: sums } = await client.billing.getUsageSummary({ accountSid, period: periodOf(await now()) });
  assert.equal(sums[0]?.recordCount, 30_000n);
});

test("a batch that the server can not take ends the sending, and the field is told", async () => {
  const accountSid = await newAccount();
  const [row] = rowsOf(accountSid, await newProduct("1"), 1, await now());
  assert.ok(row);
  const sent = client.sendUsage([{ ...row, accountSid: "x".repeat(5_000_000) }]);
  await assert.rejects(sent, (error: ProrataError) => {
    return error.reason === "INVALID_FIELD" && error.violations[0]?.path === "columns";
  });
});

test("a sending that is aborted throws the signal's reason", async () => {
  const accountSid = await newAccount();
  const rows = rowsOf(accountSid, await newProduct("1"), 10, await now());
  const stop = new AbortController();
  async function* endless() {
    yield* rows;
    stop.abort(new Error("that is enough"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield* rows;
  }
  await assert.rejects(client.sendUsage(endless(), { batchRows: 5, signal: stop.signal }), {
    message: "that is enough",
  });
});

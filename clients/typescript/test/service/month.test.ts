/** The one file that moves the server's clock. */

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { decimalToMoney, moneyToDecimal, type ProrataError, status } from "@prorata/client";
import { ChargeKind, type ChargeRecord, ClosingState } from "@prorata/client/v1";
import { all, client, clientOf, forwarder, newAccount, newProduct, now, periodOf, rowsOf } from "./service.js";

const RETRY = { retry: { firstDelayMillis: 10, maxDelayMillis: 50 } };

/** Moves the clock to the end of the current month and closes that; the closing. */
async function closeMonth() {
  const moment = await now();
  const end = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1));
  await client.clock.advanceTestClock({ targetTime: timestampFromDate(end) });
  await client.billing.startClosing({ period: periodOf(moment) });
  return (await all(client.watchClosing(periodOf(moment)))).at(-1);
}

test("months are closed, and the feed is followed over breaks without gap or repetition", async () => {
  const accountSid = await newAccount();
  const productId = await newProduct("0.5");
  await client.plans.changePlan({ accountSid, planId: "production" });
  const firstMonth = await now();
  const [usage] = rowsOf(accountSid, productId, 1, firstMonth);
  assert.ok(usage);
  await client.sendUsage([{ ...usage, quantity: "24.68" }]);

  const before = (await all(client.streamCharges())).length; // another run's
  const way = await forwarder();
  const breaks: ProrataError[] = [];
  const stop = new AbortController();
  const feed = new Feed();
  const options = {
    afterPosition: BigInt(before),
    follow: true,
    signal: stop.signal,
    onBreak: (error: ProrataError) => breaks.push(error),
  };
  const followed = feed.take(clientOf(way.address, RETRY).streamCharges(options));

  const first = await closeMonth();
  assert.equal(first?.state, ClosingState.CLOSED);
  await feed.until(Number(first.recordCount));

  way.cut(true);
  const period = periodOf(firstMonth);
  await client.billing.voidUsage({ accountSid, period, eventIds: [(await onlyEvent(accountSid, period)).eventId] });
  const second = await closeMonth();
  assert.equal(second?.state, ClosingState.CLOSED);
  way.restore();
  await feed.until(Number(first.recordCount + second.recordCount));

  way.cut(false);
  const third = await closeMonth();
  await feed.until(Number(first.recordCount + second.recordCount + (third?.recordCount ?? 0n)));
  stop.abort(new Error("read all"));
  await assert.rejects(followed, { message: "read all" });

  assert.ok(breaks.length >= 2);
  assert.ok(breaks.every(({ code }) => code === status.UNAVAILABLE));
  const positions = feed.records.map(({ position }) => position);
  assert.deepEqual(
    positions,
    Array.from({ length: positions.length }, (_, index) => BigInt(before + index + 1)),
  );
  assert.deepEqual(await all(client.streamCharges({ afterPosition: BigInt(before) })), feed.records);

  const mine = feed.records.filter(
    ({ payerAccountSid, kind }) => payerAccountSid === accountSid && kind === ChargeKind.USAGE,
  );
  assert.deepEqual(
    mine.map(({ amount }) => moneyToDecimal(amount).toFixed()),
    ["12.34", "-12.34"],
  );
  assert.deepEqual(mine[1]?.amount, decimalToMoney("-12.34", "USD"));
  assert.deepEqual([mine[1]?.amount?.units, mine[1]?.amount?.nanos], [-12n, -340_000_000]);

  const consumer = `typescript-${accountSid}`;
  await client.billing.acknowledgeCharges({ consumer, position: BigInt(before + 2) });
  assert.deepEqual(await all(client.streamCharges({ consumer })), feed.records.slice(2));
});

test("a closing is watched to its end though the way to the server breaks", async () => {
  const accountSid = await newAccount();
  await client.plans.changePlan({ accountSid, planId: "production" });
  const closed = await closeMonth();
  assert.ok(closed);
  const way = await forwarder();
  way.cut(true);
  const options = { onBreak: () => way.restore() };
  const seen = await all(clientOf(way.address, RETRY).watchClosing(closed.period, options));
  assert.equal(seen.at(-1)?.state, ClosingState.CLOSED);
  assert.equal(seen.at(-1)?.digest, closed.digest);
});

test("what will not help to be tried again ends a stream that follows", async () => {
  await assert.rejects(all(client.watchClosing("2000-01")), { reason: "CLOSING_NOT_FOUND" });
  await assert.rejects(all(client.streamCharges({ afterPosition: 10n ** 12n, follow: true })), {
    reason: "UNKNOWN_CURSOR",
  });
});

test("a charge is explained to the cent (6.7)", async () => {
  const accountSid = await newAccount();
  await client.plans.changePlan({ accountSid, planId: "production" });
  await closeMonth();
  const { records } = await client.billing.listCharges({ payerAccountSid: accountSid });
  assert.equal(records.length, 1);
  const { explanation } = await client.billing.explainCharge({ chargeId: records[0]?.chargeId ?? "" });
  assert.match(explanation?.lines[0]?.formula ?? "", /max\(4 % × 0\.00, 250\.00\)/);
});

async function onlyEvent(accountSid: string, period: string) {
  const { usage } = await client.billing.listUsage({ accountSid, period });
  const record = usage[0]?.record;
  assert.ok(record);
  return record;
}

/** The records of a feed that is followed. */
class Feed extends EventEmitter {
  readonly records: ChargeRecord[] = [];

  async take(records: AsyncIterable<ChargeRecord>): Promise<void> {
    for await (const record of records) {
      this.records.push(record);
      this.emit("record");
    }
  }

  /** Waits until it has so many. */
  async until(count: number): Promise<void> {
    while (this.records.length < count) {
      await once(this, "record");
    }
  }
}

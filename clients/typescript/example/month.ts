/**
 * A month as a service of the platform plays it: an account, its plan, its usage, and what it is charged.
 *
 * It talks to the server at PRORATA_ADDRESS. On one in test mode it goes on to close the month and reads the charges.
 */

import { randomUUID } from "node:crypto";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  Client,
  dateToDay,
  decimalToNumber,
  moneyToDecimal,
  ProrataError,
  status,
  type Usage,
  usageRecord,
} from "@prorata/client";
import {
  ChargeKind,
  type ChargeRecord,
  ClosingState,
  type Money,
  ProductFamily,
  ProductStage,
} from "@prorata/client/v1";

const GRACE_MILLIS = 7 * 3_600_000; // a month closes by itself six hours after its end
const CLOSING_TRIES = 120;
const client = new Client(process.env.PRORATA_ADDRESS ?? "127.0.0.1:50051", { caller: "month-example" });

try {
  await month();
} finally {
  client.close();
}

async function month(): Promise<void> {
  const testClock = await readTestClock();
  const now = testClock ?? new Date();
  const period = now.toISOString().slice(0, 7);

  await offerMessages(period);
  const { account } = await client.plans.createAccount({ displayName: "Owl Post" });
  const accountSid = account?.accountSid ?? "";
  const subaccount = await client.plans.createAccount({ displayName: "Owl Post, night", parentAccountSid: accountSid });
  console.log(`account ${accountSid}, from ${dateToDay(account?.creationDay)} on`);

  const { change } = await client.plans.changePlan({ accountSid, planId: "production" });
  console.log(`production from ${dateToDay(change?.activeDay)} on, first charged ${dateToDay(change?.firstChargeDay)}`);
  await changeAgain(accountSid);

  await recordUsage([accountSid, subaccount.account?.accountSid ?? ""], now);
  const preview = await client.billing.previewCharges({ accountSid, period });
  console.log(`${period} as it stands:`);
  preview.records.forEach(printCharge);

  if (testClock === undefined) {
    console.log("the server has no test clock, so the month goes on: this is where the example ends");
    return;
  }
  await closeMonth(period, testClock);
  await explainCharges(accountSid, period);
}

/** The moment of the server's test clock; undefined when it is not in test mode. */
async function readTestClock(): Promise<Date | undefined> {
  try {
    const { currentTime } = await client.clock.getTestClock({});
    return currentTime && timestampDate(currentTime);
  } catch (error) {
    if (error instanceof ProrataError && error.code === status.UNIMPLEMENTED) {
      return undefined;
    }
    throw error;
  }
}

/** A product with a price, which finance would have published long before. */
async function offerMessages(period: string): Promise<void> {
  await client.billing.putProduct({
    productId: "example-sms",
    displayName: "SMS",
    unit: "message",
    stage: ProductStage.GENERALLY_AVAILABLE,
    family: ProductFamily.PLATFORM,
  });
  const unitPrice = decimalToNumber("0.0079");
  const pricing = { case: "perUnit", value: { unitPrice } } as const;
  await client.billing.publishPrices({ prices: [{ productId: "example-sms", effectivePeriod: period, pricing }] });
}

/** A second change is refused, and the reason says why. */
async function changeAgain(accountSid: string): Promise<void> {
  try {
    await client.plans.changePlan({ accountSid, planId: "production" });
  } catch (error) {
    if (!(error instanceof ProrataError) || error.reason !== "PLAN_ALREADY_HELD") {
      throw error;
    }
    console.log(`once more: ${error.message}`);
  }
}

/** Usage in rows, as a service with little of it sends it, and in columns. */
async function recordUsage(accountSids: readonly string[], occurTime: Date): Promise<void> {
  const run = randomUUID();
  const usage = (index: number): Usage => ({
    eventId: `${run}-${index}`, // what happened, not when it is sent: sent again it counts once
    accountSid: accountSids[index % accountSids.length] ?? "",
    productId: "example-sms",
    quantity: 1n,
    occurTime,
  });
  const rows = await client.billing.recordUsage({ records: [0, 1, 2].map((index) => usageRecord(usage(index))) });
  console.log(`rows: ${rows.newCount} new`);

  const many = Array.from({ length: 100_000 }, (_, index) => usage(index));
  const report = await client.sendUsage([...many, { ...usage(100_000), productId: "owls" }]);
  console.log(`columns: ${report.newCount} new, ${report.repeatedCount} repeated, ${report.refusedCount} refused`);
  for (const { index, field, reason } of report.refused) {
    console.log(`  row ${index}: ${field} ${reason}`);
  }
}

/** Sets the clock past the end of the month, and follows its closing. */
async function closeMonth(period: string, now: Date): Promise<void> {
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  await client.clock.advanceTestClock({ targetTime: timestampFromDate(new Date(end + GRACE_MILLIS)) });
  await startClosing(period);
  for await (const closing of client.watchClosing(period)) {
    console.log(
      `closing ${closing.period}: ${ClosingState[closing.state]}, ${closing.doneShardCount} of ${closing.shardCount} shards`,
    );
  }
}

/** Starts a closing, or finds it started; a month before it that is still closing is waited for. */
async function startClosing(period: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.billing.startClosing({ period });
      return;
    } catch (error) {
      const early = error instanceof ProrataError && error.reason === "PERIOD_OUT_OF_ORDER";
      if (!early || tries === CLOSING_TRIES) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** What the closing charges the account, from the feed; the support plan explained. */
async function explainCharges(accountSid: string, period: string): Promise<void> {
  for await (const record of client.streamCharges({ afterPosition: 0n })) {
    if (record.payerAccountSid !== accountSid || record.closingPeriod !== period) {
      continue;
    }
    printCharge(record);
    if (record.kind === ChargeKind.SUPPORT_PLAN) {
      const { explanation } = await client.billing.explainCharge({ chargeId: record.chargeId });
      for (const { summary, formula } of explanation?.lines ?? []) {
        console.log(`    ${summary}\n    ${formula}`);
      }
    }
  }
}

function printCharge(record: ChargeRecord): void {
  console.log(`  ${ChargeKind[record.kind].padEnd(14)} ${money(record.amount).padStart(12)}  ${record.chargeId}`);
}

/** The amount for people; it is exact, as the digits are given as they are. */
function money(amount: Money | undefined): string {
  const digits = moneyToDecimal(amount).toFixed() as `${number}`;
  return new Intl.NumberFormat("en", { style: "currency", currency: amount?.currencyCode ?? "USD" }).format(digits);
}

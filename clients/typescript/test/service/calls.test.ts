import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  dateToDay,
  dayToDate,
  decimalToMoney,
  moneyToDecimal,
  ProrataError,
  status,
  usageRecord,
} from "@prorata/client";
import { ChargeKind, MoneySchema } from "@prorata/client/v1";
import { client, clientOf, newAccount, newProduct, now, periodOf } from "./service.js";

/** The error of a call that must fail. */
async function refusalOf(call: Promise<unknown>): Promise<ProrataError> {
  const raised = await call.then(
    () => assert.fail("it was not refused"),
    (error: unknown) => error,
  );
  assert.ok(raised instanceof ProrataError);
  return raised;
}

test("a refusal has its stable reason", async () => {
  const error = await refusalOf(client.plans.getAccount({ accountSid: `AC${"0".repeat(32)}` }));
  assert.equal(error.code, status.NOT_FOUND);
  assert.equal(error.reason, "ACCOUNT_NOT_FOUND");
  assert.match(error.message, /^ACCOUNT_NOT_FOUND: ./);
});

test("a refusal names the field at fault by its path", async () => {
  const pricing = { case: "perUnit", value: { unitPrice: { value: "-1" } } } as const;
  const prices = [{ productId: "Not An Id", effectivePeriod: "2026-06", pricing }];
  const error = await refusalOf(client.billing.publishPrices({ prices }));
  assert.equal(error.reason, "INVALID_FIELD");
  assert.deepEqual(
    error.violations.map(({ path }) => path),
    ["prices[0].product_id"],
  );
  assert.match(error.violations[0]?.description ?? "", /1 to 64 of a-z, 0-9 and hyphen/);
});

test("a request id that is repeated answers the same, and with other content is refused", async () => {
  const request = { requestId: randomUUID(), displayName: "Owl Post" };
  const first = await client.plans.createAccount(request);
  assert.deepEqual(await client.plans.createAccount(request), first);
  const error = await refusalOf(client.plans.createAccount({ ...request, displayName: "Owl Shoes" }));
  assert.equal(error.reason, "REQUEST_ID_REUSED");
  assert.equal(error.requestId, request.requestId);
  assert.notEqual((await client.plans.createAccount({})).account?.accountSid, first.account?.accountSid);
});

test("a caller who is not staff may not do what staff may", async () => {
  const customer = clientOf(undefined, { role: "self-service" });
  const error = await refusalOf(customer.billing.startClosing({ period: "2026-05" }));
  assert.equal(error.code, status.PERMISSION_DENIED);
  assert.equal(error.reason, "NOT_PERMITTED");
});

test("a plan is changed on a day to come, and its days are those of the contract (3.2)", async () => {
  const accountSid = await newAccount();
  const inTenDays = new Date((await now()).getTime() + 10 * 86_400_000).toISOString().slice(0, 10);
  const { change } = await client.plans.changePlan({
    accountSid,
    planId: "production",
    startDay: dayToDate(inTenDays),
  });
  assert.equal(dateToDay(change?.activeDay), inTenDays);
  assert.equal(change?.pending, true);
  const { subscription } = await client.plans.getSubscription({ accountSid });
  assert.equal(subscription?.planId, "developer");
  assert.equal(subscription?.pendingChange?.planId, "production");
  const again = await refusalOf(
    client.plans.changePlan({ accountSid, planId: "business", startDay: dayToDate(inTenDays) }),
  );
  assert.equal(again.reason, "CHANGE_PENDING");
});

test("a preview charges usage and the plan of the month, subaccounts included (5.5, 6.4)", async () => {
  const accountSid = await newAccount();
  const subaccountSid = await newAccount(accountSid);
  await client.plans.changePlan({ accountSid, planId: "production" });
  const moment = await now();
  const usage = { productId: await newProduct("0.0079"), occurTime: moment };
  const records = [
    usageRecord({ ...usage, eventId: randomUUID(), accountSid, quantity: "1000000" }),
    usageRecord({ ...usage, eventId: randomUUID(), accountSid: subaccountSid, quantity: "0.5", amount: "100" }, "USD"),
  ];
  assert.equal((await client.billing.recordUsage({ records })).newCount, 2);
  const { records: charges } = await client.billing.previewCharges({ accountSid, period: periodOf(moment) });
  const usageCharges = charges.filter(({ kind }) => kind === ChargeKind.USAGE);
  assert.deepEqual(usageCharges.map(({ amount }) => moneyToDecimal(amount).toFixed(2)).sort(), ["100.00", "7900.00"]);
  assert.equal(charges.filter(({ kind }) => kind === ChargeKind.SUPPORT_PLAN).length, 1);
});

test("amounts and quantities that no double holds come back as they were sent (1.1)", async () => {
  const accountSid = await newAccount();
  const productId = await newProduct("0");
  const occurTime = await now();
  const amounts = ["999999999.999999999", "0.000000001", "123456789.123456789"];
  const records = amounts.map((amount) =>
    usageRecord(
      { eventId: randomUUID(), accountSid, productId, quantity: "999999999999.999999", occurTime, amount },
      "USD",
    ),
  );
  assert.equal((await client.billing.recordUsage({ records })).newCount, 3);
  const period = periodOf(occurTime);
  const { usage } = await client.billing.listUsage({ accountSid, period });
  const kept = usage.map(({ record }) => record);
  assert.deepEqual(kept.map((record) => moneyToDecimal(record?.amount).toFixed()).sort(), [...amounts].sort());
  assert.deepEqual(new Set(kept.map((record) => record?.quantityMicros)), new Set([999_999_999_999_999_999n]));
  const { rows } = await client.billing.getUsageSummary({ accountSid, period });
  assert.deepEqual(rows[0]?.ratedAmount, decimalToMoney("1123456789.123456789", "USD"));
  assert.deepEqual(
    rows[0]?.ratedAmount,
    create(MoneySchema, { currencyCode: "USD", units: 1123456789n, nanos: 123456789 }),
  );
});

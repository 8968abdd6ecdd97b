import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import type { Metadata, ServerDuplexStream, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { Client, ProrataError, status } from "@prorata/client";
import {
  BillingService,
  type CreateAccountRequest,
  CreateAccountRequestSchema,
  CreateAccountResponseSchema,
  ErrorReason,
  PlanService,
  type StreamUsageRequest,
  StreamUsageResponseSchema,
} from "@prorata/client/v1";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../../src/prorata/google/rpc/error_details_pb.js";
import { impatientClient, type Owner, refusal, serve } from "../server.js";

const RETRY = anyPack(RetryInfoSchema, create(RetryInfoSchema, { retryDelay: { seconds: 0n, nanos: 20_000_000 } }));
/** To a batch of ten rows. */
const ANSWER = {
  newCount: 7,
  repeatedCount: 2,
  refusedCount: 1,
  refused: [{ index: 9, reason: ErrorReason.PRICE_NOT_FOUND, field: "columns.product_indexes[9]" }],
};

/** Answers the first calls with the refusals, and keeps all requests. */
async function flaky(t: Owner, refusals: unknown[]) {
  const requests: CreateAccountRequest[] = [];
  const handle = (call: ServerUnaryCall<CreateAccountRequest, unknown>, callback: sendUnaryData<unknown>) => {
    requests.push(call.request);
    const refused = refusals[requests.length - 1];
    callback(refused === undefined ? null : (refused as Error), create(CreateAccountResponseSchema));
  };
  const server = await serve(t, [{ method: PlanService.method.createAccount, handle }]);
  const client = impatientClient(t, server.address);
  return { client, requests };
}

test("what failed for the moment is sent again, the same request under the same request id", async (t) => {
  const transient = [
    refusal(status.UNAVAILABLE, "away", []),
    refusal(status.RESOURCE_EXHAUSTED, "full", [RETRY]),
    refusal(status.ABORTED, "again", [RETRY]),
  ];
  const { client, requests } = await flaky(t, transient);
  await client.plans.createAccount({ displayName: "Owl Post" });
  assert.equal(requests.length, 4);
  assert.match(requests[0]?.requestId ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(new Set(requests.map((each) => each.requestId)).size, 1);
  assert.deepEqual(new Set(requests.map((each) => each.displayName)), new Set(["Owl Post"]));
  await client.plans.createAccount({ requestId: "of the caller" });
  assert.equal(requests[4]?.requestId, "of the caller");
});

test("what failed as a token had expired is sent again where another token can be had", async (t) => {
  const info = create(ErrorInfoSchema, { reason: "CREDENTIALS_EXPIRED", domain: "prorata" });
  const expired = () => refusal(status.UNAUTHENTICATED, "expired", [anyPack(ErrorInfoSchema, info)]);
  const handle = (call: ServerUnaryCall<CreateAccountRequest, unknown>, callback: sendUnaryData<unknown>) => {
    const good = call.metadata.get("authorization")[0] === "Bearer token-2";
    callback(good ? null : expired(), create(CreateAccountResponseSchema));
  };
  const server = await serve(t, [{ method: PlanService.method.createAccount, handle }]);
  let count = 0;
  const client = new Client(server.address, { token: () => `token-${++count}`, retry: { firstDelayMillis: 5 } });
  t.after(() => client.close());
  await client.plans.createAccount({});
  assert.equal(count, 2);
  await assert.rejects(impatientClient(t, server.address).plans.createAccount({}), { reason: "CREDENTIALS_EXPIRED" });
});

test("a message that is given twice is two requests, and stays as it was given", async (t) => {
  const { client, requests } = await flaky(t, []);
  const request = create(CreateAccountRequestSchema, { displayName: "Owl Post" });
  await client.plans.createAccount(request);
  await client.plans.createAccount(request);
  assert.equal(request.requestId, "");
  assert.notEqual(requests[0]?.requestId, requests[1]?.requestId);
});

test("a deadline that is none is refused", async (t) => {
  const { client } = await flaky(t, []);
  for (const timeoutMillis of [0, -1, Number.NaN]) {
    await assert.rejects(client.plans.createAccount({}, { timeoutMillis }), { message: /^timeoutMillis: more than 0/ });
    assert.throws(() => impatientClient(t, "localhost:1", timeoutMillis), { message: /^timeoutMillis: more than 0/ });
  }
});

test("a server that says when to come again is not asked before", async (t) => {
  const later = create(RetryInfoSchema, { retryDelay: { seconds: 0n, nanos: 300_000_000 } });
  const { client } = await flaky(t, [refusal(status.RESOURCE_EXHAUSTED, "full", [anyPack(RetryInfoSchema, later)])]);
  const start = Date.now();
  await client.plans.createAccount({});
  assert.ok(Date.now() - start >= 300);
});

test("a server that says to come again after the deadline is not waited for", async (t) => {
  const later = create(RetryInfoSchema, { retryDelay: { seconds: 60n } });
  const { client } = await flaky(t, [refusal(status.RESOURCE_EXHAUSTED, "full", [anyPack(RetryInfoSchema, later)])]);
  const start = Date.now();
  const call = client.plans.createAccount({}, { timeoutMillis: 5_000 });
  await assert.rejects(call, { code: status.RESOURCE_EXHAUSTED, retryDelayMillis: 60_000 });
  assert.ok(Date.now() - start < 2_000);
});

for (const [name, refused] of [
  ["RESOURCE_EXHAUSTED without a time", refusal(status.RESOURCE_EXHAUSTED, "too large", [])],
  ["INVALID_ARGUMENT", refusal(status.INVALID_ARGUMENT, "bad", [RETRY])],
  ["INTERNAL", refusal(status.INTERNAL, "unexpected", [])],
] as const) {
  test(`${name} is not tried again`, async (t) => {
    const { client, requests } = await flaky(t, [refused]);
    await assert.rejects(client.plans.createAccount({}), ProrataError);
    assert.equal(requests.length, 1);
  });
}

test("an error carries reason, fields, time and request id", async (t) => {
  const info = { reason: "CHANGE_PENDING", domain: "prorata" };
  const foreign = { reason: "QUOTA", domain: "example.com" };
  const violations = [{ field: "prices[3].per_unit.unit_price", description: "it is negative" }];
  const details = [
    anyPack(ErrorInfoSchema, create(ErrorInfoSchema, foreign)),
    anyPack(ErrorInfoSchema, create(ErrorInfoSchema, info)),
    anyPack(BadRequestSchema, create(BadRequestSchema, { fieldViolations: violations })),
    RETRY,
  ];
  const { client } = await flaky(t, [refusal(status.FAILED_PRECONDITION, "another change is pending", details)]);
  const error = await client.plans.createAccount({ requestId: "mine" }).catch((raised: unknown) => raised);
  assert.ok(error instanceof ProrataError);
  assert.equal(error.code, status.FAILED_PRECONDITION);
  assert.equal(error.reason, "CHANGE_PENDING");
  assert.equal(error.message, "CHANGE_PENDING: another change is pending");
  const expected = [{ path: "prices[3].per_unit.unit_price", description: "it is negative" }];
  assert.deepEqual(error.violations, expected);
  assert.equal(error.retryDelayMillis, 20);
  assert.equal(error.requestId, "mine");
});

test("details that can not be read leave the plain status", async (t) => {
  const broken = refusal(status.NOT_FOUND, "no such account", []);
  (broken as { metadata: Metadata }).metadata.set("grpc-status-details-bin", Buffer.from("broken"));
  const { client } = await flaky(t, [broken]);
  await assert.rejects(client.plans.createAccount({}), {
    code: status.NOT_FOUND,
    message: "NOT_FOUND: no such account",
  });
});

test("the deadline bounds all attempts, and the error tells why they failed", async (t) => {
  const { client, requests } = await flaky(
    t,
    Array.from({ length: 1_000 }, () => refusal(status.UNAVAILABLE, "away", [])),
  );
  const start = Date.now();
  await assert.rejects(client.plans.createAccount({}, { timeoutMillis: 300 }), { code: status.UNAVAILABLE });
  assert.ok(Date.now() - start < 1_000);
  assert.ok(requests.length > 3);
});

test("a call that is aborted throws the signal's reason, within an attempt or between two", async (t) => {
  const { client } = await flaky(
    t,
    Array.from({ length: 1_000 }, () => refusal(status.UNAVAILABLE, "away", [])),
  );
  const options = { signal: AbortSignal.timeout(50) };
  await assert.rejects(client.plans.createAccount({}, options), { name: "TimeoutError" });
  await assert.rejects(client.plans.createAccount({}, options), { name: "TimeoutError" });
});

test("batches without an answer are sent again on a new stream, and no more are under way than the window", async (t) => {
  const seen: bigint[][] = [];
  let outstanding = 0;
  let most = 0;
  const handle = (call: ServerDuplexStream<StreamUsageRequest, unknown>) => {
    const numbers: bigint[] = [];
    seen.push(numbers);
    outstanding = 0;
    const breaks = seen.length === 1;
    call.on("data", (request: StreamUsageRequest) => {
      numbers.push(request.batchNumber);
      most = Math.max(most, ++outstanding);
      if (breaks && numbers.length === 3) {
        call.emit("error", { code: status.UNAVAILABLE, details: "going away" });
      } else if (!breaks || numbers.length === 1) {
        setTimeout(5).then(() => {
          outstanding -= 1;
          call.write(create(StreamUsageResponseSchema, { batchNumber: request.batchNumber, ...ANSWER }));
        });
      }
    });
    call.on("end", () => setTimeout(20).then(() => call.end()));
  };
  const server = await serve(t, [{ method: BillingService.method.streamUsage, handle }]);
  const client = impatientClient(t, server.address);
  const report = await client.sendUsage(rows(100), { batchRows: 10, window: 2 });
  assert.deepEqual([report.newCount, report.repeatedCount, report.refusedCount], [70, 20, 10]);
  const { index, field, reason } = report.refused[9] ?? {};
  assert.deepEqual({ index, field, reason }, { index: 99, field: "productId", reason: "PRICE_NOT_FOUND" });
  assert.deepEqual(seen[0], [1n, 2n, 3n]);
  assert.deepEqual(seen[1], [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n]);
  assert.equal(most, 2);
});

test("a stream that breaks while nothing is to be answered does not count as failing", async (t) => {
  let streams = 0;
  const handle = (call: ServerDuplexStream<StreamUsageRequest, unknown>) => {
    const stream = ++streams;
    call.on("data", ({ batchNumber }: StreamUsageRequest) => {
      if (stream !== 2) {
        call.write(create(StreamUsageResponseSchema, { batchNumber, newCount: 1 }));
      }
      if (stream < 3) {
        call.emit("error", { code: status.UNAVAILABLE, details: "going away" });
      }
    });
    call.on("end", () => call.end());
  };
  const server = await serve(t, [{ method: BillingService.method.streamUsage, handle }]);
  async function* slowly() {
    for (const row of rows(2)) {
      yield row;
      await setTimeout(300); // longer than the client's patience
    }
  }
  const client = impatientClient(t, server.address, 200);
  assert.equal((await client.sendUsage(slowly(), { batchRows: 1 })).newCount, 2);
});

test("a server that does not acknowledge is given up", async (t) => {
  const handle = (call: ServerDuplexStream<StreamUsageRequest, unknown>) => call.on("data", () => undefined);
  const server = await serve(t, [{ method: BillingService.method.streamUsage, handle }]);
  const client = impatientClient(t, server.address);
  const sent = client.sendUsage(rows(1), { acknowledgeMillis: 50 });
  await assert.rejects(sent, { code: status.DEADLINE_EXCEEDED, message: /no acknowledgement within 50 ms/ });
});

test("rows that fail end the sending with what they throw", async (t) => {
  const handle = (call: ServerDuplexStream<StreamUsageRequest, unknown>) => call.on("data", () => undefined);
  const server = await serve(t, [{ method: BillingService.method.streamUsage, handle }]);
  const client = impatientClient(t, server.address);
  async function* failing() {
    yield* rows(10);
    throw new Error("the file ends here");
  }
  await assert.rejects(client.sendUsage(failing(), { batchRows: 5 }), { message: "the file ends here" });
  await assert.rejects(client.sendUsage(rows(1), { batchRows: 50_001 }), { message: /^batchRows: a whole number/ });
});

test("usage is given up when the server stays away longer than a call may take", async (t) => {
  const client = impatientClient(t, "127.0.0.1:1", 200);
  await assert.rejects(client.sendUsage(rows(1)), { code: status.UNAVAILABLE });
});

function* rows(count: number) {
  for (let index = 0; index < count; index++) {
    const row = { accountSid: `AC${"0".repeat(32)}`, productId: "sms", quantity: 1n, occurTime: new Date() };
    yield { ...row, eventId: `SM${index}` };
  }
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { status } from "@prorata/client";
import {
  BillingService,
  type StreamChargesRequest,
  StreamChargesResponseSchema,
  WatchClosingResponseSchema,
  WatchRehearsalResponseSchema,
} from "@prorata/client/v1";
import { impatientClient, type Owner, serve } from "../server.js";

/** A server whose streams answer with one response each, and then break off until the last one. */
async function breaking(t: Owner, name: "streamCharges" | "watchClosing" | "watchRehearsal", responses: unknown[]) {
  const requests: unknown[] = [];
  const handle = (call: ServerWritableStream<unknown, unknown>) => {
    requests.push(call.request);
    const response = responses[requests.length - 1];
    if (response !== undefined) {
      call.write(response);
    }
    if (requests.length === responses.length) {
      call.end();
    } else {
      call.emit("error", { code: status.UNAVAILABLE, details: "going away" });
    }
  };
  const server = await serve(t, [{ method: BillingService.method[name], handle }]);
  const client = impatientClient(t, server.address);
  return { client, requests };
}

function page(...positions: bigint[]) {
  return create(StreamChargesResponseSchema, {
    records: positions.map((position) => ({ position })),
    lastPosition: positions.at(-1) ?? 0n,
  });
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) {
    gathered.push(item);
  }
  return gathered;
}

for (const follow of [true, false]) {
  test(`a feed that breaks goes on after the last position${follow ? ", followed" : ""}`, async (t) => {
    const { client, requests } = await breaking(t, "streamCharges", [undefined, page(4n, 5n), undefined, page(6n)]);
    const breaks: number[] = [];
    const onBreak = (_: unknown, delayMillis: number) => breaks.push(delayMillis);
    const records = await all(client.streamCharges({ afterPosition: 3n, follow, onBreak }));
    assert.deepEqual(
      records.map(({ position }) => position),
      [4n, 5n, 6n],
    );
    const starts = (requests as StreamChargesRequest[]).map(({ start }) => start.value);
    assert.deepEqual(starts, [3n, 3n, 5n, 5n]);
    assert.deepEqual(new Set((requests as StreamChargesRequest[]).map((each) => each.follow)), new Set([follow]));
    assert.equal(breaks.length, 3);
  });
}

test("a consumer's feed begins where the consumer is, until something was received", async (t) => {
  const { client, requests } = await breaking(t, "streamCharges", [undefined, page(8n), page(9n)]);
  await all(client.streamCharges({ consumer: "ledger", follow: true }));
  const starts = (requests as StreamChargesRequest[]).map(({ start, follow }) => [start.case, start.value, follow]);
  assert.deepEqual(starts, [
    ["consumer", "ledger", true],
    ["consumer", "ledger", true],
    ["afterPosition", 8n, true],
  ]);
});

test("a feed begins in one place", async (t) => {
  const client = impatientClient(t, "127.0.0.1:1");
  const message = "afterPosition, consumer: give one of them";
  await assert.rejects(all(client.streamCharges({ afterPosition: 1n, consumer: "ledger" })), { message });
});

test("a feed that is not followed is given up after the time of a call; one that is, when the signal says so", async (t) => {
  const client = impatientClient(t, "127.0.0.1:1", 200);
  await assert.rejects(all(client.streamCharges()), { code: status.UNAVAILABLE });
  const signal = AbortSignal.timeout(500);
  await assert.rejects(all(client.streamCharges({ follow: true, signal })), { name: "TimeoutError" });
});

test("a closing and a rehearsal are watched over breaks", async (t) => {
  const closings = [3, 3, 8].map((doneShardCount) =>
    create(WatchClosingResponseSchema, { closing: { doneShardCount } }),
  );
  const closing = await breaking(t, "watchClosing", closings);
  const seen = await all(closing.client.watchClosing("2026-06"));
  assert.deepEqual(
    seen.map(({ doneShardCount }) => doneShardCount),
    [3, 3, 8],
  );
  assert.deepEqual(new Set(closing.requests.map((each) => (each as { period: string }).period)), new Set(["2026-06"]));

  const steps = [1, 2].map((doneShardCount) => create(WatchRehearsalResponseSchema, { rehearsal: { doneShardCount } }));
  const rehearsal = await breaking(t, "watchRehearsal", steps);
  assert.equal((await all(rehearsal.client.watchRehearsal(7))).length, 2);
  assert.equal((rehearsal.requests[1] as { rehearsalNumber: number }).rehearsalNumber, 7);
});

test("leaving the loop ends the call at the server", async (t) => {
  let ended = () => undefined as unknown;
  const over = new Promise((resolve) => {
    ended = () => resolve("ended");
  });
  const handle = (call: ServerWritableStream<unknown, unknown>) => {
    call.on("cancelled", () => ended());
    call.write(page(1n));
  };
  const server = await serve(t, [{ method: BillingService.method.streamCharges, handle }]);
  const client = impatientClient(t, server.address);
  for await (const record of client.streamCharges({ follow: true })) {
    assert.equal(record.position, 1n);
    break;
  }
  assert.equal(await over, "ended");
});

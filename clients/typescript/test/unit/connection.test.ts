import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { constants, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ServerCredentials, type ServerDuplexStream, type sendUnaryData } from "@grpc/grpc-js";
import { Client, type ClientOptions, ProrataError, status, tokenFromFile } from "@prorata/client";
import {
  BillingService,
  GetAccountResponseSchema,
  GetTestClockResponseSchema,
  PlanService,
  TestClockService,
} from "@prorata/client/v1";
import { type Authority, type Identity, makeAuthority } from "../certificates.js";
import { type Answer, impatientClient, serve } from "../server.js";

const PAIR = { privateKey: "key", certificateChain: "certificate" };
const CLOCK: Answer = {
  method: TestClockService.method.getTestClock,
  handle: (_: unknown, callback: sendUnaryData<unknown>) => callback(null, create(GetTestClockResponseSchema)),
};

/** What the server was told of the caller by one call. */
async function told(server: Awaited<ReturnType<typeof serve>>, options: ClientOptions) {
  const client = new Client(server.address, { timeoutMillis: 2_000, ...options });
  try {
    await client.clock.getTestClock({});
  } finally {
    client.close();
  }
  const { authorization, ...rest } = server.received.pop()?.getMap() ?? {};
  return { authorization, caller: rest["prorata-caller"], role: rest["prorata-role"] };
}

describe("in plaintext on loopback", () => {
  test("caller and role are sent, staff unless said otherwise", async (t) => {
    const server = await serve(t, [CLOCK]);
    assert.deepEqual(await told(server, {}), { authorization: undefined, caller: undefined, role: "staff" });
    const options = { caller: "console", role: "self-service" } as const;
    assert.deepEqual(await told(server, options), { authorization: undefined, ...options });
  });

  test("a token is asked for anew with every call, and sent instead of caller and role", async (t) => {
    const server = await serve(t, [CLOCK]);
    let count = 0;
    const token = async () => `token-${++count}`;
    const client = new Client(server.address, { token });
    for (const expected of ["Bearer token-1", "Bearer token-2"]) {
      await client.clock.getTestClock({});
      const metadata = server.received.pop();
      assert.deepEqual(metadata?.get("authorization"), [expected]);
      assert.deepEqual(metadata?.get("prorata-role"), []);
    }
    client.close();
  });

  test("a token in a file is read with every call", async (t) => {
    const server = await serve(t, [CLOCK]);
    const folder = await mkdtemp(join(tmpdir(), "token-"));
    const path = join(folder, "token");
    for (const token of ["first", "second"]) {
      await writeFile(path, `${token}\n`);
      assert.equal((await told(server, { token: tokenFromFile(path) })).authorization, `Bearer ${token}`);
    }
    await rm(folder, { recursive: true });
    await assert.rejects(told(server, { token: tokenFromFile(path) }), { code: "ENOENT" });
  });

  test("a token that no header can carry is refused without being shown", async (t) => {
    const server = await serve(t, [CLOCK]);
    for (const token of ["", "secret\nsecond line"]) {
      await assert.rejects(told(server, { token: () => token }), (error: Error) => {
        return /^token: what was given is empty/.test(error.message) && !error.message.includes("secret");
      });
    }
  });
});

describe("over TLS", () => {
  let authority: Authority;
  let identity: Identity;
  before(async () => {
    authority = await makeAuthority("authority of the test");
    identity = await authority.issue("server of the test");
  });

  function credentials(callers?: Authority) {
    const pair = { private_key: Buffer.from(identity.key), cert_chain: Buffer.from(identity.certificate) };
    const roots = callers === undefined ? null : Buffer.from(callers.certificate);
    return ServerCredentials.createSsl(roots, [pair], callers !== undefined);
  }

  test("a server of the authorities given is talked to, with a token", async (t) => {
    const server = await serve(t, [CLOCK], credentials());
    const tls = { rootCertificates: authority.certificate };
    assert.equal((await told(server, { tls, token: () => "of-the-test" })).authorization, "Bearer of-the-test");
  });

  test("a server that the well-known authorities do not vouch for is not", async (t) => {
    const server = await serve(t, [CLOCK], credentials());
    await assert.rejects(told(server, { tls: true, timeoutMillis: 400 }), unavailable);
    assert.equal(server.received.length, 0);
  });

  test("a server that asks for a certificate takes that of its authority, and no other (mTLS)", async (t) => {
    const callers = await makeAuthority("authority of callers");
    const server = await serve(t, [CLOCK], credentials(callers));
    const tls = async (issuer: Authority) => {
      const { key, certificate } = await issuer.issue("console");
      return { rootCertificates: authority.certificate, privateKey: key, certificateChain: certificate };
    };
    const nothing = { authorization: undefined, caller: undefined, role: undefined }; // the certificate says it all
    assert.deepEqual(await told(server, { tls: await tls(callers) }), nothing);
    const token = { tls: await tls(callers), token: () => "of-the-test" };
    assert.equal((await told(server, token)).authorization, "Bearer of-the-test");
    await assert.rejects(told(server, { tls: await tls(authority), timeoutMillis: 400 }), unavailable);
    const none = { rootCertificates: authority.certificate };
    await assert.rejects(told(server, { tls: none, timeoutMillis: 400 }), unavailable);
  });
});

for (const [address, options, message] of [
  ["prorata.internal:443", { token: () => "secret" }, /^token: it is not sent in plaintext to prorata.internal:443/],
  ["8.8.8.8:443", { token: () => "secret" }, /^token: it is not sent in plaintext/],
  ["127.0.0.1.example:443", { token: () => "secret" }, /^token: it is not sent in plaintext/],
  ["localhost:1", { token: () => "secret", role: "staff" }, /^token: it names the caller already/],
  ["localhost:1", { tls: { privateKey: "key" } }, /^tls: give privateKey and certificateChain together/],
  ["localhost:1", { tls: PAIR, caller: "console" }, /^tls: the certificate names the caller already/],
  ["localhost:1", { tls: PAIR, role: "staff" }, /^tls: the certificate names the caller already/],
  ["localhost:1", { role: "admin" as "staff" }, /^role: "staff" or "self-service", not "admin"/],
  ["localhost:1", { caller: "Büro" }, /^caller: printable ASCII/],
  ["https://localhost:1", {}, /^address: give host:port/],
  ["localhost", {}, /^address: give host:port/],
  ["localhost:65536", {}, /^address: give host:port/],
] as const satisfies readonly (readonly [string, ClientOptions, RegExp])[]) {
  test(`${address} with ${JSON.stringify(options)} is refused before anything is sent`, () => {
    assert.throws(() => new Client(address, options), { message });
  });
}

function unavailable(error: unknown): boolean {
  return error instanceof ProrataError && error.code === status.UNAVAILABLE;
}

test("an answer of more than 4 MB is taken", async (t) => {
  const displayName = "x".repeat(5_000_000);
  const handle = (_: unknown, callback: sendUnaryData<unknown>) =>
    callback(null, create(GetAccountResponseSchema, { account: { displayName } }));
  const server = await serve(t, [{ method: PlanService.method.getAccount, handle }]);
  const { account } = await impatientClient(t, server.address).plans.getAccount({});
  assert.equal(account?.displayName.length, displayName.length);
});

test("a proxy of the environment is not used for loopback", async (t) => {
  const server = await serve(t, [CLOCK]);
  process.env.http_proxy = "http://127.0.0.1:1";
  t.after(() => delete process.env.http_proxy);
  assert.equal((await told(server, { token: () => "of-the-test" })).authorization, "Bearer of-the-test");
});

for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_INTERNAL_ERROR, constants.NGHTTP2_PROTOCOL_ERROR]) {
  test(`a stream that is reset on the way (${code}) is UNAVAILABLE, and tried again`, async (t) => {
    let count = 0;
    const server = createServer().on("stream", (stream) => {
      count += 1;
      stream.on("error", () => undefined);
      stream.close(code);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const client = impatientClient(t, `127.0.0.1:${(server.address() as AddressInfo).port}`, 300);
    await assert.rejects(client.clock.getTestClock({}), unavailable);
    assert.ok(count > 1);
  });
}

test("requests that fail end a stream with what they throw", async (t) => {
  const handle = (call: ServerDuplexStream<unknown, unknown>) => call.on("data", () => undefined);
  const server = await serve(t, [{ method: BillingService.method.streamUsage, handle }]);
  async function* requests() {
    yield { batchNumber: 1n };
    throw new Error("the file ends here");
  }
  const responses = impatientClient(t, server.address).billing.streamUsage(requests());
  await assert.rejects(responses.next(), { message: "the file ends here" });
});

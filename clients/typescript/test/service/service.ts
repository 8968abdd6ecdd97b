/** The server the tests run against, and short ways to say what happens there. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer, type Socket, connect as tcpConnect } from "node:net";
import { after } from "node:test";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Client, type ClientOptions, decimalToNumber, type Usage } from "@prorata/client";
import { ProductFamily, ProductStage } from "@prorata/client/v1";

export const ADDRESS = process.env.PRORATA_ADDRESS ?? "";
assert.ok(ADDRESS, "PRORATA_ADDRESS: set it to the host:port of a server in test mode");

/** A client that is closed after the tests of the file. */
export function clientOf(address: string = ADDRESS, options: ClientOptions = {}): Client {
  const client = new Client(address, { caller: "typescript-tests", ...options });
  after(() => client.close());
  return client;
}

export const client = clientOf();

/** What the server's clock shows. */
export async function now(): Promise<Date> {
  const { currentTime } = await client.clock.getTestClock({});
  assert.ok(currentTime);
  return timestampDate(currentTime);
}

/** The period of a moment in UTC. */
export function periodOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}

/** A new account. */
export async function newAccount(parentAccountSid = ""): Promise<string> {
  const { account } = await client.plans.createAccount({ parentAccountSid });
  assert.ok(account);
  return account.accountSid;
}

/** A new product at a price per unit, from the current period on. */
export async function newProduct(price: string): Promise<string> {
  const productId = `sms-${randomUUID()}`;
  const kind = { stage: ProductStage.GENERALLY_AVAILABLE, family: ProductFamily.PLATFORM };
  await client.billing.putProduct({ productId, displayName: "SMS", unit: "message", ...kind });
  const pricing = { case: "perUnit", value: { unitPrice: decimalToNumber(price) } } as const;
  await client.billing.publishPrices({ prices: [{ productId, effectivePeriod: periodOf(await now()), pricing }] });
  return productId;
}

/** Rows of usage, one unit each. */
export function rowsOf(accountSid: string, productId: string, count: number, occurTime: Date): Usage[] {
  const run = randomUUID();
  const row = { accountSid, productId, quantity: 1n, occurTime };
  return Array.from({ length: count }, (_, index) => ({ ...row, eventId: `${run}-${index}` }));
}

/** Whatever comes, as a list. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) {
    gathered.push(item);
  }
  return gathered;
}

/** A way to the server that can be cut. */
export interface Forwarder {
  readonly address: string;
  /** Cuts all connections; while it is down, new ones are cut too. */
  cut(down: boolean): void;
  restore(): void;
}

/** Forwards a port of its own on loopback to the server, until the tests of the file are over. */
export async function forwarder(onData: (bytes: number) => void = () => undefined): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  let down = false;
  const server = createServer((near) => {
    if (down) {
      near.destroy();
      return;
    }
    const [host, port] = ADDRESS.split(/:(?=\d+$)/);
    const far = tcpConnect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined); // the close that follows tells
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (chunk) => onData(chunk.length));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (stay: boolean) => {
    down = stay;
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  after(() => {
    cut(true);
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const restore = () => {
    down = false;
  };
  return { address: `127.0.0.1:${address.port}`, cut, restore };
}

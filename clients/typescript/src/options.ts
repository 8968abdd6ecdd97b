/** How a client connects: the channel, who calls, and what is checked of that before anything is sent. */

import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { type ChannelCredentials, type ChannelOptions, credentials, Metadata } from "@grpc/grpc-js";
import type { RetryPolicy } from "./retry.js";

/** How the channel is secured; the authorities trusted are the well-known ones unless given. PEM, all of them. */
export interface Tls {
  /** The authorities to trust instead. */
  readonly rootCertificates?: Uint8Array | string;
  /** The caller's own key, where the server asks for a certificate (mTLS). */
  readonly privateKey?: Uint8Array | string;
  /** The certificate of that key. */
  readonly certificateChain?: Uint8Array | string;
}

/** Gives the bearer token of a call; asked before every attempt, as tokens expire. */
export type TokenSource = () => string | Promise<string>;

/** How a client connects. */
export interface ClientOptions {
  /** Secures the channel; plaintext unless given. */
  readonly tls?: boolean | Tls;
  /** Who calls, for a server without tokens. */
  readonly caller?: string;
  /** The caller's role, for a server without tokens; "staff" unless given. */
  readonly role?: "staff" | "self-service";
  /** Gives the bearer token of a call, instead of caller and role. Over plaintext to loopback only. */
  readonly token?: TokenSource;
  /** The deadline of a call that names none, all attempts together; 30 s unless given. */
  readonly timeoutMillis?: number;
  /** How soon what failed for the moment is tried again. */
  readonly retry?: RetryPolicy;
}

const ADDRESS = /^(\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):([0-9]{1,5})$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const TOKEN = /^[\x21-\x7e]+$/;

/** A token source that reads a file anew for every call, so that whoever renews the token only writes the file. */
export function tokenFromFile(path: string): TokenSource {
  return async () => (await readFile(path, "utf8")).trim();
}

/** The credentials of the channel; throws Error for options that do not go together. */
export function channelCredentials(address: string, options: ClientOptions): ChannelCredentials {
  if (!options.tls) {
    if (options.token !== undefined && !isLoopback(address)) {
      throw new Error(`token: it is not sent in plaintext to ${address}, set tls`);
    }
    return credentials.createInsecure();
  }
  const { rootCertificates, privateKey, certificateChain } = options.tls === true ? {} : options.tls;
  if ((privateKey === undefined) !== (certificateChain === undefined)) {
    throw new Error("tls: give privateKey and certificateChain together, or neither");
  }
  return credentials.createSsl(pem(rootCertificates), pem(privateKey), pem(certificateChain));
}

/** What the channel is opened with. */
export function channelOptions(address: string): ChannelOptions {
  return {
    "grpc.max_receive_message_length": 64 * 1024 * 1024, // a record with a part for each of very many accounts
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5_000,
    "grpc.keepalive_time_ms": 360_000, // gRPC servers take pings every five minutes at most
    "grpc.enable_http_proxy": isLoopback(address) ? 0 : 1, // what is for this machine alone stays on it
  };
}

/** The address as gRPC takes it; throws Error for what is not host:port. */
export function checkedAddress(address: string): string {
  const match = ADDRESS.exec(address);
  if (match === null || Number(match[2]) > 65_535 || match[2] === "0") {
    throw new Error(`address: give host:port, such as 127.0.0.1:50051, not ${JSON.stringify(address)}`);
  }
  return address;
}

/** Throws Error for a caller and role that can not be sent. */
export function checkCaller(options: ClientOptions): void {
  const named = options.caller !== undefined || options.role !== undefined;
  if (options.token !== undefined && named) {
    throw new Error("token: it names the caller already, leave caller and role out");
  }
  if (hasCertificate(options) && named) {
    throw new Error("tls: the certificate names the caller already, leave caller and role out");
  }
  if (!PRINTABLE.test(options.caller ?? "")) {
    throw new Error("caller: printable ASCII only, as it is sent in a header");
  }
  if (options.role !== undefined && options.role !== "staff" && options.role !== "self-service") {
    throw new Error(`role: "staff" or "self-service", not ${JSON.stringify(options.role)}`);
  }
}

/** What tells the server who calls. */
export async function callMetadata(options: ClientOptions): Promise<Metadata> {
  const metadata = new Metadata();
  if (options.token !== undefined) {
    metadata.set("authorization", `Bearer ${checkedToken(await options.token())}`);
    return metadata;
  }
  if (hasCertificate(options)) {
    return metadata;
  }
  metadata.set("prorata-role", options.role ?? "staff");
  if (options.caller) {
    metadata.set("prorata-caller", options.caller);
  }
  return metadata;
}

/** The token; what is wrong with it is said without it. */
function checkedToken(token: string): string {
  if (!TOKEN.test(token)) {
    throw new Error("token: what was given is empty, or has blanks or characters that a header can not carry");
  }
  return token;
}

/** Whether the channel has a certificate of the caller's own, which names it. */
function hasCertificate({ tls }: ClientOptions): boolean {
  return typeof tls === "object" && tls.certificateChain !== undefined;
}

function isLoopback(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(":"));
  return host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));
}

function pem(text: Uint8Array | string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text as string);
}

/** A gRPC server of a test's own, which answers as the test says and keeps the metadata of what it is called with. */

import { create, type DescMessage, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import { Client } from "@prorata/client";
import { StatusSchema } from "../src/prorata/google/rpc/status_pb.js";

export interface Answer {
  readonly method: DescMethod;
  readonly handle: UntypedHandleCall;
}

/** What a server or client belongs to: a test, or all that follow. */
export interface Owner {
  after(end: () => void): void;
}

/** Serves the methods on a port of its own, until the test is over. */
export async function serve(
  owner: Owner,
  answers: readonly Answer[],
  credentials = ServerCredentials.createInsecure(),
): Promise<{ address: string; received: Metadata[] }> {
  const server = new Server();
  const received: Metadata[] = [];
  for (const { method, handle } of answers) {
    const recording: UntypedHandleCall = (call: { metadata: Metadata }, ...rest: unknown[]) => {
      received.push(call.metadata);
      (handle as (...all: unknown[]) => void)(call, ...rest);
    };
    server.addService(definition(method), { [method.localName]: recording });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  owner.after(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, received };
}

/** A client of it that soon tries again, until the test is over. */
export function impatientClient(owner: Owner, address: string, timeoutMillis = 10_000): Client {
  const client = new Client(address, { retry: { firstDelayMillis: 5, maxDelayMillis: 20 }, timeoutMillis });
  owner.after(() => client.close());
  return client;
}

/** An error with the details given, as the server of prorata sends them. */
export function refusal(code: number, message: string, details: Any[]): ServiceError {
  const metadata = new Metadata();
  const status = create(StatusSchema, { code, message, details });
  metadata.set("grpc-status-details-bin", Buffer.from(toBinary(StatusSchema, status)));
  return Object.assign(new Error(message), { code, details: message, metadata });
}

function definition(method: DescMethod): ServiceDefinition {
  return {
    [method.localName]: {
      path: `/${method.parent.typeName}/${method.name}`,
      requestStream: method.methodKind === "bidi_streaming",
      responseStream: method.methodKind !== "unary",
      requestSerialize: encoder(method.input),
      requestDeserialize: (bytes: Buffer) => fromBinary(method.input, bytes),
      responseSerialize: encoder(method.output),
      responseDeserialize: (bytes: Buffer) => fromBinary(method.output, bytes),
    },
  };
}

function encoder(schema: DescMessage): (message: Message) => Buffer {
  return (message) => Buffer.from(toBinary(schema, message));
}

/** The channel to a server, and the ways of calling: once, once with repeats, or as a stream. */

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  clone,
  create,
  type DescMessage,
  type DescMethodBiDiStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type Message,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type ClientDuplexStream, Client as GrpcClient, type ServiceError, status } from "@grpc/grpc-js";
import { fromServiceError, type ProrataError } from "./errors.js";
import {
  type ClientOptions,
  callMetadata,
  channelCredentials,
  channelOptions,
  checkCaller,
  checkedAddress,
} from "./options.js";
import { Backoff, type BreakListener, pause, type Repeats, retryDelayMillis } from "./retry.js";

/** How one call is made. */
export interface CallOptions {
  /** Its deadline, all attempts together. A stream has none unless it is given. */
  readonly timeoutMillis?: number;
  /** Ends the call when it is aborted; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Cancellable {
  cancel(): void;
}

const DEFAULT_TIMEOUT_MILLIS = 30_000;

/** An open channel, which the calls of a client share; it connects with the first of them. */
export class Connection {
  readonly timeoutMillis: number;
  readonly #options: ClientOptions;
  readonly #repeats: Repeats;
  readonly #channel: GrpcClient;

  constructor(address: string, options: ClientOptions) {
    checkCaller(options);
    const target = checkedAddress(address);
    this.timeoutMillis = checkedTimeout(options.timeoutMillis ?? DEFAULT_TIMEOUT_MILLIS);
    this.#options = options;
    this.#repeats = { ...options.retry, renewable: options.token !== undefined };
    this.#channel = new GrpcClient(target, channelCredentials(target, options), channelOptions(target));
  }

  /** Closes the channel; calls under way end by themselves. */
  close(): void {
    this.#channel.close();
  }

  /** The pauses of a stream, which fails for at most `patienceMillis` in a row: the deadline of a call unless given. */
  backoff(patienceMillis: number = this.timeoutMillis, onBreak?: BreakListener): Backoff {
    return new Backoff(this.#repeats, patienceMillis, onBreak);
  }

  /** The response; the same request is sent again while that may help, until the deadline. Throws `ProrataError`. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    init: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O>> {
    const request = withRequestId(method.input, init);
    const deadline = Date.now() + checkedTimeout(options.timeoutMillis ?? this.timeoutMillis);
    let before: ProrataError | undefined;
    for (let failedAttempts = 1; ; failedAttempts++) {
      try {
        return await this.#once(method, request, deadline, options.signal);
      } catch (raised) {
        const error = failure(raised, options.signal, requestIdOf(request));
        const delay = retryDelayMillis(this.#repeats, error, failedAttempts);
        if (delay === undefined || Date.now() + delay >= deadline) {
          throw error.code === status.DEADLINE_EXCEEDED ? (before ?? error) : error; // what was before tells why
        }
        before = error;
        await pause(delay, options.signal);
      }
    }
  }

  /** The responses of a stream, which is opened once. Throws `ProrataError`. Leaving the loop ends the call. */
  async *serverStream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    init: MessageInitShape<I>,
    options: CallOptions = {},
  ): AsyncGenerator<MessageShape<O>, void, undefined> {
    const metadata = await callMetadata(this.#options);
    options.signal?.throwIfAborted();
    const request = create(method.input, init);
    const call = this.#channel.makeServerStreamRequest(...wire(method), request, metadata, streamDeadline(options));
    yield* received<MessageShape<O>>(call, options.signal);
  }

  /**
   * The responses of a stream both ways, which is opened once; requests are taken as the server does. Throws
   * `ProrataError`, or what the requests throw. Leaving the loop ends the call.
   */
  async *bidiStream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodBiDiStreaming<I, O>,
    requests: AsyncIterable<MessageInitShape<I>>,
    options: CallOptions = {},
  ): AsyncGenerator<MessageShape<O>, void, undefined> {
    const metadata = await callMetadata(this.#options);
    options.signal?.throwIfAborted();
    const call = this.#channel.makeBidiStreamRequest(...wire(method), metadata, streamDeadline(options));
    const broken = new AbortController(); // with what the requests throw
    writeAll(call, method.input, requests).catch((raised) => broken.abort(raised));
    const signals = [broken.signal, ...(options.signal === undefined ? [] : [options.signal])];
    yield* received<MessageShape<O>>(call, AbortSignal.any(signals));
  }

  async #once<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageShape<I>,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<MessageShape<O>> {
    const metadata = await callMetadata(this.#options);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const call = this.#channel.makeUnaryRequest(
        ...wire(method),
        request,
        metadata,
        { deadline },
        (error, response) => {
          release();
          if (error !== null) {
            reject(error);
          } else {
            resolve(response as MessageShape<O>);
          }
        },
      );
      const release = cancelOn(signal, call);
    });
  }
}

/** The request as a message; a write that names no request id gets a new one, which all its attempts carry. */
function withRequestId<I extends DescMessage>(schema: I, init: MessageInitShape<I>): MessageShape<I> {
  const request = create(schema, init);
  if (schema.field.requestId === undefined || requestIdOf(request)) {
    return request;
  }
  return Object.assign(clone(schema, request), { requestId: randomUUID() }); // a message given may be given again
}

function requestIdOf(request: Message): string | undefined {
  return (request as Message & { requestId?: string }).requestId;
}

/** The path of a method, and what turns its messages into bytes and back. */
function wire<I extends DescMessage, O extends DescMessage>(method: {
  parent: { typeName: string };
  name: string;
  input: I;
  output: O;
}): [string, (request: MessageShape<I>) => Buffer, (bytes: Buffer) => MessageShape<O>] {
  return [
    `/${method.parent.typeName}/${method.name}`,
    (request) => {
      const bytes = toBinary(method.input, request);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    (bytes) => fromBinary(method.output, bytes),
  ];
}

async function* received<Response>(
  call: AsyncIterable<Response> & Cancellable & NodeJS.EventEmitter,
  signal: AbortSignal | undefined,
): AsyncGenerator<Response, void, undefined> {
  call.on("error", () => undefined); // the loop throws it; what comes after the loop is that we cancelled
  const release = cancelOn(signal, call);
  try {
    yield* call;
  } catch (raised) {
    throw failure(raised, signal);
  } finally {
    release();
    call.cancel();
  }
}

async function writeAll<I extends DescMessage>(
  call: ClientDuplexStream<MessageShape<I>, unknown>,
  schema: I,
  requests: AsyncIterable<MessageInitShape<I>>,
): Promise<void> {
  const ignored = () => undefined; // the reader tells why the call is over
  const over = once(call, "close").catch(ignored);
  for await (const request of requests) {
    if (call.destroyed) {
      return;
    }
    if (!call.write(create(schema, request))) {
      await Promise.race([once(call, "drain").catch(ignored), over]);
    }
  }
  call.end();
}

/** Cancels the call when the signal is aborted, until it is released. */
function cancelOn(signal: AbortSignal | undefined, call: Cancellable): () => void {
  const cancel = () => call.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  return () => signal?.removeEventListener("abort", cancel);
}

/** The error of a call for what was raised; throws the signal's reason when that ended the call. */
function failure(raised: unknown, signal: AbortSignal | undefined, requestId?: string): ProrataError {
  signal?.throwIfAborted();
  if (raised instanceof Error && "code" in raised && "details" in raised) {
    return fromServiceError(raised as ServiceError, requestId);
  }
  throw raised;
}

function streamDeadline(options: CallOptions): { deadline?: number } {
  return options.timeoutMillis === undefined ? {} : { deadline: Date.now() + checkedTimeout(options.timeoutMillis) };
}

function checkedTimeout(millis: number): number {
  if (!(millis > 0)) {
    throw new RangeError(`timeoutMillis: more than 0 milliseconds, not ${millis}`);
  }
  return millis;
}

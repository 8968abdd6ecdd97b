/**
 * When a call is tried again, and after what time.
 *
 * That is safe: reads have no effect, writes carry a request id, usage records are their own keys.
 */

import { setTimeout } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { ProrataError } from "./errors.js";

/** How soon a call is tried again; its deadline says for how long. */
export interface RetryPolicy {
  /** About the pause before the second attempt, 100 ms unless given; it doubles with each further one. */
  readonly firstDelayMillis?: number;
  /** The longest pause, unless the server asks for a longer one; 5 s unless given. */
  readonly maxDelayMillis?: number;
}

/** When and how soon this client tries again. */
export interface Repeats extends RetryPolicy {
  /** Whether the caller's credentials are asked for anew at each attempt. */
  readonly renewable?: boolean;
}

/** Told why a stream broke off, and after what time it is opened again. */
export type BreakListener = (error: ProrataError, delayMillis: number) => void;

/** The pauses between the attempts of a stream, which gives up when it has failed for too long without an answer. */
export class Backoff {
  #failedAttempts = 0;
  #failingSince = 0;
  readonly #policy: Repeats;
  readonly #patienceMillis: number;
  readonly #onBreak: BreakListener | undefined;

  constructor(policy: Repeats, patienceMillis: number, onBreak?: BreakListener) {
    this.#policy = policy;
    this.#patienceMillis = patienceMillis;
    this.#onBreak = onBreak;
  }

  /** Notes an answer: what fails from now on fails for the first time. */
  reset(): void {
    this.#failedAttempts = 0;
  }

  /** Waits until it is time for another attempt; throws what was raised when there is to be none. */
  async pause(raised: unknown, signal?: AbortSignal): Promise<void> {
    if (this.#failedAttempts++ === 0) {
      this.#failingSince = Date.now();
    }
    const delay =
      raised instanceof ProrataError ? retryDelayMillis(this.#policy, raised, this.#failedAttempts) : undefined;
    if (delay === undefined || Date.now() + delay >= this.#failingSince + this.#patienceMillis) {
      throw raised;
    }
    this.#onBreak?.(raised as ProrataError, delay);
    await pause(delay, signal);
  }
}

/**
 * The pause before the next attempt, with jitter; undefined when the call is not to be tried again. `policy.renewable`
 * tells that the next attempt has other credentials than one that failed as they had expired.
 */
export function retryDelayMillis(policy: Repeats, error: ProrataError, failedAttempts: number): number | undefined {
  if (!isTransient(error) && !(policy.renewable === true && error.reason === "CREDENTIALS_EXPIRED")) {
    return undefined;
  }
  const { firstDelayMillis = 100, maxDelayMillis = 5_000 } = policy;
  const backoff = Math.min(firstDelayMillis * 2 ** (failedAttempts - 1), maxDelayMillis) * (0.5 + Math.random() / 2);
  return error.retryDelayMillis === undefined ? backoff : error.retryDelayMillis + backoff / 2;
}

/** Waits; throws the signal's reason when it is aborted. */
export async function pause(millis: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(millis, undefined, signal && { signal });
  } catch (raised) {
    signal?.throwIfAborted();
    throw raised;
  }
}

/** Whether the call may succeed later: UNAVAILABLE, or what says when to come again. */
function isTransient(error: ProrataError): boolean {
  const mayBeAskedBack = error.code === status.RESOURCE_EXHAUSTED || error.code === status.ABORTED;
  return error.code === status.UNAVAILABLE || (mayBeAskedBack && error.retryDelayMillis !== undefined);
}

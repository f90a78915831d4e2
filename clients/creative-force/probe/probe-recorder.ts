import { z } from 'zod';

import type { ContentCreationType } from '../../../domain/task/task';
import { RemoteCallError, type RemoteCallErrorKind } from '../../remote-call-error';
import type { Gateway, GatewayCall } from '../gateway';
import { responseSchemaFor, type ProbeResource } from './response-schema';
import { compareShape, type ShapeReport } from './compare-shape';

/**
 * What was found out about one endpoint. Without a `needed` one no task gets through, without a `useful` one it goes on
 * with less; `spelling` marks another way to write a path that has its own row, so whether it is allowed matters to nobody.
 */
export interface ProbeResult {
  /** Method and path template, e.g. `GET /extpost/tasks/{taskId}`. */
  readonly endpoint: string;
  readonly need: 'needed' | 'useful' | 'spelling';
  /** `contract`: something came back that is not JSON. */
  readonly outcome: 'allowed' | RemoteCallErrorKind | 'not asked';
  readonly subject?: ProbeResource | undefined;
  readonly contentCreationType?: ContentCreationType | undefined;
  /** Why it was not asked, or what the gateway said; a sentence, without secrets. */
  readonly remark?: string | undefined;
  /** The gateway's own code, such as `PER-3`. */
  readonly code?: string | number | undefined;
  readonly shape?: ShapeReport | undefined;
  /** The answer as it came, out of its envelope. It may hold addresses that are secrets. */
  readonly body?: unknown;
}

export interface ProbeCall {
  readonly subject: ProbeResource;
  readonly need: ProbeResult['need'];
  readonly contentCreationType: ContentCreationType;
  readonly call: GatewayCall;
  /** Whose detail is expected; only for a task detail. */
  readonly taskId?: string | undefined;
}

/** The rows of a probe while it is under way. */
export class ProbeRecorder {
  readonly #rows: ProbeResult[] = [];
  readonly #gateway: Gateway;
  readonly #onCall: (endpoint: string) => void;
  readonly #signal: AbortSignal | undefined;

  constructor(gateway: Gateway, onCall: (endpoint: string) => void, signal: AbortSignal | undefined) {
    this.#gateway = gateway;
    this.#onCall = onCall;
    this.#signal = signal;
  }

  get results(): ProbeResult[] {
    return this.#rows;
  }

  /** Gets a token; false when none is to be had. */
  async askToken(endpoint: string): Promise<boolean> {
    this.#onCall(endpoint);
    try {
      await this.#gateway.authorize(this.#signal);
      this.#rows.push({ endpoint, need: 'needed', outcome: 'allowed' });
      return true;
    } catch (error) {
      this.#rows.push({ endpoint, need: 'needed', ...outcomeOfError(error) });
      return false;
    }
  }

  /** Makes one call and keeps what came of it. Throws only the signal's reason. */
  async ask({ subject, need, contentCreationType, call, taskId = '' }: ProbeCall): Promise<ProbeResult> {
    const endpoint = `${call.method} ${call.path}`;
    const about = { endpoint, need, subject, contentCreationType };
    this.#onCall(endpoint);
    let row: ProbeResult;
    try {
      const body = await this.#gateway.read({ ...call, signal: this.#signal }, z.unknown());
      const shape = compareShape(responseSchemaFor(subject, { taskId, contentCreationType }), body);
      row = { ...about, outcome: 'allowed', shape, body };
    } catch (error) {
      row = { ...about, ...outcomeOfError(error) };
    }
    this.#rows.push(row);
    return row;
  }

  /** Notes an endpoint that was not asked, and why. */
  skip(endpoint: string, need: ProbeResult['need'], remark: string): void {
    this.#rows.push({ endpoint, need, outcome: 'not asked', remark });
  }

  /** Forgets a row that has turned out to say nothing. */
  remove(row: ProbeResult): void {
    this.#rows.splice(this.#rows.indexOf(row), 1);
  }
}

/** An error of a call as a row; anything else (the signal's reason) goes on up. */
function outcomeOfError(error: unknown): Pick<ProbeResult, 'outcome' | 'remark' | 'code'> {
  if (!(error instanceof RemoteCallError)) throw error;
  return { outcome: error.kind, remark: error.message, code: error.code };
}

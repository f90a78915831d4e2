import type { z } from 'zod';

import type { ContentCreationType } from '../../../domain/task/task';
import { RemoteCallError, type RemoteCallErrorKind } from '../../remote-call-error';
import type { Gateway, GatewayCall } from '../gateway';
import { annotationPageSchema } from '../wire/annotations';
import { uploadAddressesSchema } from '../wire/delivery';
import { listingRowSchema } from '../wire/listing';
import { pageSchema } from '../wire/page';
import * as records from '../wire/records';
import { taskSchema } from '../wire/task';
import { compareShape, type ShapeReport } from './compare-shape';
import { formsOf } from './forms';

/** Without a `needed` endpoint no task can be delivered; a `spelling` is another way to write a path, not a lack. */
export interface ProbeResult {
  /** Method and path template, e.g. `GET /extpost/tasks/{taskId}`. */
  readonly endpoint: string;
  readonly need: 'needed' | 'useful' | 'spelling';
  /** `unreadable`: the response was not JSON. */
  readonly outcome: 'allowed' | RemoteCallErrorKind | 'not asked';
  readonly subject?: ProbeSubject | undefined;
  readonly contentCreationType?: ContentCreationType | undefined;
  /** Why it was not called, or the gateway's error; a sentence without secrets. */
  readonly detail?: string | undefined;
  /** The gateway's own code, such as `PER-3`. */
  readonly code?: string | number | undefined;
  readonly shape?: ShapeReport | undefined;
  /** Which of the possible forms the response uses, in words. */
  readonly forms?: readonly string[] | undefined;
  /** The unchanged response. It may hold addresses that are secrets. */
  readonly body?: unknown;
}

export interface ProbeCall {
  readonly subject: ProbeSubject;
  readonly need: ProbeResult['need'];
  readonly contentCreationType: ContentCreationType;
  readonly request: GatewayCall;
  /** The expected task; only for a task detail. */
  readonly taskId?: string | undefined;
}

export class ProbeRecorder {
  readonly results: ProbeResult[] = [];

  constructor(
    private readonly gateway: Gateway,
    private readonly onCall: (endpoint: string) => void,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Obtains a token; returns false when that fails. */
  async callTokenEndpoint(endpoint: string): Promise<boolean> {
    const result = await this.#record({ endpoint, need: 'needed' }, async () => {
      await this.gateway.authorize(this.signal);
      return {};
    });
    return result.outcome === 'allowed';
  }

  /** Makes one call. Throws only the signal's reason. */
  async call({ subject, need, contentCreationType, request, taskId = '' }: ProbeCall): Promise<ProbeResult> {
    const endpoint = `${request.method} ${request.path}`;
    return this.#record({ endpoint, need, subject, contentCreationType }, async () => {
      const body = await this.gateway.readJson({ ...request, signal: this.signal });
      const shape = compareShape(responseSchemaFor(subject, { taskId, contentCreationType }), body);
      return { body, shape, forms: formsOf(body) };
    });
  }

  notAsked(endpoint: string, need: ProbeResult['need'], detail: string): void {
    this.results.push({ endpoint, need, outcome: 'not asked', detail });
  }

  remove(result: ProbeResult): void {
    this.results.splice(this.results.indexOf(result), 1);
  }

  async #record(
    about: Omit<ProbeResult, 'outcome'>,
    call: () => Promise<Pick<ProbeResult, 'body' | 'forms' | 'shape'>>,
  ): Promise<ProbeResult> {
    this.onCall(about.endpoint);
    let result: ProbeResult;
    try {
      result = { ...about, outcome: 'allowed', ...(await call()) };
    } catch (error) {
      if (!(error instanceof RemoteCallError)) throw error;
      result = { ...about, outcome: error.kind, detail: error.message, code: error.code };
    }
    this.results.push(result);
    return result;
  }
}

/** The local id of the one file for which the probe requests an upload address. */
export const PROBE_LOCAL_ID = '1';

export interface ProbedTask {
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
}

const schemas = {
  listing: ({ contentCreationType }: ProbedTask) => pageSchema(listingRowSchema(contentCreationType)),
  task: (expected: ProbedTask) => taskSchema({ studio: '', ...expected }),
  annotations: () => annotationPageSchema,
  assets: () => pageSchema(records.inputAssetSchema),
  files: () => pageSchema(records.studioFileSchema),
  specs: () => pageSchema(records.outputSpecSchema),
  job: () => records.jobSchema(),
  product: () => records.productSchema(),
  project: () => records.projectSchema(),
  deliverable: () => records.deliverableSchema(),
  'upload address': () => uploadAddressesSchema([{ localId: PROBE_LOCAL_ID, fileName: '', bytes: 0, md5: '' }]),
};

export type ProbeSubject = keyof typeof schemas;

export function responseSchemaFor(subject: ProbeSubject, expected: ProbedTask): z.ZodType {
  return schemas[subject](expected);
}

import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, type Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { WorkflowClientInterceptor } from '@temporalio/client';

/** What a span says beside its name and times. Texts are cut; arguments and results never belong here. */
export type SpanFacts = Readonly<Record<string, string | number>>;

export interface SpanEnd {
  readonly result: 'completed' | 'again' | 'cancelled' | 'failed';
  /** The type of a failure; its message is in the history only. */
  readonly errorType?: string | undefined;
}

/** Sends spans to an OpenTelemetry collector. All spans of one workflow id, of whichever process and run, make up one trace. */
export interface Traces {
  /** Begins a span; the function that is returned ends it. */
  begin(name: string, workflowId: string, facts: SpanFacts, kind?: SpanKind): (end: SpanEnd) => void;
  /** A span for each event that a client brings to a workflow. */
  readonly clientInterceptor: WorkflowClientInterceptor;
  /** Sends what is left, for 3 s at most. */
  close(): Promise<void>;
}

export interface TraceOptions {
  /** The collector's address for OTLP over HTTP, without `/v1/traces`. Absent: no traces. */
  readonly endpoint?: string | undefined;
  /** Such as `extpost-worker`. */
  readonly service: string;
}

const EXPORT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 3_000;
const LONGEST_TEXT = 200;

/** `undefined` when no collector is configured. A collector that is away costs spans, nothing else. */
export function openTraces({ endpoint, service }: TraceOptions): Traces | undefined {
  if (endpoint === undefined) return undefined;
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanLimits: { attributeValueLengthLimit: LONGEST_TEXT },
    // Its queue is bounded: while the collector is slow or away, spans are dropped.
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  const tracer = provider.getTracer('extpost');
  const begin: Traces['begin'] = (name, workflowId, facts, kind = SpanKind.INTERNAL) => {
    const attributes = { 'temporal.workflow.id': workflowId, ...facts };
    const span = tracer.startSpan(name, { kind, attributes }, contextOf(workflowId));
    return ({ result, errorType }) => {
      span.setAttribute('extpost.result', result);
      if (errorType !== undefined) span.setAttribute('error.type', errorType);
      if (result === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  };
  return {
    begin,
    clientInterceptor: traceEvents(begin),
    close: async () => {
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        pause(CLOSE_TIMEOUT_MS, undefined, { ref: false }),
      ]);
    },
  };
}

/** The trace follows from the workflow's id, so nothing has to travel through the workflow. */
function contextOf(workflowId: string): Context {
  const hash = createHash('sha256').update(workflowId).digest('hex');
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: hash.slice(0, 32),
    spanId: hash.slice(32, 48),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

function traceEvents(begin: Traces['begin']): WorkflowClientInterceptor {
  const traced = async <T>(name: string, workflowId: string, send: () => Promise<T>): Promise<T> => {
    const end = begin(name, workflowId, {}, SpanKind.PRODUCER);
    try {
      const result = await send();
      end({ result: 'completed' });
      return result;
    } catch (error) {
      end({ result: 'failed', errorType: error instanceof Error ? error.name : 'unknown' });
      throw error;
    }
  };
  return {
    signalWithStart: (input, next) =>
      traced(`signalWithStart ${input.signalName}`, input.options.workflowId, () => next(input)),
    signal: (input, next) =>
      traced(`signal ${input.signalName}`, input.workflowExecution.workflowId, () => next(input)),
  };
}

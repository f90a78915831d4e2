import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Studio } from '../day/model';
import { outageOf } from '../faults';
import type { World } from '../world';
import { registerAccounts } from './accounts';
import { archiveOf } from './archive';
import type { ResponseContext, OutputVersion } from './output-version';
import type { CeltraFaults } from './faults';
import { renderOutput, type RenderedOutput } from './output-json';
import { JSON_LINES, parseExportRequest, type Endpoint, type ExportRequest } from './export-request';
import { createParallelRequests } from './parallel-requests';
import { CeltraRefusal } from './refusal';
import type { Renders } from './renders';
import { responseFaultContext, requestedTasks, selectOutputs } from './selection';
import { sendResponse, type ExportResponse } from './send-response';
import { tsvOf } from './tsv';

const endpoints: readonly Endpoint[] = ['export', 'exportToZip', 'exportToTsv'];
/** Pause between two polls of pending renders, if an archive waits for them. */
const ARCHIVE_WAIT_MS = 50;

/** Celtra's hub: `POST /api/export`, `/api/exportToZip`, `/api/exportToTsv` (docs/reference/celtra.md#requests). */
export function registerCeltraExport(app: FastifyInstance, world: World, renders: Renders, faults: CeltraFaults): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.setNotFoundHandler((request, reply) =>
    endpoints.some((endpoint) => request.url === `/api/${endpoint}`)
      ? reply.code(405).header('allow', 'POST').send({ error: 'Only POST is allowed.' })
      : reply.code(404).send({ error: 'Not found.' }),
  );
  const accounts = registerAccounts(app, world);
  const parallel = createParallelRequests(world.settings.celtra);

  for (const endpoint of endpoints) {
    app.post(`/api/${endpoint}`, async (request, reply) => {
      const options = world.settings.celtra;
      const studio = accounts.studioOf(request.headers.authorization);
      const logEntry: RequestLog = { endpoint, studio, exportRequest: undefined, outputs: [] };
      if (studio === undefined) {
        record(world, logEntry, options.unauthorized.status, 'credentials');
        void accounts.refuse(reply);
        return reply;
      }
      try {
        accounts.admit(studio);
        await world.latencies.wait('celtra', parallel.enter(studio, reply.raw));
        logEntry.exportRequest = parseExportRequest(endpoint, request, options);
        const { exportRequest } = logEntry;
        const found = ordered(selectOutputs(world, studio, exportRequest, faults), world);
        const faultContext = responseFaultContext(exportRequest, found);
        const make = async (): Promise<ExportResponse> => {
          const answer = await respond({ world, renders, faults }, exportRequest, found, logEntry, faultContext);
          // Record before sending, so that a reader finds the event right after the response.
          record(world, logEntry, answer.status, undefined);
          return answer;
        };
        const sent = await sendResponse(reply, faults, faultContext, make, outageOf(world, 'celtra'));
        if (sent.fault !== undefined)
          record(world, { ...logEntry, outputs: [] }, sent.status, `on purpose: ${sent.fault}`);
      } catch (error) {
        if (!(error instanceof CeltraRefusal)) throw error;
        record(world, logEntry, error.status, error.message);
        const { retryAfterSeconds } = error;
        if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
        void reply.code(error.status);
        if (options.refusalBody === 'json') void reply.send({ error: error.message });
        else void reply.type('text/plain').send(error.message);
      }
      return reply;
    });
  }
}

/** What the event log records of a request. */
interface RequestLog {
  readonly endpoint: Endpoint;
  readonly studio: Studio | undefined;
  exportRequest: ExportRequest | undefined;
  outputs: readonly RenderedOutput[];
}

function record(
  world: World,
  { endpoint, studio, exportRequest, outputs }: RequestLog,
  status: number,
  problem?: string,
): void {
  world.eventLog.record({
    at: world.now(),
    kind: 'celtra',
    endpoint,
    studio: studio?.name,
    status,
    caller: exportRequest?.caller,
    outputs: outputs.length,
    pending: outputs.filter((output) => output.status === 'pending').length,
    byId: exportRequest?.filters.paths.has('output.id') === true,
    taskIds:
      studio === undefined || exportRequest === undefined || problem !== undefined
        ? []
        : requestedTasks(world, studio, exportRequest.filters),
    undocumented: exportRequest?.undocumented ?? [],
    problem,
  });
}

async function respond(
  parts: Pick<ResponseContext, 'world' | 'renders' | 'faults'>,
  exportRequest: ExportRequest,
  found: readonly OutputVersion[],
  logEntry: RequestLog,
  faultContext: Parameters<CeltraFaults['match']>[1],
): Promise<ExportResponse> {
  const { world, renders, faults } = parts;
  const { formats, caller, filters, filename } = exportRequest;
  const context: ResponseContext = { ...parts, formats, caller, paths: filters.paths };
  const answerAll = (): RenderedOutput[] => found.map((outputVersion) => renderOutput(outputVersion, context));
  logEntry.outputs = answerAll();
  const options = world.settings.celtra;

  if (exportRequest.endpoint === 'export') {
    const status = isPending(logEntry.outputs) ? options.pendingStatus : options.successStatus;
    const asLines = exportRequest.asLines !== (faults.match('other notation', faultContext) !== undefined);
    const hasEnvelope = faults.match('envelope', faultContext) !== undefined;
    const outputs = logEntry.outputs.map(({ json }) => json);
    if (asLines) {
      const text = outputs.map((output) => JSON.stringify(output)).join('\n');
      const end = options.finalNewline && outputs.length > 0 ? '\n' : '';
      return { status, contentType: JSON_LINES, body: Buffer.from(text + end) };
    }
    const body = Buffer.from(JSON.stringify(hasEnvelope ? { outputs } : outputs));
    return { status, contentType: 'application/json; charset=utf-8', body };
  }

  if (options.archivesWhilePending === 'refuse' && isPending(logEntry.outputs))
    throw new CeltraRefusal(400, 'Some of the outputs are still pending.');
  if (options.archivesWhilePending === 'wait') {
    // What a fault keeps pending for ever is left out.
    for (let looks = looksLeft(renders, logEntry.outputs); looks > 0 && isPending(logEntry.outputs); looks -= 1) {
      await sleep(ARCHIVE_WAIT_MS, undefined, { ref: false });
      logEntry.outputs = answerAll();
    }
  }
  const status = options.successStatus;
  if (exportRequest.endpoint === 'exportToZip') {
    const body = archiveOf(world, renders, logEntry.outputs);
    return { status, contentType: 'application/zip', fileName: `${filename}.zip`, body };
  }
  const tsv = tsvOf(logEntry.outputs, exportRequest.responseFormat, options.tsvColumns);
  if (exportRequest.responseFormat === 'urls') {
    return { status, contentType: 'text/tab-separated-values; charset=utf-8', fileName: `${filename}.tsv`, body: tsv };
  }
  const body = archiveOf(world, renders, logEntry.outputs, [{ name: `${filename}.tsv`, bytes: tsv }]);
  return { status, contentType: 'application/zip', fileName: `${filename}.zip`, body };
}

function isPending(outputs: readonly RenderedOutput[]): boolean {
  return outputs.some(({ status }) => status === 'pending');
}

/** After how many more looks everything that is only being rendered will be finished. */
function looksLeft(renders: Renders, outputs: readonly RenderedOutput[]): number {
  const all = outputs.flatMap(({ assets }) => assets.map(({ render }) => render));
  return 1 + Math.max(0, ...all.map((render) => renders.looksLeft(render, ARCHIVE_WAIT_MS)));
}

const turns = new WeakMap<World, number>();

/** In the order of the designs, or rotated by one with every response. */
function ordered(found: readonly OutputVersion[], world: World): OutputVersion[] {
  if (world.settings.celtra.order === 'stable' || found.length === 0) return [...found];
  const turn = (turns.get(world) ?? 0) + 1;
  turns.set(world, turn);
  const first = turn % found.length;
  return [...found.slice(first), ...found.slice(0, first)];
}

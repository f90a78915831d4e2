import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { lineProgress } from '../../../cli/celtra/export-progress';
import { exportToFolder, type FolderExport, type FolderResult } from '../../../cli/celtra/export-to-folder';
import { createCeltraClient } from '../../../clients/celtra/client';
import { dispatcherFor, sendJson, startServer } from '../../clients/test-server';

/** A file that the stand-in has; its bytes begin like a PNG's unless they are given. */
export interface StandInFile {
  readonly outputId: string;
  readonly name: string;
  readonly bytes?: Buffer;
  readonly blobHash?: string;
  readonly extension?: string;
  /** Its status in the n-th answer that has it, from 0; default finished. */
  readonly status?: (poll: number) => 'pending' | 'error' | 'finished';
  readonly isGone?: (poll: number) => boolean;
  /** Instead of its bytes. */
  readonly serve?: (response: ServerResponse, attempt: number) => void;
}

export function pngBytes(text: string): Buffer {
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(text)]);
}

/** As much of Celtra as an export to a folder needs, with names and faults that a test chooses. */
export async function standIn(onClose: (close: () => Promise<void>) => void, files: StandInFile[]) {
  const polls = new Map<string, number>();
  const attempts = new Map<string, number>();
  const asked: { filters: Record<string, Record<string, unknown>> }[] = [];
  const server = await startServer(({ url, body }, response) => {
    if (url !== '/api/export') {
      const file = files.find(({ outputId }) => url.startsWith(`/files/${outputId}/`));
      const attempt = attempts.get(file?.outputId ?? '') ?? 0;
      attempts.set(file?.outputId ?? '', attempt + 1);
      if (file?.serve !== undefined) file.serve(response, attempt);
      else response.end(file?.bytes ?? pngBytes(file?.name ?? ''));
      return;
    }
    const request = JSON.parse(body.toString()) as { filters: Record<string, Record<string, unknown>> };
    asked.push(request);
    const only = request.filters['output']?.['id'] as string[] | undefined;
    const outputs = files
      .filter(({ outputId }) => only?.includes(outputId) ?? true)
      .flatMap((file) => {
        const poll = polls.get(file.outputId) ?? 0;
        polls.set(file.outputId, poll + 1);
        return file.isGone?.(poll) === true ? [] : [printed(file, poll, server.origin)];
      });
    sendJson(response, 200, outputs);
  });
  onClose(() => server.close());
  const client = createCeltraClient(
    { baseUrl: `${server.origin}/api`, applicationId: 'id', secretKey: 'a-secret-key' },
    { dispatcher: dispatcherFor(onClose) },
  );
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-export-'));
  onClose(() => rm(folder, { recursive: true, force: true }));

  return {
    folder,
    asked,
    /** Every path below the folder, without what is the export's own. */
    async written(): Promise<string[]> {
      const all = await readdir(folder, { recursive: true, withFileTypes: true });
      const names = all.flatMap((entry) =>
        entry.isFile() ? [path.relative(folder, path.join(entry.parentPath, entry.name))] : [],
      );
      return names.filter((name) => name !== path.join('.extpost', 'files.jsonl')).sort();
    },
    async export(
      more: Partial<FolderExport> = {},
      wait: Partial<FolderExport['wait']> = {},
    ): Promise<FolderResult & { readonly said: string }> {
      let said = '';
      const request = { filters: { designFile: { id: ['d'] } }, caller: 'test' };
      const signal = more.signal ?? new AbortController().signal;
      const result = await exportToFolder({
        client,
        request,
        outputs: await client.exportOutputs(request, signal),
        folder,
        nameTemplate: '{{ output.name }}',
        overwrite: false,
        parallel: 2,
        maxBytes: 1_000_000,
        allowLoopback: true,
        wait: {
          backoff: { firstMs: 1, factor: 1, maxMs: 1 },
          deadlineMs: 50,
          erroredAgain: 2,
          finalErrors: [],
          missingAnswers: 3,
          pinVersion: true,
          outputsPerRequest: 2,
          firstWaitMs: 1,
          ...wait,
        },
        progress: lineProgress({ write: (text: string) => (said += text) }),
        ...more,
        signal,
      });
      return { ...result, said };
    },
  };
}

function printed(file: StandInFile, poll: number, origin: string): unknown {
  const { outputId, name, blobHash = `hash of ${name}`, extension = 'png' } = file;
  const status = file.status?.(poll) ?? 'finished';
  const image = {
    type: 'Image',
    width: 10,
    height: 10,
    status,
    ...(status === 'finished' && { url: `${origin}/files/${outputId}/?token=${randomUUID()}`, blobHash, extension }),
    ...(status === 'error' && { error: 'Creative content is empty' }),
  };
  return { id: outputId, name, status, designFile: { id: 'd', contentBlobHash: 'h' }, assets: { image } };
}

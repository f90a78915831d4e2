import type { TaskSummary } from '../../starters';
import type { TaskReading } from '../../board/task/read-task-page';
import type { DeliveredFile } from '../../domain/delivery/delivery-record';

export const NOW = Date.parse('2026-11-29T12:00:00Z');
export const boardTask = { studio: 'acme', taskId: '0a1b2c3d-0000-4000-8000-000000000001' };

/** A row of visibility: an open task that needs attention. */
export function taskSummary(changes: Partial<TaskSummary> = {}): TaskSummary {
  return {
    ...boardTask,
    workflowId: `extpost/acme/${changes.taskId ?? boardTask.taskId}`,
    runId: 'run',
    product: 'SKU-1',
    title: 'SKU-1 Wool coat',
    flavour: 'ecom',
    stage: 'Needs attention',
    cause: 'ambiguous',
    round: 0,
    since: '2026-11-29T09:00:00.000Z',
    stageSince: '2026-11-29T11:00:00.000Z',
    isTryingAgain: false,
    foundBySweep: false,
    ...changes,
  };
}

export function deliveredFile(changes: Partial<DeliveredFile> = {}): DeliveredFile {
  return {
    label: 'Front',
    expectedKey: 'front',
    fileName: 'coat.jpg',
    recipeKey: 'feed',
    outputId: '1',
    assetId: 'asset-1',
    bytes: 345_000,
    md5: '0'.repeat(32),
    sha256: '0'.repeat(64),
    ...changes,
  };
}

/** A task that was rejected in its first round, in which it had delivered these files. */
export function rejectedTask(files: readonly DeliveredFile[]): TaskReading {
  const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
  return {
    summary: taskSummary({ stage: 'Rejected', cause: 'rejected' }),
    pictures: [],
    status: {
      stage: 'Rejected',
      round: 1,
      sentence: 'Waiting for the corrections in Celtra.',
      attention: { cause: 'rejected', message: 'To be corrected: Front.', nextActions: ['Correct the creative.'] },
      expected: 1,
      delivered: 0,
      revision: 2,
      outputs: [
        {
          expectedKey: 'front',
          label: 'Front',
          fileName: 'coat',
          inputs: [{ assetId: 'input-1', fileName: 'front.tif' }],
          spec: {
            specId: 'spec',
            width: 1080,
            height: 1350,
            extension: 'jpg',
            colorProfile: 'sRGB',
            maxBytes: 2_000_000,
          },
          creative: { outputId: '1', name: 'Coat front' },
          file: {
            fileName: 'coat.jpg',
            sha256: 'f'.repeat(64),
            format: 'jpg',
            width: 1080,
            height: 1350,
            bytes: 345_000,
            findings: ['The profile is Adobe RGB.'],
          },
        },
      ],
      rounds: [{ round: 0, submittedAt: '2026-11-29T10:00:00.000Z', files }],
      rejections: [
        {
          round: 0,
          at: Date.parse('2026-11-29T10:30:00Z'),
          notes: [
            {
              where: 'Front',
              expectedKey: 'front',
              text: 'Too dark',
              author: 'Rita',
              markings: [{ kind: 'rectangle', box, points: [] }],
            },
            {
              where: 'Front',
              expectedKey: 'front',
              text: '',
              markings: [
                {
                  kind: 'arrow',
                  box,
                  points: [
                    [0.1, 0.1],
                    [0.3, 0.3],
                  ],
                  text: 'crop here',
                },
              ],
            },
            { where: 'The task', text: 'Hurry' },
          ],
        },
      ],
      actions: [
        { kind: 'resume', by: 'ann', at: '2026-11-29T09:10:00.000Z', what: 'resumed', revision: 1 },
        {
          kind: 'use output',
          by: 'ben',
          identity: { name: 'ben', from: 'log-in' },
          at: '2026-11-29T09:20:00.000Z',
          what: 'Front gets output 2',
          revision: 2,
        },
      ],
    },
  };
}

import type { CreativeForceSettings } from '../../clients';
import type { ContentCreationType, TaskReference } from '../../domain/task/task';
import { idsOf, readEverything, type IdsOfTask } from './every-read';
import { canChangeSettings, describeIf, NO_CONTROL, openTarget, type Target, type GatewaySettings } from './target';

/**
 * Ways to write the same answer, and settings of the client that go with them: none of them may change what is read.
 */
const variants: readonly [GatewaySettings, Partial<CreativeForceSettings>?][] = [
  [{ unknownKeys: false }],
  [{ unknownKeys: true }],
  [{ guidCase: 'upper' }],
  [{ guidCase: 'mixed' }],
  [{ guidCase: 'byCall' }],
  [{ numericStrings: true }],
  [{ numericStrings: 'byCall' }],
  [{ envelope: true }],
  [{ annotationsShape: 'pageData' }],
  [{ bulkAnswer: 'pageData' }],
  [{ bulkRequest: 'both' }],
  [{ bulkRequest: 'bare' }, { bulkRequest: 'bare' }],
  [{ bulkRequest: 'both' }, { bulkRequest: 'bare' }],
  [{ editorialListing: 'separate' }],
  [{ scopeCheck: false }],
  [{ statusNames: 'always' }],
  [
    {
      unknownKeys: true,
      guidCase: 'mixed',
      numericStrings: true,
      envelope: true,
      annotationsShape: 'pageData',
      bulkAnswer: 'pageData',
    },
  ],
];

describeIf(canChangeSettings, 'What is read', NO_CONTROL, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
    // So that a task whose state has no name equals one whose state has.
    await target.control.call('PATCH', '/settings', { creativeForce: { statusNames: 'always' } });
  });
  afterAll(async () => {
    await target.control.call('PATCH', '/settings', { creativeForce: { statusNames: 'byTask' } });
    await target.close();
  });

  describe.each(['ecom', 'editorial'] as const)('of an %s task', (type) => {
    let reference: TaskReference;
    let ids: IdsOfTask;
    let plain: Awaited<ReturnType<typeof readEverything>>;
    beforeAll(async () => {
      reference = await openTaskOf(target, type);
      const annotate = { comment: 'Keep the shadow.', kind: 'instruction' };
      await target.control.call('POST', `/tasks/${reference.taskId}/annotate`, annotate);
      ids = await idsOf(target, reference, await target.client.readTask(reference));
      plain = await readEverything(target.client, reference, ids);
    });

    it('has an annotation, pictures, files and specs to compare', () => {
      const { annotations, assets, files, specs } = plain;
      expect(annotations.map(({ comment }) => comment)).toContain('Keep the shadow.');
      expect(Math.min(assets.found.length, files.found.length, specs.found.length)).toBeGreaterThan(0);
    });

    it.each(variants)('is the same with %j and settings %j', async (creativeForce, settings = {}) => {
      const dressed = await target.control.during({ creativeForce }, () =>
        readEverything(target.clientWith(settings), reference, ids),
      );
      expect(dressed).toEqual(plain);
    });

    it('is the same but for open numbers when those are unheard of', async () => {
      const mediaTypes = (read: typeof plain) => read.files.found.map(({ mediaTypeId }) => mediaTypeId);
      const without = (read: typeof plain) => ({
        ...read,
        files: read.files.found.map(({ mediaTypeId: _, ...file }) => file),
      });
      const known = await target.control.during({ creativeForce: { unknownEnumValues: false } }, () =>
        readEverything(target.client, reference, ids),
      );
      const unheardOf = await target.control.during({ creativeForce: { unknownEnumValues: true } }, () =>
        readEverything(target.client, reference, ids),
      );
      expect(without(known)).toEqual(without(unheardOf));
      expect(mediaTypes(known)).not.toEqual(mediaTypes(unheardOf));
    });

    it('has the state of the task also when it has no name', async () => {
      const { status, statusText } = await target.control.during({ creativeForce: { statusNames: 'never' } }, () =>
        target.client.readTask(reference),
      );
      expect([status, statusText]).toEqual([plain.task.status, plain.task.statusText]);
    });

    it('has a state that nobody knows as an open one, under its own name or number', async () => {
      const state = { 'to do': { id: 4711, name: 'Pondering' }, 'in progress': { id: 4712, name: 'Pondering' } };
      const usual = { 'to do': { id: 2000, name: 'To Do' }, 'in progress': { id: 3000, name: 'In Progress' } };
      await target.control.call('PATCH', '/settings', { creativeForce: { statuses: state } });
      try {
        expect(await target.client.readTask(reference)).toMatchObject({ status: 'open', statusText: 'Pondering' });
        const nameless = await target.control.during({ creativeForce: { statusNames: 'never' } }, () =>
          target.client.readTask(reference),
        );
        expect(nameless).toMatchObject({ status: 'open', statusText: expect.stringMatching(/^471[12]$/) as string });
      } finally {
        await target.control.call('PATCH', '/settings', { creativeForce: { statuses: usual } });
      }
    });

    it('has no size where the picture is not analysed yet', async () => {
      const { found } = await target.control.during({ creativeForce: { inputsAnalysed: false } }, () =>
        target.client.readInputAssets(ids.assetIds),
      );
      expect(found.map(({ assetId, fileName, bytes }) => ({ assetId, fileName, bytes }))).toEqual(
        plain.assets.found.map(({ assetId, fileName, bytes }) => ({ assetId, fileName, bytes })),
      );
      expect(new Set(found.flatMap(({ width, height }) => [width, height]))).toEqual(new Set([undefined]));
    });
  });
});

async function openTaskOf(target: Target, type: ContentCreationType): Promise<TaskReference> {
  const reference = await target.openTask(type);
  if (reference === undefined) throw new Error(`The sandbox lists no open ${type} task.`);
  return reference;
}

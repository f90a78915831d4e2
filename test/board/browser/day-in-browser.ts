import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import pino from 'pino';

import { control } from '../../../bench/day';
import { createPictureReader } from '../../../board/pictures/read-pictures';
import { savedTaskReader } from '../../../board/recipes/saved-tasks';
import { choiceTeller } from '../../../demo/start/tell-choices';
import { taskAddress } from '../../../domain/task/board-address';
import type { TaskStatus } from '../../../domain/task/task-status';
import { taskWorkflowId } from '../../../domain/task/workflow-id';
import type { LedgerTask } from '../../../sandbox';
import { statusQuery } from '../../../workflows/external-post-task/messages/messages';
import { type DayTask, DeliveryStage } from '../../end-to-end/delivery-stage';
import { eventually, type TaskHandle } from '../../support/temporal';
import { BoardInBrowser, screenshots } from './board-in-browser';

const rarely = { first: '1h', factor: 1, max: '1h' };
/** Most tasks of this day wait for a person, and each poll of theirs costs processor time. */
const MAX_WAIT_MS = 4_000;
/** The tasks of this day that cannot be delivered, each for a test of its own. */
const defects = ['two creatives', 'two creatives', 'missing creative', 'unknown specification'] as const;

/** A day of the sandbox with the real workflow and the real activities, and its board in a browser. */
export class DayInBrowser {
  private readonly taken = new Set<string>();
  private readonly tellChoices: ReturnType<typeof choiceTeller>;

  private constructor(
    private readonly folder: string,
    readonly stage: DeliveryStage,
    readonly shown: BoardInBrowser,
    private readonly tasks: readonly DayTask[],
  ) {
    this.tellChoices = choiceTeller(stage.temporal.client, {
      tellChoice: async (taskId, choice) => void (await this.control(`/tasks/${taskId}/choose`, choice)),
    });
  }

  /** Starts the day, and waits until each of its tasks is delivered or needs somebody. */
  static async open(chromium: string): Promise<DayInBrowser> {
    const folder = await mkdtemp(path.join(tmpdir(), 'extpost-board-'));
    const stage = await DeliveryStage.open(
      folder,
      {
        seed: 'board',
        day: {
          tasks: defects.length + 2,
          spreadMs: 0,
          verdictAfterMs: 100,
          defects: [...defects],
          events: ['uncorrected rejection'],
          lostWebhooks: 0,
          duplicateWebhooks: 0,
          motion: false,
        },
        creativeForce: { assetKnownAfterMs: 0, requestsPerSecond: 1_000 },
        // The documents show drawn pictures, which take much longer.
        celtra: { rendersTakePolls: 0, pictures: screenshots === undefined ? 'flat' : 'drawn' },
      },
      ({ celtraFolderId }) => ({
        corrections: rarely,
        retries: rarely,
        inputs: {},
        recipes: recipes(celtraFolderId),
        brief: { names: 'always' },
      }),
      MAX_WAIT_MS,
    );
    const quiet = pino({ level: 'silent' });
    const shown = await BoardInBrowser.start(stage.temporal, chromium, {
      config: stage.config,
      pictures: createPictureReader(stage.stores.pictures, quiet),
      savedTasks: savedTaskReader(stage.stores.plans),
      uploads: stage.stores.uploads,
    });
    const day = new DayInBrowser(folder, stage, shown, await stage.tasks());
    await stage.begin([]);
    // One after the other, because sandbox, worker and board share this process.
    for (const { studio, taskId, contentCreationType } of day.tasks) {
      const handle = await stage.temporal.startTask({ studio, taskId, contentCreationType });
      await eventually(
        () => handle.query(statusQuery),
        ({ stage: now }) => !['Brief', 'Start', 'Export', 'Deliver', 'Submit'].includes(now),
      );
    }
    return day;
  }

  async close(): Promise<void> {
    await this.shown.stop();
    await this.stage.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A task that waits for this cause, and that no test has had yet; `isKept`: another test may have it, too. */
  async waiting(cause: string, { isKept = false } = {}): Promise<DayTask> {
    const free = this.tasks.filter(({ taskId }) => !this.taken.has(taskId));
    const find = async (): Promise<DayTask | undefined> => {
      const all = await Promise.all(free.map((task) => this.statusOf(task)));
      return free.find((_task, index) => all[index]?.attention?.cause === cause);
    };
    const task = await eventually(find, (found) => found !== undefined);
    if (task === undefined) throw new Error(`No task of the day is left that waits because of "${cause}".`);
    if (!isKept) this.taken.add(task.taskId);
    return task;
  }

  statusOf(task: DayTask): Promise<TaskStatus> {
    return this.handleOf(task).query(statusQuery);
  }

  handleOf(task: DayTask): TaskHandle {
    return this.stage.temporal.client.workflow.getHandle(taskWorkflowId(task)) as TaskHandle;
  }

  addressOf(task: DayTask): string {
    return this.shown.address(taskAddress(task));
  }

  /** What people at the studio or in Celtra do: a control call of the sandbox. */
  control(route: string, body: unknown = {}): Promise<unknown> {
    return control(this.stage.sandbox, 'POST', route, body);
  }

  /** What the sandbox's ledger says of a task in the end; it is told of decisions as by `extpost start`. */
  async verdictOf({ taskId }: DayTask, wanted: LedgerTask['verdict']): Promise<LedgerTask | undefined> {
    return eventually(
      async () => {
        const ledger = this.stage.sandbox.ledger();
        await this.tellChoices({ tasks: ledger.tasks as never });
        return this.stage.sandbox.ledger().tasks.find((task) => task.taskId === taskId);
      },
      (task) => task?.verdict === wanted,
      { mostMs: 1_000 },
    );
  }
}

/** Recipes for the specifications of both studios, one for each flavour. */
function recipes(folderId: string): object[] {
  return (['ecom', 'editorial'] as const).map((contentCreationType) => ({
    name: `${contentCreationType}-by-size`,
    when: { contentCreationType, specification: ['SPRING-SOCIAL', 'NORDLICHT-LAUNCH'] },
    celtra: {
      filters: {
        folder: { id: [folderId] },
        output: {
          contentDimensionsByName: {
            [contentCreationType === 'ecom' ? 'Product' : 'Deliverable']: ["{{ expected.name | split: '_' | first }}"],
          },
        },
      },
    },
    match: {
      expected: "{{ shot.position }}/{{ spec.name | default: 'Original' }}",
      output: '{{ output.contentDimensionsByName.Position }}/{{ output.mediaLineItemAttributesByName.Size }}',
    },
  }));
}

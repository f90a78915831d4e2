import { ApplicationFailure } from '@temporalio/common';

import type { SpoolLimits } from '../../../activities';
import { createCeltraActivities } from '../../../activities/celtra/celtra-activities';
import { createSpool } from '../../../activities/transfer/spool';
import type { CeltraClient } from '../../../clients';
import { createCeltraClient } from '../../../clients/celtra/client';
import type { Candidate } from '../../../domain/plan/candidate';
import type { ExportGroup } from '../../../domain/plan/export-plan';
import type { SpooledFile } from '../../../domain/render/rendered-asset';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { startQuickSandbox } from '../../sandbox/start';
import { aPlannedOutput, aRecipe, TASK_ID } from '../../support/facts';
import { anActivity, fetchingOne, quickRules, studiosWith } from '../activity-harness';

/** So many attempts stand for a deadline; the waits between them are not waited. */
const ATTEMPTS = 15;
const assetFormats = { Image: { image: { format: 'png' } } } as const;

type Knobs = NonNullable<SandboxOptions['celtra']>;

/** How one round ended: with the files, by output id, or with the failure that an operator is shown. */
export type Ending = { readonly files: ReadonlyMap<string, SpooledFile> } | { readonly failure: ApplicationFailure };

/** One round of an export against the sandbox's Celtra, with the retries of Temporal's server played in process. */
export class CeltraRound {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly celtra: CeltraClient,
    private readonly folder: string,
    /** The filters of the recipe: one design file. */
    readonly group: ExportGroup,
    /** Three outputs of the design, as they are before anything goes wrong, and the right bytes of each. */
    readonly wanted: readonly { readonly output: Candidate; readonly sha256: string }[],
  ) {}

  /** Starts a sandbox with a design of several pictures; nothing goes wrong yet. */
  static async begin(folder: string): Promise<CeltraRound> {
    const sandbox = await startQuickSandbox({ day: { tasks: 3 } });
    const [studio] = sandbox.studios;
    if (studio === undefined) throw new Error('The sandbox has no studio.');
    const { celtraApplicationId: applicationId, celtraSecretKey: secretKey, celtraFolderId } = studio;
    const celtra = createCeltraClient({ baseUrl: sandbox.celtraUrl, applicationId, secretKey });
    const found = await celtra.exportOutputs({
      filters: { folder: { id: [celtraFolderId] } },
      assetFormats,
      caller: 'reference',
    });
    const pictures = found.filter(
      ({ status, assets }) => status === 'finished' && assets.some(({ key }) => key === 'image'),
    );
    const design = pictures
      .map(({ designFile }) => designFile)
      .find(({ id }) => pictures.filter(({ designFile }) => designFile.id === id).length >= 3);
    if (design === undefined) throw new Error('The sandbox has no design of three pictures.');
    const chosen = pictures.filter(({ designFile }) => designFile.id === design.id).slice(0, 3);
    const expected = chosen.map(({ outputId }) => aPlannedOutput(outputId, { chosenOutputId: outputId }));
    const group = { recipe: aRecipe.name, filters: { designFile: { id: [design.id] } }, assetFormats, expected };
    const wanted = chosen.map(({ outputId, name, designFile }) => ({
      output: { outputId, name, designFileId: designFile.id, contentHash: designFile.contentHash },
      sha256: '',
    }));
    const begun = (of: CeltraRound['wanted'], spool: string): CeltraRound =>
      new CeltraRound(sandbox, celtra, spool, { ...group, outputTemplate: '{{ output.name }}' }, of);
    const right = await begun(wanted, `${folder}/reference`).play();
    if ('failure' in right) throw right.failure;
    const known = wanted.map((one) => ({ ...one, sha256: right.files.get(one.output.outputId)?.sha256 ?? '' }));
    return begun(known, `${folder}/round`);
  }

  /** Changes settings of the sandbox's Celtra, then finds, waits and downloads. */
  play(knobs: Knobs = {}): Promise<Ending> {
    return this.playIn(this.folder, knobs);
  }

  /** The same with a spool of one's own, in which nothing lies yet. */
  async playIn(folder: string, knobs: Knobs = {}, limits?: SpoolLimits): Promise<Ending> {
    await fetch(`${this.sandbox.controlUrl}/settings`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ celtra: knobs }),
    }).then(async (answer) => {
      if (!answer.ok) throw new Error(await answer.text());
    });
    const studios = studiosWith({ celtra: this.celtra, renders: { ...quickRules, missingAnswers: 2 } });
    const { pairCreatives, awaitRenders } = createCeltraActivities(studios);
    const fetchOne = fetchingOne(studios, createSpool(folder, 'extpost-transfer/round', limits));
    const task = { studio: 'acme', taskId: TASK_ID };
    try {
      const { chosen: outputs, renders } = await settled(() => pairCreatives({ ...task, group: this.group }));
      const { filters } = this.group;
      const { assets, addresses } =
        renders ?? (await settled(() => awaitRenders({ ...task, filters, assetFormats, outputs })));
      const sealed = addresses.map((one) => one.sealed);
      const files = new Map<string, SpooledFile>();
      for (const asset of assets) {
        const output = outputs.find(({ outputId }) => outputId === asset.outputId);
        if (output === undefined) throw new Error(`Nobody asked for ${asset.outputId}.`);
        files.set(asset.outputId, await settled(() => fetchOne({ ...task, output, asset, assetFormats }, sealed)));
      }
      return { files };
    } catch (error) {
      if (error instanceof ApplicationFailure) return { failure: error };
      throw error;
    }
  }

  get ids(): string[] {
    return this.wanted.map(({ output }) => output.outputId);
  }

  end(): Promise<void> {
    return this.sandbox.stop();
  }
}

/** Runs an activity as the server would: again after each failure that may be retried, handing on what it reported. */
async function settled<T>(work: () => Promise<T>): Promise<T> {
  let heartbeatDetails: unknown;
  for (let attempt = 1; ; attempt++) {
    const environment = anActivity({ attempt, heartbeatDetails });
    environment.on('heartbeat', (details: unknown) => {
      heartbeatDetails = details;
    });
    try {
      return await environment.run(work);
    } catch (error) {
      const isFinal = error instanceof ApplicationFailure ? error.nonRetryable === true : true;
      if (isFinal || attempt >= ATTEMPTS) throw error;
    }
  }
}

import type { ActivityStudio, Studios } from '../../../activities';
import { createCreativeForceActivities } from '../../../activities/creative-force/creative-force-activities';
import { createInputActivities, type InputWorkFolder } from '../../../activities/inputs/input-activities';
import type { CreativeForceClient } from '../../../clients';
import { createCreativeForceClient } from '../../../clients/creative-force/client';
import { createStore } from '../../../clients/store/create-store';
import { RequestBudget } from '../../../clients/http/request-budget';
import type { TaskReference } from '../../../domain/task/task';
import { wantedInputs } from '../../../domain/inputs/wanted-inputs';
import type { Sandbox } from '../../../sandbox';
import { eventually } from '../../sandbox/start';
import { run, studiosWith } from '../activity-harness';

/** A client of the sandbox's studio acme. */
function clientOf(sandbox: Sandbox): CreativeForceClient {
  const studio = sandbox.studios.find(({ name }) => name === 'acme');
  if (studio === undefined) throw new Error('The sandbox has no acme.');
  const { creativeForceUrl: baseUrl, tokenUrl } = sandbox;
  const { clientId, clientSecret } = studio;
  return createCreativeForceClient(
    { baseUrl, tokenUrl, clientId, clientSecret },
    { budget: new RequestBudget({ limit: 1_000 }) },
  );
}

/** The first task of acme, ready. */
export async function firstTask(sandbox: Sandbox): Promise<TaskReference> {
  await fetch(`${sandbox.controlUrl}/day/begin`, { method: 'POST' });
  await eventually(() => sandbox.ledger().tasks.every(({ readyAt }) => readyAt !== undefined));
  const task = sandbox.ledger().tasks.find(({ studio }) => studio === 'acme');
  if (task === undefined) throw new Error('The sandbox has no task of acme.');
  return { studio: 'acme', taskId: task.taskId, contentCreationType: 'ecom' };
}

/** A worker's studio that keeps inputs in a folder. */
export function keepingStudios(sandbox: Sandbox, folder: string, changes: Partial<ActivityStudio> = {}): Studios {
  return studiosWith({
    creativeForce: clientOf(sandbox),
    allowLoopback: true,
    inputs: {
      place: createStore({ folder: `${folder}/place` }),
      folder: '{{ studio.name }}/{{ product.code }}',
      name: '{{ input.folder }}/{{ input.name }}',
    },
    ...changes,
  });
}

/** Does what the workflow does: reads, asks for sealed addresses, saves. */
export async function saveInputs(
  studios: Studios,
  reference: TaskReference,
  { work, ...changes }: { readonly isLastTry?: boolean; readonly work: InputWorkFolder },
) {
  const gateway = createCreativeForceActivities(studios);
  const { studio, taskId } = reference;
  const task = await run(gateway.readTask, reference);
  const idsOf = (from: 'assets' | 'files') =>
    wantedInputs(task).flatMap((input) => (input.from === from ? input.id : []));
  const assets = await run(gateway.readAssetFiles, { studio, taskId, assetIds: idsOf('assets') });
  const files = await run(gateway.readFiles, { studio, taskId, fileIds: idsOf('files') });
  const request = { facts: { studio, task, specs: [] }, annotations: [], assets: assets.found, files: files.found };
  const saved = () => run(createInputActivities(studios, work).saveInputs, { ...request, ...changes });
  return { request, saved };
}

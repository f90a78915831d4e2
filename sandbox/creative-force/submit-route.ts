import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  dueOutputs,
  isGone,
  presentRound,
  type ContentCreationType,
  type Delivery,
  type ExpectedOutput,
  type Task,
} from '../day/model';
import { findTask, type Upload, type World } from '../world';
import { isGuid, refuse, refuseParse, refuseShape, refuseSubmission } from './error-responses';
import { tasksPath } from './content-type';
import type { Gateway, GatewayCall } from './gateway';

const submission = z.object({
  assets: z.array(
    z.object({
      assetLifeCycleId: z.guid(),
      specId: z.guid().optional(),
      variant: z.number().int().optional(),
      assetId: z.guid().nullable(),
    }),
  ),
});
type Mapping = z.infer<typeof submission>['assets'][number];

interface Refusal {
  readonly code: number;
  readonly message: string;
}

const IMAGE_ASSET = 2;

/**
 * `POST …/submit-assets` (docs/reference/assumptions.md#submit); refusals carry the capture sibling's numbers
 * (docs/reference/creative-force.md#refusals).
 */
export function registerSubmitRoute(
  gateway: Gateway,
  world: World,
  type: ContentCreationType,
  onAccepted: (task: Task) => void,
): void {
  const { creativeForce } = world.settings;
  const submit = (call: GatewayCall): FastifyReply => {
    const { request, reply, studio, parameter } = call;
    const taskId = parameter('taskId');
    if (!isGuid(taskId)) return refuseShape(reply, { taskId: [`The value '${taskId}' is not valid.`] });
    const body = submission.safeParse(request.body);
    if (!body.success) return refuseParse(reply, body.error);
    const task = findTask(world, taskId);
    if (task?.contentCreationType !== type) return refuseSubmission(reply, 10, 'Task not found.');
    if (task.studio !== studio) return refuse(reply, 403, 'PER-3', 'UserNotHavePermissionOnClient');

    const outcome = judgeSubmission(world, task, body.data.assets);
    const refusal = 'code' in outcome ? outcome : undefined;
    world.eventLog.record({
      at: world.now(),
      kind: 'submit',
      taskId: task.taskId,
      round: task.rounds.length - 1,
      accepted: refusal === undefined,
      code: refusal?.code ?? 1,
      message: refusal?.message ?? 'Success',
    });
    if ('code' in outcome) return refuseSubmission(reply, outcome.code, outcome.message);
    accept(world, task, outcome.deliveries);
    onAccepted(task);
    return reply.send({ statusCode: 1, message: 'Success' });
  };
  for (const spelling of ['extpost', 'export'] as const) {
    const path = `${tasksPath(type).replace('extpost', spelling)}/:taskId/submit-assets`;
    gateway.route('POST', path, 'submitAssets', submit, {
      flavour: type,
      isOn: () => creativeForce.submitSpelling === 'both' || creativeForce.submitSpelling === spelling,
    });
  }
}

function judgeSubmission(world: World, task: Task, mappings: readonly Mapping[]): Refusal | { deliveries: Delivery[] } {
  if (task.status === 'deleted') return { code: 6, message: 'Task is deleted.' };
  // The code for these is unknown; "not found" is the likeliest.
  if (isGone(task)) return { code: 10, message: 'Task not found.' };
  const round = presentRound(task);
  if (round.submittedAt === undefined && task.status === 'done')
    return { code: 154, message: 'Task has already been submitted.' };
  if (round.submittedAt !== undefined) {
    round.repeatedSubmits += 1;
    const submitted = new Set(round.submitted.map((delivery) => delivery.assetId));
    const isSame =
      mappings.length === submitted.size &&
      mappings.every(({ assetId }) => submitted.has(assetId?.toLowerCase() ?? ''));
    return isSame
      ? { code: 24, message: 'Asset id is invalid.' }
      : { code: 154, message: 'Task has already been submitted.' };
  }
  if (mappings.some(({ assetId }) => assetId === null)) return { code: 500, message: '' };

  const due = dueOutputs(task);
  const mayTakeMore = world.settings.creativeForce.correctionSuperset === 'accepted';
  const taken = mayTakeMore ? task.shots.flatMap((shot) => shot.expected) : due;
  const pairs = mappings.map((mapping) => ({
    mapping,
    expected: taken.find((expected) => answers(mapping, expected)),
  }));
  const answered = new Set(pairs.map(({ expected }) => expected));
  if (answered.has(undefined) || answered.size < pairs.length)
    return { code: 406, message: 'Wrong number or kind of assets.' };
  const missing = due.filter((expected) => !answered.has(expected)).length;
  if (missing > 0) return { code: 403, message: `Too few assets: ${due.length - missing} of ${due.length}.` };

  const deliveries: Delivery[] = [];
  const usedHere = new Set<string>();
  for (const { mapping, expected } of pairs) {
    const upload = knownUpload(world, task, mapping.assetId);
    if (upload?.stored === undefined || expected === undefined) return { code: 24, message: 'Asset id is invalid.' };
    if (upload.usedBy !== undefined || usedHere.has(upload.assetId))
      return { code: 152, message: 'Asset is already used.' };
    usedHere.add(upload.assetId);
    deliveries.push({
      expected,
      assetId: upload.assetId,
      fileName: upload.fileName,
      sha256: upload.stored.sha256,
      bytes: upload.stored.bytes.length,
      repeatsRejected: expected.rejected && lastHash(task, expected) === upload.stored.sha256,
    });
  }
  return { deliveries };
}

function answers(mapping: Mapping, expected: ExpectedOutput): boolean {
  return (
    mapping.assetLifeCycleId.toLowerCase() === expected.shot.shotId &&
    mapping.specId?.toLowerCase() === expected.preset?.specId &&
    mapping.variant === expected.variant
  );
}

/** An asset is known only some time after its bytes have come (docs/reference/creative-force.md#asset-registration). */
function knownUpload(world: World, task: Task, assetId: string | null): Upload | undefined {
  const upload = world.uploads.get(assetId?.toLowerCase() ?? '');
  if (upload?.stored === undefined || upload.studio !== task.studio || upload.physicalFileTypeId !== IMAGE_ASSET)
    return undefined;
  return world.now() - upload.stored.at >= world.settings.creativeForce.assetKnownAfterMs ? upload : undefined;
}

function lastHash(task: Task, expected: ExpectedOutput): string | undefined {
  const deliveries = task.rounds.flatMap((round) => round.submitted);
  return deliveries.findLast((delivery) => delivery.expected === expected)?.sha256;
}

function accept(world: World, task: Task, deliveries: readonly Delivery[]): void {
  const round = presentRound(task);
  round.submittedAt = world.now();
  round.submitted.push(...deliveries);
  task.status = 'in progress';
  for (const { expected, assetId } of deliveries) {
    expected.assetId = assetId;
    expected.rejected = false;
    const upload = world.uploads.get(assetId);
    if (upload !== undefined) upload.usedBy = task.taskId;
  }
}

import { Liquid } from 'liquidjs';
import writeFileAtomic from 'write-file-atomic';

import { candidateId } from '../../domain/plan/candidate-id';
import { whyNothing } from '../../domain/plan/explain';
import { planNotes } from '../../domain/plan/plan-record';
import { formatTime, pixelsText } from '../../domain/shared/text';
import { expectedOutputKey } from '../../domain/task/expected-output';
import { expectedOutputLabel } from '../../domain/task/output-label';
import { specOf, taskTitle } from '../../domain/task/task-facts';
import { deliverableLines, isComplete, outcomeText, type TaskPlan } from '../../domain/plan/make-plan';
import { fetchPictures, type PictureOptions, type Pictures, type Thumbnail } from './pictures';
import { reportTemplate } from './report-template';

const engine = new Liquid({ strictVariables: true, strictFilters: true, outputEscape: 'escape' });

/** Writes a page with each expected output and its creative side by side. No address of a file stands in it. */
export async function writeReport(file: string, plans: readonly TaskPlan[], options: PictureOptions): Promise<void> {
  const pictures = await fetchPictures(plans, options);
  const made = formatTime(Date.now());
  await writeFileAtomic(file, await reportPage(plans, pictures, { studio: options.studio.name, made }));
}

export async function reportPage(
  plans: readonly TaskPlan[],
  pictures: Pictures,
  about: { readonly studio: string; readonly made: string },
): Promise<string> {
  const scope = { ...about, tasks: plans.map((plan) => taskScope(plan, pictures)) };
  return (await engine.parseAndRender(reportTemplate, scope)) as string;
}

function taskScope(plan: TaskPlan, pictures: Pictures) {
  const { facts, record, warnings, due } = plan;
  const { task } = facts;
  const lines = new Map(deliverableLines(record).map((line) => [line.expectedKey, line]));
  const notes = [...planNotes(record), ...warnings];
  return {
    title: taskTitle(facts),
    id: task.taskId,
    flavour: task.contentCreationType,
    status: task.statusText,
    deadline: task.deadline === undefined ? '' : formatTime(task.deadline),
    outcome: outcomeText(plan),
    isComplete: isComplete(plan),
    hash: record.hash.slice(0, 8),
    notes,
    outputs: due.map((output) => {
      const spec = specOf(facts, output);
      const label = expectedOutputLabel(facts, output);
      const key = expectedOutputKey(output.expected);
      const line = lines.get(key);
      const input = output.shot.inputs[0];
      return {
        label,
        input: { name: input?.fileName ?? 'no input', ...shown(pictures.inputs.get(input?.assetId ?? '')) },
        creative: {
          name: line?.outputName ?? line?.outputId ?? 'no creative',
          ...(line === undefined ? shown(undefined) : shown(pictures.creatives.get(candidateId(line)))),
        },
        asked: pixelsText(spec),
        fileName: line?.fileName ?? '',
        key: line?.key ?? '',
        recipe: line?.recipe ?? '',
        format: line?.format ?? '',
        problem: line === undefined ? whyNothing(record, label) : '',
      };
    }),
  };
}

function shown(picture: Thumbnail | undefined) {
  const { dataUri = '', why = '' } = picture ?? { why: 'no picture' };
  return { dataUri, why };
}

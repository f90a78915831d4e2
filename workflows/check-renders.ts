import { attentionFor } from '../domain/operator/attention';
import type { SpooledFile } from '../domain/render/rendered-asset';
import { pluralise } from '../domain/shared/text';
import type { FetchedFile } from './fetch-files';
import { NeedsAttention } from './needs-attention';
import { toPixelFacts } from './pixel-facts';
import { onSpool, planning } from './profiles';
import type { TaskStory } from './task-story';

/** A file that may go out, with what is worth telling of it. */
export type CheckedFile = FetchedFile & { readonly findings: readonly string[] };

/**
 * Makes the files as their specs ask, as far as that may be done without a person: converts what a recipe wants
 * converted, mends names, and judges the rest by the studio's rules. What blocks parks the task, unless a person has said
 * that it goes out all the same.
 */
export async function checkRenders(
  story: TaskStory,
  fetched: readonly FetchedFile[],
  isForced: boolean,
): Promise<CheckedFile[]> {
  const files = await convertRenders(story, fetched);
  const checked = await planning(`Check ${pluralise(files.length, 'file')} against the specs`).checkRenders({
    studio: story.task.studio,
    files: files.map(({ expected, file, preflight }) => {
      const { expectedKey, label, fileName, spec } = expected;
      const { format, width, height, bytes, details } = file;
      return {
        expected: { expectedKey, label, fileName, spec },
        file: { format, width, height, bytes, details },
        ...(preflight && { preflight }),
      };
    }),
  });
  const blocking = checked.flatMap(({ findings }) => findings.filter(({ action }) => action === 'block'));
  if (blocking.length > 0 && !isForced) {
    const words = blocking.map(({ message }) => message).join(' ');
    throw new NeedsAttention(attentionFor('spec mismatch', words), fetched.map(toPixelFacts));
  }
  return files.map((one, index): CheckedFile => {
    const { fileName = one.expected.fileName, mended = [], findings = [] } = checked[index] ?? {};
    const told = [...mended, ...findings.map(({ message }) => message)];
    for (const remark of told) story.remark(remark);
    return { ...one, expected: { ...one.expected, fileName }, findings: told };
  });
}

/** Only where a recipe asks, and on the worker in whose spool the bytes lie. */
async function convertRenders(story: TaskStory, fetched: readonly FetchedFile[]): Promise<FetchedFile[]> {
  const { studio, taskId } = story.task;
  const asked = fetched.flatMap(({ expected: { expectedKey, label, spec }, file, convert }) =>
    convert === undefined ? [] : [{ expectedKey, label, file, convert, ...(spec && { spec }) }],
  );
  const converted = new Map<string, SpooledFile>();
  await Promise.all(
    [...new Set(asked.map(({ file }) => file.queue))].map(async (queue) => {
      const here = asked.filter(({ file }) => file.queue === queue);
      const results = await onSpool(queue, `Convert ${pluralise(here.length, 'file')}`).convertRenders({
        studio,
        taskId,
        files: here.map(({ expectedKey: _, ...wanted }) => wanted),
      });
      results.forEach(({ file, remarks }, index) => {
        const key = here[index]?.expectedKey;
        if (key !== undefined) converted.set(key, file);
        for (const remark of remarks) story.remark(remark);
      });
    }),
  );
  return fetched.map((one) => ({ ...one, file: converted.get(one.expected.expectedKey) ?? one.file }));
}

import { attentionFor } from '../../../domain/operator/attention';
import type { PixelIdentity } from '../../../domain/render/pixel-comparison';
import type { SpooledFile } from '../../../domain/render/rendered-asset';
import { pluralise, summariseSentences } from '../../../domain/shared/text';
import { planning, spoolConversion } from '../../activity-options';
import type { FetchedFile } from '../state/round-state';
import { needsAttention, type NeedsAttention, type StepContext } from './step';

/** Converts what recipes say, corrects names, judges the rest; what blocks needs a person or a person's permission. */
export async function checkRenders(
  context: StepContext,
  fetched: readonly FetchedFile[],
  isForced: boolean,
): Promise<{ kind: 'done'; files: FetchedFile[] } | NeedsAttention> {
  const { task, reporter } = context;
  const files = await convertRenders(context, fetched);
  const checked = await planning(`Check ${pluralise(files.length, 'file')} against the specs`).checkRenders({
    studio: task.studio,
    files: files.map(({ expected, file, preflight, film: wanted, announced }) => {
      const { expectedKey, label, fileName, spec } = expected;
      const { format, width, height, bytes, details, film } = file;
      return {
        expected: { expectedKey, label, fileName, spec },
        file: { format, width, height, bytes, details, film },
        ...(preflight && { preflight }),
        ...(wanted && { film: { ...wanted, ...(announced && { announced }) } }),
      };
    }),
  });
  const blocked = files.flatMap((file, index) => {
    const findings = checked[index]?.findings.filter(({ action }) => action === 'block') ?? [];
    return findings.length === 0 ? [] : [{ file, findings }];
  });
  if (blocked.length > 0 && !isForced) {
    const messages = blocked.flatMap(({ findings }) => findings.map(({ message }) => message));
    const outputs = blocked.map(({ file: { expected } }) => ({
      expectedKey: expected.expectedKey,
      label: expected.label,
    }));
    // Only these have to change before the task goes on.
    const pixels = blocked.map(({ file }) => toPixelIdentity(file));
    return needsAttention(attentionFor('spec mismatch', summariseSentences(messages), { outputs }), pixels);
  }
  const judged = files.map((one, index): FetchedFile => {
    const { fileName = one.expected.fileName, corrections: mended = [], findings = [] } = checked[index] ?? {};
    const texts = [...mended, ...findings.map(({ message }) => message)];
    return { ...one, expected: { ...one.expected, fileName }, findings: texts };
  });
  reporter.warn(...judged.flatMap(({ findings = [] }) => findings));
  return { kind: 'done', files: judged };
}

/** Only where a recipe asks, and on the worker in whose spool the bytes lie. */
async function convertRenders(
  { task: { studio, taskId }, reporter }: StepContext,
  fetched: readonly FetchedFile[],
): Promise<FetchedFile[]> {
  const requested = fetched.flatMap(({ expected: { expectedKey, label, spec }, file, convert }) =>
    convert === undefined ? [] : [{ expectedKey, label, file, convert, ...(spec && { spec }) }],
  );
  const converted = new Map<string, SpooledFile>();
  await Promise.all(
    [...new Set(requested.map(({ file }) => file.queue))].map(async (queue) => {
      const here = requested.filter(({ file }) => file.queue === queue);
      const results = await spoolConversion(queue, `Convert ${pluralise(here.length, 'file')}`).convertRenders({
        studio,
        taskId,
        files: here.map(({ expectedKey: _, ...wanted }) => wanted),
      });
      results.forEach(({ file, warnings }, index) => {
        const key = here[index]?.expectedKey;
        if (key !== undefined) converted.set(key, file);
        reporter.warn(...warnings);
      });
    }),
  );
  return fetched.map((one) => ({ ...one, file: converted.get(one.expected.expectedKey) ?? one.file }));
}

/** What tells whether a creative has changed since it was fetched. */
export function toPixelIdentity({
  expected: { expectedKey },
  file: { outputId },
  contentHash,
  blobHash,
}: FetchedFile): PixelIdentity {
  return { expectedKey, outputId, contentHash, blobHash };
}

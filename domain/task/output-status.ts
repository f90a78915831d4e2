import { expectedOutputKey, expectedOutputs } from './expected-output';
import { expectedOutputLabel } from './output-label';
import type { OutputSpec } from './task';
import { specOf, type TaskFacts } from './task-facts';

/** Of a shot with more, these are enough to see what it shows. */
const MOST_INPUTS = 10;

/** One expected output as people see it: what it is made from, what is wanted, and what it gets in this round. */
export interface OutputStatus {
  readonly expectedKey: string;
  readonly label: string;
  /** The requested file name; without extension when there is a spec. */
  readonly fileName?: string | undefined;
  readonly inputs: readonly { readonly assetId: string; readonly fileName?: string | undefined }[];
  readonly spec?: OutputSpec | undefined;
  /** What is returned for it in Creative Force, and whether that is marked as rejected. */
  readonly returnedAssetId?: string | undefined;
  readonly isRejected?: boolean | undefined;
  /** The Celtra output that it gets. */
  readonly creative?: CreativeStatus | undefined;
  /** The file that goes out, once it was fetched and checked. */
  readonly file?: FileStatus | undefined;
}

interface CreativeStatus {
  readonly outputId: string;
  readonly name?: string | undefined;
  /** The asset of the output, where its assets are told apart. */
  readonly assetKey?: string | undefined;
}

/** Sizes are pixels and bytes; `findings` are what the check found and let pass. */
interface FileStatus {
  readonly fileName: string;
  /** Identifies its kept picture. */
  readonly sha256: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly findings?: readonly string[] | undefined;
}

/** All expected outputs of a task, before anything is known of their creatives. */
export function outputStatuses(facts: Pick<TaskFacts, 'task' | 'specs'>): OutputStatus[] {
  return expectedOutputs(facts.task).map((output) => {
    const { shot, expected } = output;
    const { id: _, ...spec } = specOf(facts, output) ?? { id: undefined };
    return {
      expectedKey: expectedOutputKey(expected),
      label: expectedOutputLabel(facts, output),
      fileName: expected.name,
      inputs: shot.inputs.slice(0, MOST_INPUTS).map(({ assetId, fileName }) => ({ assetId, fileName })),
      ...('specId' in spec && { spec }),
      returnedAssetId: expected.assetId,
      isRejected: expected.isRejected,
    };
  });
}

/** The outputs of a task as they are now, with what is known of the creatives and files of those that it had before. */
export function refreshedOutputs(before: readonly OutputStatus[], now: readonly OutputStatus[]): OutputStatus[] {
  const known = new Map(before.map((output) => [output.expectedKey, output]));
  return now.map((output) => {
    const { creative, file } = known.get(output.expectedKey) ?? {};
    return { ...output, ...(creative && { creative }), ...(file && { file }) };
  });
}

export type OutputChange = Pick<OutputStatus, 'expectedKey' | 'creative' | 'file'>;

/** The outputs with what has become known of some of them; a new creative has no file yet. */
export function withOutputChanges(outputs: readonly OutputStatus[], changes: readonly OutputChange[]): OutputStatus[] {
  const changed = new Map(changes.map((change) => [change.expectedKey, change]));
  return outputs.map((output) => ({ ...output, ...changed.get(output.expectedKey) }));
}

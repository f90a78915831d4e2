import { expectedOutputKey, expectedOutputs } from './expected-output';
import { expectedOutputLabel } from './output-label';
import type { TaskFacts } from './task-facts';
import type { Annotation } from './task';

/** A rejection note and where it belongs: a position, an expected output, or the whole task. */
export interface RejectionNote {
  readonly where: string;
  readonly text: string;
}

/** In the task's order; notes without a position come last. */
export function rejectionNotes(
  facts: Pick<TaskFacts, 'task' | 'specs'>,
  annotations: readonly Annotation[],
): RejectionNote[] {
  const said = annotations.flatMap((note) =>
    note.kind === 'rejection' && note.comment ? [{ note, text: note.comment }] : [],
  );
  const placed = new Set<Annotation>();
  const byPlace: RejectionNote[] = [];
  const place = (where: string, belongs: (note: Annotation) => boolean): void => {
    for (const { note, text } of said) {
      if (placed.has(note) || !belongs(note)) continue;
      placed.add(note);
      byPlace.push({ where, text });
    }
  };
  for (const { shot, expected } of expectedOutputs(facts.task)) {
    place(expectedOutputLabel(facts, { shot, expected }), (note) =>
      note.assetId !== undefined && note.assetId === expected.assetId
        ? true
        : note.specId !== undefined &&
          expectedOutputKey({
            shotId: note.shotId ?? '',
            specId: note.specId,
            variant: note.variant ?? expected.variant,
          }) === expectedOutputKey(expected),
    );
  }
  for (const shot of facts.task.shots) place(shot.position ?? shot.shotId, ({ shotId }) => shotId === shot.shotId);
  place('The task', () => true);
  return byPlace;
}

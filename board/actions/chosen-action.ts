import { z } from 'zod';

import type { PossibleAction } from '../../domain/operator/possible-actions';
import type { TypedFields } from '../login/sessions';

const MAX_LENGTH = 2_000;

const text = () => z.string().min(1).max(MAX_LENGTH);

const chosenSchema = z.strictObject({
  kind: z.enum([
    'resume',
    'replace recipe',
    'use output',
    'skip output',
    'deliver file',
    'undo',
    'abandon',
    'cancel',
    'start',
  ]),
  expected: text().optional(),
  outputId: text().optional(),
  recipe: text().optional(),
  force: z.boolean().optional(),
});

/** What somebody has chosen on the page of a task; the workflow checks whether it can be done. */
export type ChosenAction = z.output<typeof chosenSchema>;

/** The action as the value of a button. */
export function actionValue({ kind, arguments: given }: Pick<PossibleAction, 'kind' | 'arguments'>): string {
  return JSON.stringify({ kind, ...given });
}

/** The action that a button has sent; nothing when no button of the board sends that. */
export function parseAction(value: unknown): ChosenAction | undefined {
  if (typeof value !== 'string' || value.length > 3 * MAX_LENGTH) return undefined;
  try {
    return chosenSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** The action with the Celtra output that somebody has typed, where the button of a form does not say which. */
export function withTyped(chosen: ChosenAction, typed: Pick<TypedFields, 'expected' | 'outputId'>): ChosenAction {
  if (chosen.kind !== 'use output' || chosen.outputId !== undefined) return chosen;
  const { expected, outputId } = typed;
  return chosenSchema.safeParse({ ...chosen, expected, outputId }).data ?? chosen;
}

/** What is asked about before it is done: it cannot be taken back, or its consequences do not show in its name. */
export function needsAsking({ kind, force }: Pick<ChosenAction, 'kind' | 'force'>): boolean {
  return ['abandon', 'cancel', 'skip output', 'replace recipe'].includes(kind) || force === true;
}

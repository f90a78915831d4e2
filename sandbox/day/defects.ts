/** Why a task cannot be delivered: the right reaction is to submit nothing and to notify a person. */
export const defectKinds = [
  'missing creative',
  'two creatives',
  'other case',
  'other spaces',
  'other size',
  'unknown specification',
  'missing property',
  'needed twice',
] as const;
export type DefectKind = (typeof defectKinds)[number];

/** A defect, and the one expected output that it affects. */
export interface Defect {
  readonly kind: DefectKind;
  readonly position: string;
  /** The spec's name, or `Original`. */
  readonly size: string;
}

/** The specification of a task that no recipe is for. */
export const UNKNOWN_SPECIFICATION = { id: 'AUTUMN-PRINT', name: 'Autumn print set' } as const;

/** Reasons for the ledger why nothing may be submitted. */
export const defectReasons: Readonly<Record<DefectKind, string>> = {
  'missing creative': 'A creative is missing in Celtra',
  'two creatives': 'Two creatives in Celtra have the same key',
  'other case': 'The only likely creative differs in capital letters',
  'other spaces': 'The only likely creative differs in spaces',
  'other size': 'The creative has another size than the spec asks for',
  'unknown specification': 'Its specification is one that no recipe is for',
  'missing property': 'The property that names the Celtra project is missing',
  'needed twice': 'Two expected outputs need the same creative',
};

/** Whether the task itself shows the defect, without a request to Celtra. */
export function isVisibleInTask(kind: DefectKind): boolean {
  return kind === 'unknown specification' || kind === 'missing property';
}

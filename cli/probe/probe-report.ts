import Table from 'cli-table3';

import type { ProbeResult } from '../../clients';

const outcomeWords: Record<ProbeResult['outcome'], string> = {
  allowed: 'allowed',
  forbidden: 'forbidden',
  'not found': 'not found',
  refused: 'refused',
  unauthorized: 'credentials refused',
  throttled: 'too many requests',
  transient: 'no answer',
  contract: 'not understood',
  unreadable: 'not JSON',
  'not asked': 'not asked',
};

/** The table of a probe with its notes: names of endpoints and fields, never a value. */
export function probeReport(rows: readonly ProbeResult[]): string {
  const table = new Table({
    head: ['endpoint', 'for', 'answer', 'shape', 'fields missing', 'fields new'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right'],
  });
  for (const row of rows) {
    table.push([
      row.endpoint + (row.need === 'spelling' ? ' (other spelling)' : ''),
      row.contentCreationType ?? '',
      outcomeWords[row.outcome],
      shapeWord(row),
      row.shape?.missing.length ?? '',
      row.shape?.unknown.length ?? '',
    ]);
  }
  return [table.toString(), ...rows.flatMap(notesOf), ...formsText(rows)].join('\n');
}

/** What is wrong with an endpoint, in one line; with the reason where nothing answered. */
export function problemText({ endpoint, outcome, detail, shape }: ProbeResult): string {
  if (shape?.fault !== undefined) return `${endpoint}: not understood (${shape.fault})`;
  return outcome === 'transient' && detail !== undefined ? detail : `${endpoint}: ${outcomeWords[outcome]}`;
}

/** A row for programs: the same facts, without the body. */
export function probeRowJson({
  endpoint,
  need,
  subject,
  contentCreationType,
  outcome,
  code,
  detail,
  shape,
  forms,
}: ProbeResult) {
  return { endpoint, need, subject, contentCreationType, outcome, code, detail, shape, forms };
}

function shapeWord({ shape }: ProbeResult): string {
  if (shape === undefined) return '';
  if (shape.fault !== undefined) return 'not understood';
  return shape.isEmpty ? 'empty' : 'understood';
}

function notesOf({ endpoint, contentCreationType, detail, shape }: ProbeResult): string[] {
  const notes = [
    detail,
    shape?.fault && `not understood: ${shape.fault}`,
    listed('missing', shape?.missing),
    listed('new', shape?.unknown),
  ].filter((note) => note !== undefined && note !== '');
  if (notes.length === 0) return [];
  const of = contentCreationType === undefined ? '' : ` (${contentCreationType})`;
  return ['', endpoint + of, ...notes.map((note) => `  ${note}`)];
}

function listed(what: string, paths: readonly string[] | undefined): string | undefined {
  return paths === undefined || paths.length === 0 ? undefined : `${what}: ${paths.join(', ')}`;
}

/** Which forms the studio uses, with the number of answers that have each. */
function formsText(rows: readonly ProbeResult[]): string[] {
  const counts = new Map<string, number>();
  for (const form of rows.flatMap(({ forms = [] }) => forms)) counts.set(form, (counts.get(form) ?? 0) + 1);
  if (counts.size === 0) return [];
  const lines = [...counts].sort().map(([form, count]) => `  ${form} (${count})`);
  return ['', 'forms, with the number of answers', ...lines];
}

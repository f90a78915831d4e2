import { stripVTControlCharacters } from 'node:util';

import { dayTable, type TaskRow } from '../../demo/start/day-table';

const row = (number: number, more: Partial<TaskRow> = {}): TaskRow => ({
  taskId: `task-${number}`,
  studio: 'northwind',
  product: `NW-${number} Long sleeved linen shirt with a collar, spring`,
  stage: 'Rejected: waiting until the design of Front, Feed 1:1; Back, Feed 1:1 changes',
  verdict: 'in progress',
  webhook: 'duplicate',
  ...more,
});
const rows = Array.from({ length: 60 }, (_, index) => row(index));
const linesOf = (shown: readonly TaskRow[], columns: number, height: number, above = 0) =>
  stripVTControlCharacters(dayTable(shown, { columns, rows: height }, above)).split('\n');

describe('the live table of a day', () => {
  it.each([
    [40, 24],
    [80, 24],
    [80, 50],
    [100, 30],
    [200, 60],
  ])('fits a terminal of %d columns and %d rows, one line a task', (columns, height) => {
    const lines = linesOf(rows, columns, height, 3);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeLessThan(height - 3);
    const left = Number(/^and (\d+) more$/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
    expect(lines.filter((line) => line.includes('NW-'))).toHaveLength(60 - left);
  });

  it('leaves out the least important columns where it is narrow', () => {
    const titles = (columns: number) => linesOf(rows, columns, 24)[1]?.match(/[a-z]+/g);
    expect(titles(200)).toEqual(['studio', 'product', 'webhook', 'stage', 'ledger']);
    expect(titles(80)).toContain('stage');
    expect(titles(45)).toEqual(['product', 'stage']);
  });

  it('shows first what is in progress, and counts the rest', () => {
    const day = [row(1, { verdict: 'done' }), row(2, { stage: 'Not ready yet' }), row(3)];
    const lines = linesOf(day, 80, 7);
    expect(lines.filter((line) => line.includes('NW-')).join()).toContain('NW-3');
    expect(lines.at(-1)).toBe('and 2 more');
  });
});

import type { TaskRow } from '../../demo/start/day-table';
import { lineScreen } from '../../demo/start/screen';

const row: TaskRow = {
  taskId: 'a3b4c5d6-1111-4222-8333-944445555666',
  studio: 'acme',
  product: 'SKU-1 Trail runner',
  stage: 'Brief',
  verdict: 'waiting',
  webhook: 'lost',
};

/** What was printed for these pictures of one task, one after the other, without clock and padding. */
function printed(...pictures: Partial<TaskRow>[]): string[] {
  let text = '';
  const screen = lineScreen({ write: (part: string) => (text += part) });
  for (const changes of pictures) screen.tasks([{ ...row, ...changes }]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice('hh:mm:ss'.length).trim().replaceAll(/ +/g, ' '));
}

describe('the screen where there is no terminal', () => {
  it('prints a line when a task comes, with what started it', () => {
    expect(printed({})).toEqual(['acme SKU-1 Trail runner Brief (webhook lost)']);
  });

  it('prints a line for each change and none for the rest', () => {
    expect(printed({}, {}, { stage: 'Export' }, { stage: 'Export' })).toEqual([
      'acme SKU-1 Trail runner Brief (webhook lost)',
      'acme SKU-1 Trail runner Export',
    ]);
  });

  it('says when the ledger has accepted a delivery', () => {
    expect(printed({ stage: 'Awaiting verdict' }, { stage: 'Awaiting verdict', verdict: 'done' }).at(-1)).toBe(
      'acme SKU-1 Trail runner Awaiting verdict, accepted',
    );
  });

  it('keeps quiet about tasks that are not ready yet', () => {
    expect(printed({ stage: 'Not ready yet' })).toEqual([]);
  });
});

import { effects, runKillMatrix, type Cell, type KillMatrixResult } from '../../bench/kill-matrix-run';
import { temporaryFolder } from '../end-to-end/command';
import { testTemporalAddress } from '../starters/test-temporal';

const tasks = 14;

/** After the effect and before its answer is the worst moment; `npm run bench -- kill-matrix` has all three of them. */
const cells: Cell[] = (['editorial', 'ecom'] as const).flatMap((flavour) =>
  effects.map((effect) => ({
    flavour,
    effect,
    moment: 'during' as const,
    twice: flavour === 'ecom' && effect === 'submit',
  })),
);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let result: KillMatrixResult;

beforeAll(async () => {
  folder = await temporaryFolder();
  result = await runKillMatrix({
    folder: folder.path,
    temporal: { address: testTemporalAddress(), namespace: 'kill-matrix' },
    tasks,
    // Kills take most of this time, and each cell needs a task that begins after the kill before it.
    spreadMs: 40_000,
    cells,
    giveUpAfterMs: 400_000,
  });
}, 480_000);
afterAll(async () => {
  await folder.remove();
});

describe('a worker that is killed while an outside effect has happened but was not answered', () => {
  it('was killed at every effect, in both flavours, and once more while it recovered', () => {
    expect(result.missed).toEqual([]);
    expect(result.kills).toHaveLength(cells.length + 1);
  });

  it('delivers every task correctly, and loses none', () => {
    const { summary } = result.ledger;
    expect(summary).toMatchObject({ tasks, done: tasks, lost: 0, twice: 0, wrong: 0 });
    expect(result.ledger.tasks.flatMap(({ files }) => files.filter(({ right }) => !right))).toEqual([]);
  });

  it('starts and submits each round once in effect', () => {
    expect([result.faults, result.notStarted]).toEqual([[], []]);
  });

  it('continues every task by itself', () => {
    expect(result.kills.filter(({ goesOnAt }) => goesOnAt === undefined)).toEqual([]);
  });
});

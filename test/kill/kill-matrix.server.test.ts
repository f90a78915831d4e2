import { runKillMatrix, type Cell, type KillMatrixResult } from '../../bench/kill-matrix-run';
import { temporaryFolder } from '../end-to-end/command';
import { testTemporalAddress } from '../starters/test-temporal';

/** The fewest of which one is editorial. */
const tasks = 8;

/**
 * After the effect and before its answer is the worst moment. Where the two flavours have addresses of their own, it is tried in the editorial
 * one, and the end in both. A download is hit by `worker-lost.alone.test.ts`, whose ledger has to be right as well, and an export is read and
 * repeated like it; `npm run bench -- kill-matrix` has all three moments of every effect in both flavours.
 */
const cells: readonly Cell[] = [
  { flavour: 'editorial', effect: 'start', moment: 'during' },
  { flavour: 'editorial', effect: 'presign', moment: 'during' },
  { flavour: 'ecom', effect: 'put', moment: 'during' },
  { flavour: 'editorial', effect: 'submit', moment: 'during' },
  { flavour: 'ecom', effect: 'submit', moment: 'during', twice: true },
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let result: KillMatrixResult;

beforeAll(async () => {
  folder = await temporaryFolder();
  result = await runKillMatrix({
    folder: folder.path,
    temporal: { address: testTemporalAddress(), namespace: 'kill-matrix' },
    tasks,
    // Kills take most of this time, and each cell needs a task that begins after the kill before it.
    spreadMs: 15_000,
    cells,
    giveUpAfterMs: 400_000,
  });
}, 480_000);
afterAll(async () => {
  await folder.remove();
});

describe('a worker that is killed while an outside effect has happened but was not answered', () => {
  it('was killed at every effect, and once more while it recovered', () => {
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

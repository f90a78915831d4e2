import type { UnderWay } from '../../workers/under-way';
import { startOther, type OtherProcess } from './other-process';

const program = `
  const { takeNotes } = require('./workers/under-way.ts');
  takeNotes(process.argv[1]).then((notes) => {
    process.stdin.on('data', (line) => notes.begin(JSON.parse(line)).then(() => console.log('noted')));
    console.log('ready');
  });
`;

/** Another worker's process, which notes in this folder that it has these activities under way, and lives on. */
export async function workerThatNotes(folder: string, ...activities: readonly UnderWay[]): Promise<OtherProcess> {
  const worker = await startOther(program, folder);
  for (const activity of activities) await worker.ask(JSON.stringify(activity));
  return worker;
}

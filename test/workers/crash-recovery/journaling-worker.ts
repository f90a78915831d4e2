import type { JournalEntry } from '../../../workers/crash-recovery/activity-journal';
import { startOther, type OtherProcess } from '../../support/other-process';

const program = `
  const { openJournal } = require('./workers/crash-recovery/activity-journal.ts');
  openJournal(process.argv[1]).then((notes) => {
    process.stdin.on('data', (line) => notes.begin(JSON.parse(line)).then(() => console.log('noted')));
    console.log('ready');
  });
`;

/** Another worker's process, which notes in this folder that it has these activities under way, and lives on. */
export async function workerWithJournal(folder: string, ...activities: readonly JournalEntry[]): Promise<OtherProcess> {
  const worker = await startOther(program, folder);
  for (const activity of activities) await worker.ask(JSON.stringify(activity));
  return worker;
}

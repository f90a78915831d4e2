import path from 'node:path';

import { supervise } from '../../demo/start/supervised-process';
import { folderForEach } from '../activities/activity-harness';

describe('a process that extpost start supervises', () => {
  const folder = folderForEach();

  it('is not launched again when it did not start, because then everything is taken down', async () => {
    const reports: string[] = [];
    // The built command is not beside the sources, so the process ends at once.
    const starting = supervise({
      name: 'receiver',
      args: [],
      environment: {},
      logFolder: folder(),
      restart: true,
      report: (line) => reports.push(line),
    });
    const log = path.join(folder(), 'receiver.log');
    await expect(starting).rejects.toThrow(`The receiver did not start (exit code 1). Its log says why: ${log}`);
    expect(reports).toEqual([]);
  });
});

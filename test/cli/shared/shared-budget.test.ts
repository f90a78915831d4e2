import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createSharedBudget } from '../../../cli/shared/shared-budget';

const GATEWAY = 'https://gateway.example.com/v1';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-budget-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A command of its own, as far as the budget knows. */
const aCommand = (gateway = GATEWAY, place = folder) => createSharedBudget({ limit: 5, gateway, folder: place });
const ask = async (command: ReturnType<typeof aCommand>, signal?: AbortSignal): Promise<number> => {
  const permit = await command.acquire(signal);
  const sentAt = Date.now();
  permit.send();
  return sentAt;
};

describe('the request budget of commands', () => {
  it('is one for all commands of this machine', async () => {
    const commands = [aCommand(), aCommand(), aCommand()];
    const sentAt = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(commands[n % 3] ?? aCommand())));
    // Five at once, five a window later, two after the next; each for itself would send its four in half a second.
    expect(Math.max(...sentAt) - Math.min(...sentAt)).toBeGreaterThan(2_000);
  });

  it('is another one for each gateway', async () => {
    const others = Array.from({ length: 4 }, (_, n) => aCommand(`https://gateway-${n}.example.com/v1`));
    await Promise.all(others.map((command) => ask(command)));
    expect(await readdir(folder)).toHaveLength(4);
  });

  it('lets a command that is stopped go, and keeps its place for others', async () => {
    const waiting = aCommand();
    await Promise.all(Array.from({ length: 5 }, () => ask(aCommand())));
    const stop = new AbortController();
    const stopped = ask(waiting, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow();
    await expect(ask(waiting)).resolves.toBeDefined();
  });

  it('counts anew where its file is damaged', async () => {
    await ask(aCommand());
    const [file = ''] = await readdir(folder);
    await writeFile(path.join(folder, file), '{ "half":');
    await expect(ask(aCommand())).resolves.toBeDefined();
  });

  it('does not make the folder of the worker, which would belong to somebody else', async () => {
    const missing = path.join(folder, 'missing');
    await ask(aCommand(`https://${path.basename(folder)}.example.com`, missing));
    expect(existsSync(missing)).toBe(false);
  });

  it('does without a folder that cannot be written', async () => {
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    await expect(ask(aCommand(`https://${path.basename(folder)}.example.com`, file))).resolves.toBeDefined();
  });
});

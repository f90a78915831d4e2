import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createAuditLog } from '../../../activities/audit/audit-activities';
import { auditCommand } from '../../../cli/audit/audit-command';
import { exitCodes } from '../../../cli/exit-codes';
import { startServer } from '../../clients/test-server';
import { smallFile } from '../../config/example-files';
import { anEntry } from '../../support/audit-facts';

describe('extpost audit', () => {
  let folder: string;
  let out: string;
  let err: string;
  const before = { ...process.env };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-audit-cli-'));
    [out, err] = ['', ''];
    jest.spyOn(console, 'log').mockImplementation((text: string) => (out += `${text}\n`));
    jest.spyOn(console, 'error').mockImplementation((text: string) => (err += `${text}\n`));
    Object.assign(process.env, { CF_SECRET: 'cf-secret-value', CELTRA_SECRET: 'celtra-secret-value' });
    await configure();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await rm(folder, { recursive: true });
  });

  const configure = (more = ''): Promise<void> => {
    const rest = `audit: { store: { folder: '${folder}/audit' }${more} }`;
    return writeFile(path.join(folder, 'extpost.yaml'), smallFile({ rest }));
  };

  /** Runs the command; answers with its exit code. */
  const audit = async (...words: string[]): Promise<number> => {
    const codeBefore = process.exitCode;
    process.exitCode = exitCodes.done;
    try {
      await auditCommand().parseAsync([...words, '--config', path.join(folder, 'extpost.yaml')], { from: 'user' });
      return process.exitCode;
    } finally {
      process.exitCode = codeBefore;
    }
  };
  const record = async (...rounds: number[]): Promise<void> => {
    const log = createAuditLog({ folder: path.join(folder, 'audit') });
    for (const round of rounds) await log.append(anEntry({ round }));
  };
  const tamper = async (change: (text: string) => string): Promise<string> => {
    const name = (await readdir(path.join(folder, 'audit', 'acme'))).find((one) => one.endsWith('.jsonl')) ?? '';
    const file = path.join(folder, 'audit', 'acme', name);
    await writeFile(file, change(await readFile(file, 'utf8')));
    return file;
  };

  it('says that a chain is whole, with its length and its last hash', async () => {
    await record(0, 1, 2);
    expect(await audit('verify', '--offline')).toBe(exitCodes.done);
    expect(out).toMatch(/^acme: intact, 3 lines; the last is line 3 with the hash [0-9a-f]{64}\n$/);
  });

  it('says file, line and reason of the first broken place, and ends with a code of its own', async () => {
    await record(0, 1, 2);
    const file = await tamper((text) => text.split('\n').toSpliced(1, 1).join('\n'));
    expect(await audit('verify', '--offline', '--studio', 'acme')).toBe(exitCodes.auditBroken);
    expect(out).toContain('acme: BROKEN after line 1; valid lines: 1.');
    expect(out).toContain(`${file}:2: Line 2 was removed or moved: found line 3.`);
  });

  it('says the same as JSON', async () => {
    await record(0);
    expect(await audit('verify', '--offline', '--json')).toBe(exitCodes.done);
    expect(JSON.parse(out)).toMatchObject({ studios: [{ studio: 'acme', lines: 1, last: { sequence: 1 } }] });
  });

  it('shows that a chain was rewritten to whoever has kept a hash', async () => {
    await record(0);
    expect(await audit('verify', '--offline', '--expect', 'a'.repeat(64))).toBe(exitCodes.auditBroken);
    expect(out).toContain('No line has the hash aaaa');
  });

  it('fails when it cannot ask Temporal what was written, unless it is told not to', async () => {
    await record(0);
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:1';
    await expect(audit('verify')).rejects.toThrow(/does not answer.*--offline verifies it without/);
    expect(out).toContain('acme: intact, 1 line;');
  });

  it('says that lines without a key can be rewritten', async () => {
    await record(0);
    await audit('verify', '--offline');
    expect(err).toContain('audit.keys is not set');
  });

  it('verifies lines with the key of the configuration, and refuses those without', async () => {
    await record(0);
    process.env['AUDIT_KEY'] = 'a-key-of-this-test';
    await configure(", keys: ['${AUDIT_KEY}']");
    expect(await audit('verify', '--offline')).toBe(exitCodes.auditBroken);
    expect(out).toContain('it was written without a key');
  });

  describe('anchor', () => {
    it('prints the end of each chain, by which verify finds lines that were removed there', async () => {
      await record(0, 1);
      expect(await audit('anchor')).toBe(exitCodes.done);
      const anchors = path.join(folder, 'anchors.jsonl');
      await writeFile(anchors, out);
      expect(JSON.parse(out)).toMatchObject({ studio: 'acme', sequence: 2 });
      expect(await audit('verify', '--offline', '--anchors', anchors)).toBe(exitCodes.done);
      expect(out).toContain('; 1 note from elsewhere agree');
      await rm(path.join(folder, 'audit'), { recursive: true });
      expect(await audit('verify', '--offline', '--anchors', anchors)).toBe(exitCodes.auditBroken);
      expect(out).toMatch(/Line 2 was written, as the anchor of .* has noted, but no line is here/);
    });

    it('of a broken chain is refused', async () => {
      await record(0, 1);
      await tamper((text) => text.replace('front-feed', 'back-feed'));
      expect(await audit('anchor')).toBe(exitCodes.auditBroken);
      expect([out, err]).toEqual(['', expect.stringContaining('acme: BROKEN')]);
    });

    it('posts to the configured address', async () => {
      const server = await startServer((_seen, response) => response.writeHead(204).end());
      try {
        await record(0);
        await configure(`, anchors: { url: '${server.origin}/anchors' }`);
        expect(await audit('anchor', '--post')).toBe(exitCodes.done);
        expect(server.seen.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([JSON.parse(out)]);
      } finally {
        await server.close();
      }
    });

    it('says what is missing when there is no address to post to', async () => {
      await expect(audit('anchor', '--post')).rejects.toThrow('audit.anchors is missing');
    });

    it('that is none is refused with its line', async () => {
      const anchors = path.join(folder, 'anchors.jsonl');
      await writeFile(anchors, '\n{"studio":"acme"}\n');
      await expect(audit('verify', '--offline', '--anchors', anchors)).rejects.toThrow(`${anchors}:2 is not an anchor`);
    });
  });

  it('has nothing to say against a studio of which nothing was recorded', async () => {
    expect(await audit('verify', '--offline')).toBe(exitCodes.done);
    expect(out).toBe('acme: nothing recorded.\n');
  });

  it('verifies a studio, too, that is no longer configured', async () => {
    const log = createAuditLog({ folder: path.join(folder, 'audit') });
    await log.append(anEntry({ studio: 'gone' }));
    expect(await audit('verify', '--offline')).toBe(exitCodes.done);
    expect(out).toContain('gone: intact, 1 line;');
  });

  it('refuses a studio that nobody knows', async () => {
    await expect(audit('verify', '--offline', '--studio', 'amce')).rejects.toThrow(
      'There is no studio "amce". Known: acme.',
    );
  });

  it('shows what was delivered for a task', async () => {
    await record(0, 1);
    expect(await audit('show', 'acme', anEntry().taskId)).toBe(exitCodes.done);
    expect(out).toContain(
      'Line 1: 2026-11-03 09:15 UTC, acme/0b5f8f3e-0000-4000-8000-000000000001, round 0, delivered, 1 file',
    );
    expect(out).toContain('round 1, delivered');
  });

  it('shows the lines themselves', async () => {
    await record(0);
    expect(await audit('show', 'acme', anEntry().taskId, '--json')).toBe(exitCodes.done);
    expect(JSON.parse(out)).toMatchObject({ sequence: 1, entry: anEntry() });
  });

  it('does not show a line that was changed as if it were true', async () => {
    await record(0);
    const file = await tamper((text) => text.replace('front-feed', 'back-feed'));
    await expect(audit('show', 'acme', anEntry().taskId)).rejects.toThrow('has no line on the task');
    expect(out).toBe('');
    expect(err).toContain(`${file}:1: this line cannot be trusted`);
  });

  it('says that there is nothing on a task', async () => {
    await expect(audit('show', 'acme', 'nobody')).rejects.toThrow('has no line on the task nobody.');
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { mp4Clip } from '../../../sandbox/pictures/animation';
import { drawn } from '../../activities/pictures/picture-files';
import { folderForEach } from '../../activities/activity-harness';
import { runCommand } from '../run-command';

const folder = folderForEach();
const written = async (name: string, bytes: Buffer | string): Promise<string> => {
  const file = path.join(folder(), name);
  await writeFile(file, bytes);
  return file;
};
const json = async (...words: string[]): Promise<Record<string, unknown>> => {
  const { out } = await runCommand(...words, '--json');
  return JSON.parse(out) as Record<string, unknown>;
};

describe('extpost check', () => {
  it('prints what it measures under the promised keys', async () => {
    const file = await written('front.png', await drawn(1).withDensity(300).png().toBuffer());
    expect(await json('check', file)).toEqual({
      file,
      format: 'png',
      width: 30,
      height: 20,
      density: { x: 300, y: 300, source: 'pHYs' },
      colorSpace: 'RGB',
      colorProfile: null,
      bitsPerChannel: 8,
      hasAlphaChannel: true,
      isTransparent: false,
      orientation: 1,
      pages: 1,
      isWhole: true,
      bytes: (await readFile(file)).length,
      findings: [],
    });
  });

  it.each([
    ['in our words', 'extension: jpg\nwidth: 30\nheight: 21\ndpi: 72\n'],
    ['in Creative Force’s', '{"FileExtension":".jpg","Dimension":{"Width":30,"Height":21},"Dpi":72}'],
  ])('compares with a spec %s', async (_whose, text) => {
    const file = await written('front.jpg', await drawn().jpeg().toBuffer());
    const { out, exitCode } = await runCommand('check', file, '--spec', await written('spec.yaml', text), '--json');
    const { findings } = JSON.parse(out) as { findings: { rule: string }[] };
    expect(findings.map(({ rule }) => rule)).toEqual(['pixelSize', 'density']);
    expect(exitCode).toBe(8);
  });

  it('says that a picture is not whole, and why', async () => {
    const whole = await drawn().png().toBuffer();
    const file = await written('front.png', whole.subarray(0, -20));
    expect(await json('check', file)).toMatchObject({
      width: 30,
      isWhole: false,
      isTransparent: null,
      why: 'is cut off: the end of the file is missing',
      findings: [{ rule: 'whole', action: 'block' }],
    });
  });

  it.each([
    ['one byte', 'x', ': unknown, 1 byte'],
    [
      'a film without an index',
      Buffer.from('000000186674797069736f6d0000000069736f6d6d703432', 'hex'),
      ': mp4, 24 bytes',
    ],
  ])('leaves no gap where little is known of a file: %s', async (_, bytes, words) => {
    const file = await written('odd.mp4', bytes);
    expect((await runCommand('check', file)).out).toContain(`${file}${words}\n`);
  });

  it('looks at no file when one of them is a folder', async () => {
    const file = await written('front.png', await drawn().png().toBuffer());
    expect(await runCommand('check', file, folder())).toMatchObject({ out: '', exitCode: 2 });
  });

  it('says what a file is that is no picture', async () => {
    expect(await json('check', await written('front.jpg', '<!doctype html>'))).toMatchObject({
      format: 'html',
      width: null,
      isWhole: null,
      findings: [{ rule: 'readable' }],
    });
  });

  it('measures a film', async () => {
    expect(await json('check', await written('clip.mp4', mp4Clip({ width: 128, height: 64 }, 'x')))).toMatchObject({
      format: 'mp4',
      width: 128,
      height: 64,
      isWhole: true,
      film: { seconds: 1, framesPerSecond: 6 },
    });
  });

  it('prints a line for each file for people', async () => {
    const file = await written('front.jpg', await drawn().withDensity(72).jpeg().toBuffer());
    const { out, exitCode } = await runCommand('check', file);
    expect(out).toContain('front.jpg: jpeg, 30 × 20, RGB, 8 bits, no profile, 72 dpi (EXIF), ');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['a file that is not there', ['check', '/nonexistent'], 1, 'cannot be read'],
    [
      'a spec with a field that it does not know',
      ['check', __filename, '--spec', 'SPEC'],
      2,
      'it has no field "colour"',
    ],
    ['a task without its expected output', ['check', __filename, '--task', 'acme'], 2, '--task needs a studio'],
  ])('refuses %s', async (_what, words, exitCode, said) => {
    const spec = await written('spec.json', '{"colour":1}');
    const answer = await runCommand(...words.map((word) => (word === 'SPEC' ? spec : word)));
    expect(answer).toMatchObject({ exitCode, err: expect.stringContaining(said) as unknown });
  });
});

describe('extpost convert', () => {
  it('changes what is wished for, and says what', async () => {
    const file = await written('front.png', await drawn(0.5).withDensity(72).png().toBuffer());
    const to = path.join(folder(), 'out.png');
    const wishes = ['density=300', 'background=#ffffff'];
    expect(await json('convert', file, '--to', to, '--wish', ...wishes)).toMatchObject({
      changes: expect.arrayContaining(['flattened on #ffffff', 'marked with 300 dpi']) as unknown,
      before: { isTransparent: true, density: { x: 72.01 } },
      after: { isTransparent: false, density: { x: 300, y: 300 } },
    });
  });

  it('copies a picture that is right already', async () => {
    const file = await written('front.jpg', await drawn().withDensity(300).jpeg().toBuffer());
    const to = path.join(folder(), 'out.jpg');
    const { out } = await runCommand('convert', file, '--to', to, '--wish', 'density=300');
    expect(out).toContain('No change was necessary.');
    expect((await readFile(to)).equals(await readFile(file))).toBe(true);
  });

  it('ends with a fault where the name of the result is that of another format', async () => {
    const file = await written('front.png', await drawn().png().toBuffer());
    const to = path.join(folder(), 'out.jpg');
    const answer = await runCommand('convert', file, '--to', to, '--wish', 'density=300');
    expect(answer).toMatchObject({ exitCode: 8, err: expect.stringContaining('would not be delivered') as unknown });
  });

  it('does not write over a file', async () => {
    const file = await written('front.png', await drawn().png().toBuffer());
    const to = await written('out.png', 'mine');
    const answer = await runCommand('convert', file, '--to', to, '--wish', 'density=300');
    expect(answer).toMatchObject({ exitCode: 2, err: expect.stringContaining('exists already') as unknown });
    expect(await readFile(to, 'utf8')).toBe('mine');
  });

  it.each([
    ['a wish that it does not know', ['colour=red'], 2],
    ['a wish that cannot be had', ['profile=cmyk'], 8],
  ])('refuses %s', async (_what, wishes, exitCode) => {
    const file = await written('front.png', await drawn().png().toBuffer());
    const to = path.join(folder(), 'out.png');
    expect((await runCommand('convert', file, '--to', to, '--wish', ...wishes)).exitCode).toBe(exitCode);
  });
});

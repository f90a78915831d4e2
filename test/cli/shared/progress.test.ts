import { PassThrough } from 'node:stream';
import { elapsed, showProgress } from '../../../cli/shared/progress';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('showProgress', () => {
  it('writes a plain line after 3 s and then every 15 s where there is no terminal', () => {
    const lines: string[] = [];
    let packages = 0;
    const progress = showProgress({ report: (line) => lines.push(line) }, () => `${packages} packages`);
    packages = 40;
    jest.advanceTimersByTime(3_000);
    packages = 90;
    jest.advanceTimersByTime(60_000);
    progress.stop();
    expect(lines.slice(0, 2)).toEqual(['40 packages (3 s)', '90 packages (18 s)']);
    expect(lines[4]).toBe('90 packages (1 min 03 s)');
  });

  it('writes nothing more once it is stopped', () => {
    const lines: string[] = [];
    showProgress({ report: (line) => lines.push(line) }, () => 'building').stop();
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual([]);
  });

  it('redraws one line on a terminal and takes it away at the end', () => {
    const terminal = new PassThrough();
    const lines: string[] = [];
    const progress = showProgress({ report: (line) => lines.push(line), isTTY: true, terminal }, () => 'building');
    jest.advanceTimersByTime(2_000);
    progress.stop();
    const drawn = String(terminal.read());
    expect(drawn).toContain('building (1 s)');
    expect(drawn.trimEnd().endsWith(')')).toBe(false);
    expect(lines).toEqual([]);
  });
});

describe('elapsed', () => {
  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [185_000, '3 min 05 s'],
  ])('writes %d ms as %s', (milliseconds, written) => {
    expect(elapsed(milliseconds)).toBe(written);
  });
});

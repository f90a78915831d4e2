import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedProgramPath, cacheFolder } from '../../../demo/temporal-server/program-cache';

/** An environment with only what the test puts into it: programs on PATH, cache, home folder. */
export class FakeMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'extpost-machine-'));
  readonly lines: string[] = [];
  readonly environment: NodeJS.ProcessEnv = {
    PATH: join(this.folder, 'bin'),
    HOME: this.folder,
    EXTPOST_CACHE: join(this.folder, 'cache'),
  };
  readonly report = (line: string): void => {
    this.lines.push(line);
  };

  /** Puts a shell script on PATH, or elsewhere in the machine's folder. Returns its path. */
  install(name: string, script: string, folder = 'bin'): string {
    return writeProgram(join(this.folder, folder, name), script);
  }

  /** Puts a program where an earlier run would have left it. */
  cache(cacheKey: string, script: string): string {
    return writeProgram(this.cachedPath(cacheKey), script);
  }

  cachedPath(cacheKey: string): string {
    return cachedProgramPath(cacheFolder(this.environment), cacheKey);
  }

  /** What a fake program noted with `>> "$HOME/notes"`. */
  notes(): string[] {
    return readFileSync(join(this.folder, 'notes'), 'utf8').trim().split('\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A `temporal` that only prints its version. */
export function fakeTemporal(version: string): string {
  return `echo "temporal version ${version} (Server 1.31.2, UI 2.50.1)"`;
}

/** A `go` that notes how it was called and "builds" a fake `temporal` at the path behind `-o`. */
export function fakeGo(builtProgram: string, first = ''): string {
  return [
    first,
    'echo "$PWD: $*" >> "$HOME/notes"',
    'while [ "$1" != "-o" ]; do shift; done',
    `printf '#!/bin/sh\\n%s\\n' '${builtProgram}' > "$2"`,
    '/bin/chmod 755 "$2"',
  ].join('\n');
}

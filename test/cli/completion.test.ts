import { execFileSync } from 'node:child_process';

import { completionScript } from '../../cli/completion/completion-command';
import { createProgram } from '../../cli/program';

let bash: string;
beforeAll(async () => {
  bash = completionScript('bash', await createProgram());
});

/** What bash would offer after these words. */
function offered(...words: string[]): string[] {
  const array = words.map((word) => `'${word}'`).join(' ');
  const script = `${bash}\nCOMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _extpost_completion; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [
      ['extpost', 'ta'],
      ['tasks', 'task'],
    ],
    [['extpost', 'task', 'res'], ['resume']],
    [['extpost', 'task', 'resume', '--fo'], ['--force']],
    [['extpost', 'task', 'resume', 'acme', 'SKU-1', '--rea'], ['--reason']],
    [['extpost', 'config', 'ch'], ['check']],
  ])('after %j offers %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

describe('completion in other shells', () => {
  it('is that of bash in zsh', async () => {
    expect(completionScript('zsh', await createProgram())).toMatch(/^#compdef extpost\n[^]*complete -o default -F/);
  });

  it('has a line for each command and option in fish', async () => {
    const lines = completionScript('fish', await createProgram()).split('\n');
    expect(lines).toContain(
      "complete -c extpost -n '__fish_seen_subcommand_from task; and __fish_seen_subcommand_from resume' -l force -d 'deliver even the bytes that were rejected'",
    );
    expect(lines.filter((line) => !line.startsWith("complete -c extpost -n '__fish_"))).toEqual([]);
  });
});

import { z } from 'zod';

import { projectFile } from './compose-file';

export interface Instruction {
  /** `FROM`, `COPY`, … */
  readonly name: string;
  readonly rest: string;
}

/** The instructions of the Dockerfile in order, continued lines joined, comments dropped. */
export function readDockerfile(): Instruction[] {
  const lines = projectFile('Dockerfile')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return { name, rest: rest.join(' ') };
    });
}

/** What follows each instruction of this name. */
export function instructions(name: string): string[] {
  return readDockerfile().flatMap((instruction) => (instruction.name === name ? [instruction.rest] : []));
}

/** The arguments of an instruction in exec form, `["node", "…"]`; throws for the shell form. */
export function execForm(rest: string): string[] {
  return z.array(z.string()).parse(JSON.parse(rest));
}

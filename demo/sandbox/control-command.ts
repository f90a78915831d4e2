import { Command, Option } from 'commander';

import { z } from 'zod';

import { SandboxControl } from '../sandbox-control';

interface ControlOptions {
  readonly control: string;
}

/** A command that calls a running sandbox, with the option for its control address. */
export function controlCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--control <address>', 'where the sandbox’s control service is')
        .default('http://127.0.0.1:8900')
        .env('EXTPOST_SANDBOX'),
    );
}

export function sandboxControl({ control }: ControlOptions): SandboxControl {
  return new SandboxControl(control.endsWith('/') ? control.slice(0, -1) : control);
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export const taskStateSchema = z.object({
  taskId: z.string(),
  studio: z.string(),
  product: z.string(),
  title: z.string(),
  status: z.string(),
  round: z.number().nullable(),
  submitted: z.boolean(),
  due: z.array(z.string()),
  deadline: z.number(),
  annotations: z.number(),
});

/** Formats a task's state as one line. */
export function taskLine(state: unknown): string {
  const { taskId, studio, product, title, status, round, submitted, due, annotations } = taskStateSchema.parse(state);
  const facts = [
    ...(round === null ? [] : [`round ${round}`]),
    ...(submitted ? ['submitted'] : []),
    ...(due.length > 0 ? [`due: ${due.join(', ')}`] : []),
    ...(annotations > 0 ? [`${annotations} ${annotations === 1 ? 'note' : 'notes'}`] : []),
  ];
  return `${taskId}  ${studio}  ${product}  ${title}: ${[status, ...facts].join('; ')}`;
}

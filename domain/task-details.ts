import type { TaskStatus } from './task-status';

/** What the Web UI shows of a task beyond its status. */
export interface TaskHeadline {
  readonly studio: string;
  readonly taskId: string;
  /** Product code and name, or whatever names the task best. */
  readonly product?: string | undefined;
  readonly job?: string | undefined;
  /** The editorial project's code. */
  readonly project?: string | undefined;
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
}

/** One row of the table of files. */
export interface FileLine {
  readonly label: string;
  readonly creative?: string | undefined;
  readonly fileName?: string | undefined;
  readonly bytes?: number | undefined;
  readonly state: string;
}

/** The workflow's current details: Markdown that says in one look where the task stands and why. */
export function taskDetails(
  headline: TaskHeadline,
  status: TaskStatus,
  files: readonly FileLine[],
  remarks: readonly string[],
): string {
  const title = [headline.studio, headline.product].filter((part) => part !== undefined).join(' · ');
  const parts = [`### ${title}`, `**${status.stage}** — ${status.sentence}`];
  if (status.attention !== undefined) {
    parts.push('**What can be done**', bullets(status.attention.nextActions));
  }
  if (files.length > 0) {
    parts.push(
      [
        '| expected output | creative | file | size | state |',
        '| --- | --- | --- | --- | --- |',
        ...files.map(
          (file) =>
            `| ${cell(file.label)} | ${cell(file.creative)} | ${cell(file.fileName)} | ${size(file.bytes)} | ${cell(file.state)} |`,
        ),
      ].join('\n'),
    );
  }
  if (remarks.length > 0) parts.push('**Remarks**', bullets(remarks));
  parts.push(
    [
      `task \`${headline.taskId}\``,
      headline.job && `job ${headline.job}`,
      headline.project && `project ${headline.project}`,
      `round ${status.round}`,
      headline.deadline && `due ${new Date(headline.deadline).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ]
      .filter(Boolean)
      .join(' · '),
  );
  return parts.join('\n\n');
}

/** A list, apart from what stands before it by an empty line, else Markdown does not take it for one. */
function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function cell(text: string | undefined): string {
  return (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function size(bytes: number | undefined): string {
  return bytes === undefined
    ? ''
    : bytes < 1_000_000
      ? `${Math.ceil(bytes / 1000)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

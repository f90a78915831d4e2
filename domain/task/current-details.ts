import { taskAddress } from './board-address';
import { operatorActionText } from '../operator/operator-action';
import { possibleActions, possibleActionText } from '../operator/possible-actions';
import type { PlanLine, PlanRecord } from '../plan/plan-record';
import { rejectionWords, type RejectionNote } from './rejection-notes';
import type { Corrections, TaskStatus, Waiting } from './task-status';
import { markdownText, withoutLinks } from '../shared/markdown';
import { bullets, bytesText, formatTime, pluralise } from '../shared/text';

export interface TaskHeadline {
  readonly studio: string;
  readonly taskId: string;
  /** Product code and name, or another name of the task. */
  readonly product?: string | undefined;
  readonly job?: string | undefined;
  readonly project?: string | undefined;
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
  /** Where people open the board. */
  readonly boardUrl?: string | undefined;
}

export interface FileLine {
  readonly label: string;
  /** Key of its line in the plan. */
  readonly expectedKey?: string | undefined;
  readonly creative?: string | undefined;
  readonly fileName?: string | undefined;
  readonly bytes?: number | undefined;
  readonly state: string;
}

/** The workflow's current details in Markdown: where the task stands and why. */
export function currentDetails(
  headline: TaskHeadline,
  status: TaskStatus,
  files: readonly FileLine[],
  warnings: readonly string[],
  plan?: PlanRecord,
  notes: readonly RejectionNote[] = [],
): string {
  const title = [headline.studio, headline.product].filter((part) => part !== undefined).join(' · ');
  const parts = [`### ${markdownText(title)}`, `**${status.stage}** — ${withoutLinks(status.sentence)}`];
  if (headline.boardUrl !== undefined) {
    parts.push(`[Open it on the board](${headline.boardUrl}${taskAddress(headline)})`);
  }
  if (status.waitingFor !== undefined) parts.push(waitingLine(status.waitingFor));
  if (status.attention !== undefined) {
    const actions = possibleActions(headline, status).map(possibleActionText);
    parts.push('**Possible actions**', bullets([...status.attention.nextActions, ...actions].map(withoutLinks)));
  }
  if (status.corrections !== undefined) parts.push(correctionsLine(status.corrections));
  if (notes.length > 0) {
    parts.push('**Rejection notes**', bullets(notes.flatMap(rejectionWords).slice(0, SHOWN_NOTES).map(markdownText)));
  }
  if (files.length > 0) parts.push(fileTable(files, plan));
  if (plan !== undefined) parts.push(planLine(plan));
  if (warnings.length > 0) parts.push('**Warnings**', bullets(warnings.map(withoutLinks)));
  if (status.actions !== undefined && status.actions.length > 0) {
    parts.push(
      '**Operator actions**',
      bullets(status.actions.slice(-SHOWN_ACTIONS).map((action) => markdownText(operatorActionText(action)))),
    );
  }
  parts.push(
    [
      `task \`${headline.taskId}\``,
      headline.job && `job ${markdownText(headline.job)}`,
      headline.project && `project ${markdownText(headline.project)}`,
      `round ${status.round}`,
      headline.deadline && `due ${formatTime(headline.deadline)}`,
    ]
      .filter(Boolean)
      .join(' · '),
  );
  return parts.join('\n\n');
}

const SHOWN_ACTIONS = 20;
const SHOWN_NOTES = 50;

function waitingLine({ what, until }: Waiting): string {
  return `Waits for ${withoutLinks(what)}${until === undefined ? '' : `, until ${formatTime(until)}`}.`;
}

function correctionsLine({ changed, unchanged }: Corrections): string {
  const parts = [
    ...(changed.length > 0 ? [`changed: ${changed.join('; ')}`] : []),
    ...(unchanged.length > 0 ? [`not changed yet: ${unchanged.join('; ')}`] : []),
  ];
  return `**Corrections** — ${markdownText(parts.join('. '))}.`;
}

function fileTable(files: readonly FileLine[], plan: PlanRecord | undefined): string {
  const planned = new Map(plan?.lines.map((line) => [line.expectedKey, line]));
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const titles = ['expected output', 'creative', ...(plan ? ['by recipe · key'] : []), 'file', 'size', 'state'];
  return [
    row(titles),
    row(titles.map(() => '---')),
    ...files.map((file) =>
      row([
        cell(file.label),
        cell(file.creative),
        ...(plan ? [cell(why(planned.get(file.expectedKey ?? '')))] : []),
        cell(file.fileName),
        file.bytes === undefined ? '' : bytesText(file.bytes),
        cell(file.state),
      ]),
    ),
  ].join('\n');
}

function why(line: PlanLine | undefined): string {
  if (line === undefined) return '';
  const { recipe, key, outputKey } = line;
  return `${recipe} · ${key}${outputKey === undefined || outputKey === key ? '' : ` = ${outputKey}`}`;
}

/** Enough digits to distinguish the plans of one task. */
const SHOWN_DIGITS = 8;

function planLine({ hash, lines, extras }: PlanRecord): string {
  const recipes = [...new Set(lines.map(({ recipe }) => recipe))];
  const left = `${pluralise(extras, 'other creative')} ${extras === 1 ? 'is' : 'are'} not delivered`;
  return [
    `plan \`${hash.slice(0, SHOWN_DIGITS)}\``,
    ...(recipes.length > 0
      ? [`${recipes.length === 1 ? 'recipe' : 'recipes'} ${markdownText(recipes.join(', '))}`]
      : []),
    ...(extras > 0 ? [left] : []),
  ].join(' · ');
}

function cell(text: string | undefined): string {
  return markdownText(text ?? '');
}

import { type HistoryLine, stepOutcomeText } from '../../starters';
import { printable } from '../shared/terminal-text';
import { exactText, type TimeStyle } from '../shared/times';

export function historyText(lines: readonly HistoryLine[], { utc }: Pick<TimeStyle, 'utc'>): string {
  return lines.map((line) => printable(`${exactText(Date.parse(line.at), { utc })}  ${lineText(line)}`)).join('\n');
}

const marks = { stage: '= ', event: '> ', action: '! ', run: '* ' };

function lineText(line: HistoryLine): string {
  return line.kind === 'step' ? `  ${line.what}: ${stepOutcomeText(line)}` : `${marks[line.kind]}${line.what}`;
}

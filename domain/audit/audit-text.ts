import { operatorActionText } from '../operator/operator-action';
import type { AuditLine } from './audit-chain';
import type { AuditedFile, AuditedSubmission } from './audit-entry';
import { formatTime, pluralise } from '../shared/text';

/** One audit line as text for people. */
export function auditText(line: AuditLine): string[] {
  const { entry } = line;
  const { studio, taskId, round, event, at, sentence, plan, submission, files, actions } = entry;
  return [
    `Line ${line.sequence}: ${formatTime(Date.parse(at))}, ${studio}/${taskId}, round ${round}, ${event}, ${pluralise(files.length, 'file')}`,
    ...(sentence === undefined ? [] : [`  ${sentence}`]),
    ...(submission === undefined ? [] : [`  ${submissionText(submission)}`]),
    ...(plan === undefined ? [] : [`  plan ${plan.hash}, ${pluralise(plan.extras, 'other creative')} not delivered`]),
    ...files.flatMap(fileText),
    ...(actions ?? []).map((action) => `  ${operatorActionText(action)}`),
    `  hash ${line.hash}`,
  ];
}

function submissionText({ submittedAt, attempts, effectiveAttempt, knownFrom }: AuditedSubmission): string {
  const when = `Submitted at ${formatTime(Date.parse(submittedAt))}`;
  if (effectiveAttempt === 0) return `${when}: the task showed these files before this run had sent any.`;
  const how =
    knownFrom === 'answer' ? 'Creative Force said so' : 'the task showed the files, the answer was lost or unclear';
  return `${when}: attempt ${effectiveAttempt} of ${attempts} took effect (${how}).`;
}

function fileText(file: AuditedFile): string[] {
  const { plan, width, height, framesPerSecond, seconds, assetKey, texts = {}, findings = [], conversions = [] } = file;
  const way = [
    ...transferText('fetched', file.fetchedAt, file.attempts?.download),
    ...transferText('stored', file.uploadedAt, file.attempts?.upload),
  ];
  const size = width === undefined || height === undefined ? '' : `, ${width} × ${height} pixels`;
  const format = file.format === undefined ? '' : `, ${file.format}`;
  const rate = framesPerSecond === undefined ? '' : `, ${framesPerSecond} frames per second`;
  const length = seconds === undefined ? '' : `, ${seconds} s`;
  const asset = assetKey === undefined ? '' : `, asset ${assetKey}`;
  const recipe =
    plan && `recipe ${plan.recipe}${plan.recipeHash === undefined ? '' : ` (${plan.recipeHash.slice(0, 8)})`}, `;
  const version = plan?.contentHash === undefined ? '' : `, version ${plan.contentHash}`;
  return [
    `  ${file.label}: ${file.fileName}${format}${size}${rate}${length}, ${pluralise(file.bytes, 'byte')}, ${file.state}`,
    `    ${recipe ?? ''}key ${file.recipeKey}`,
    `    Celtra output ${file.outputId}${asset}${version}; Creative Force asset ${file.assetId}`,
    `    MD5 ${file.md5}, SHA-256 ${file.sha256}`,
    ...(way.length === 0 ? [] : [`    ${way.join('; ')}`]),
    ...Object.entries(texts).map(([name, text]) => `    text ${name}: ${JSON.stringify(text)}`),
    ...findings.map((finding) => `    found: ${finding}`),
    ...conversions.map(({ what, sha256Before }) => `    changed: ${what}; before it SHA-256 ${sha256Before}`),
  ];
}

function transferText(what: string, when: string | undefined, attempts = 1): string[] {
  if (when === undefined) return [];
  return [`${what} at ${formatTime(Date.parse(when))}${attempts > 1 ? `, begun ${attempts} times` : ''}`];
}

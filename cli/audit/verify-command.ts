import { Command, InvalidArgumentError } from 'commander';

import { TemporalUnreachableError } from '../../temporal';
import type { ExtpostConfig } from '../../config';
import { exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';
import { sayWhileWaiting } from '../shared/waiting';
import { awaitTemporal } from '../shared/with-temporal';
import { foreignObjectsText } from './foreign-objects';
import { joinNotes, notesInAnchors, notesInTemporal, type NotesByStudio } from './noted-lines';
import { auditResultText, verifyStudio } from './verify-studio';
import { chosenStudios, withAudit, type AuditOptions } from './with-audit';

interface VerifyOptions extends AuditOptions {
  readonly from?: string;
  readonly expect?: string;
  readonly anchors?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;

export function verifyCommand(): Command {
  return new Command('verify')
    .description('prove that no line of the audit was changed, removed or moved')
    .addOption(configOption())
    .option('-s, --studio <name>', 'only this studio; else all')
    .option('--anchors <file>', 'also compare with what "extpost audit anchor" printed')
    .option('--offline', 'do not compare with Temporal; lines removed at the end may go unnoticed')
    .option('--from <month>', 'from this month on, such as 2026-11, when older lines were removed on purpose', month)
    .option('--expect <hash>', 'require a line with this hash', hash)
    .option('--json', 'print the result as JSON')
    .action(async (options: VerifyOptions) => {
      await withAudit(
        options.config,
        async ({ config, log }) => {
          const { notes, unreachable } = await outsideNotes(config, options);
          const studios = await chosenStudios({ config, log }, options.studio, notes.keys());
          const results = [];
          for (const studio of studios) {
            results.push(await verifyStudio(log, studio, { ...options, notes: notes.get(studio) }));
          }
          if (options.json === true) console.log(JSON.stringify({ place: log.place, studios: results }, undefined, 2));
          else for (const result of results) console.log(auditResultText(result));
          if (log.keys.length === 0) {
            console.error(
              'audit.keys is not set: whoever can write to the audit can rewrite its lines (docs/audit.md).',
            );
          }
          const foreign = await sayWhileWaiting(`the list of all objects in ${log.place}`, () =>
            foreignObjectsText(log),
          );
          if (foreign !== undefined) console.error(foreign);
          if (results.some(({ broken }) => broken !== undefined)) process.exitCode = exitCodes.auditBroken;
          else if (unreachable !== undefined) throw unreachable;
        },
        options.offline === true ? ['audit'] : ['audit', 'temporal'],
      );
    });
}

/** What Temporal and the anchors know. A Temporal that is away is told only after the lines were verified. */
async function outsideNotes(
  { temporal: settings }: ExtpostConfig,
  { anchors, offline = false }: VerifyOptions,
): Promise<{ readonly notes: NotesByStudio; readonly unreachable?: Error }> {
  const kept = anchors === undefined ? [] : [await notesInAnchors(anchors)];
  if (offline) return { notes: joinNotes(kept) };
  try {
    const temporal = await awaitTemporal(settings, CONNECT_TIMEOUT_MS);
    try {
      const known = await sayWhileWaiting('Temporal to say what it knows of the audit', () =>
        notesInTemporal(temporal.client),
      );
      return { notes: joinNotes([...kept, known]) };
    } finally {
      await temporal.close();
    }
  } catch (error) {
    if (!(error instanceof TemporalUnreachableError)) throw error;
    const advice = 'The audit was not compared with what Temporal knows; --offline verifies it without.';
    return { notes: joinNotes(kept), unreachable: new TemporalUnreachableError(`${error.message} ${advice}`) };
  }
}

function month(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('A month is written like 2026-11.');
}

function hash(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('A hash is 64 of 0-9 and a-f, as "extpost audit verify" prints it.');
}

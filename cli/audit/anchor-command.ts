import { Command } from 'commander';

import { createDispatcher, postJson } from '../../clients';
import { exitCodes, usageError } from '../exit-codes';
import { configOption } from '../shared/options';
import type { Anchor } from './noted-lines';
import { auditResultText, verifyStudio } from './verify-studio';
import { chosenStudios, withAudit, type AuditOptions, type OpenedAudit } from './with-audit';

interface AnchorOptions extends AuditOptions {
  readonly post?: boolean;
}

export function anchorCommand(): Command {
  return new Command('anchor')
    .description('print the end of each chain as JSON Lines, to keep elsewhere')
    .addOption(configOption())
    .option('-s, --studio <name>', 'only this studio; else all')
    .option('--post', 'also post each to the address in audit.anchors')
    .action(async ({ config: path, studio: only, post = false }: AnchorOptions) => {
      const anchorAll = async (opened: OpenedAudit): Promise<void> => {
        const { config, log } = opened;
        const { anchors } = config.audit;
        if (post && anchors === undefined) {
          throw usageError(`audit.anchors is missing in ${path}: set the url to post to.`);
        }
        const at = new Date().toISOString();
        const dispatcher = createDispatcher();
        for (const studio of await chosenStudios(opened, only)) {
          const audit = await verifyStudio(log, studio, {});
          if (audit.broken !== undefined) {
            // An anchor of a broken chain would make the change look right.
            console.error(auditResultText(audit));
            process.exitCode = exitCodes.auditBroken;
          } else if (audit.last === undefined) {
            console.error(`${studio}: nothing recorded, so there is nothing to anchor.`);
          } else {
            const anchor: Anchor = { studio, ...audit.last, at };
            console.log(JSON.stringify(anchor));
            if (post && anchors !== undefined) await postJson(anchors, anchor, { system: 'anchors', dispatcher });
          }
        }
      };
      await withAudit(path, anchorAll, post ? ['audit', 'anchors'] : ['audit']);
    });
}

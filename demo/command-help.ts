import type { HelpTable } from '../cli/shared/command-help';

/** Notes and examples of the commands that only a clone has, for `--help` and docs/reference/command-line.md. */
export const demoHelp: HelpTable = {
  'extpost temporal': { examples: ['extpost temporal'] },
  'extpost start': {
    notes: 'With --once it ends with 0 when no task is lost, delivered twice or delivered wrong.',
    examples: ['extpost start', 'extpost start --once --tasks 60 --forms wild --seed 3 --folder /tmp/day'],
  },
  'extpost sandbox run': { examples: ['extpost sandbox', 'extpost sandbox run --set latency.celtra=800'] },
  'extpost sandbox begin': { examples: ['extpost sandbox begin'] },
  'extpost sandbox send-webhooks': {
    examples: ['extpost sandbox send-webhooks acme http://127.0.0.1:8080/webhooks/creative-force/acme'],
  },
  'extpost sandbox tasks': { examples: ['extpost sandbox tasks'] },
  'extpost sandbox ledger': { examples: ['extpost sandbox ledger --final'] },
  'extpost sandbox events': { examples: ['extpost sandbox events --follow'] },
  'extpost sandbox reject': { examples: ['extpost sandbox reject SKU-1 --output Front --comment "too dark"'] },
  'extpost sandbox bypass': { examples: ['extpost sandbox bypass SKU-1'] },
  'extpost sandbox change-vendor': { examples: ['extpost sandbox change-vendor SKU-1'] },
  'extpost sandbox reset': { examples: ['extpost sandbox reset SKU-1'] },
  'extpost sandbox delete': { examples: ['extpost sandbox delete SKU-1'] },
  'extpost sandbox done': { examples: ['extpost sandbox done SKU-1'] },
  'extpost sandbox annotate': { examples: ['extpost sandbox annotate SKU-1 "warmer, please"'] },
  'extpost sandbox deadline': { examples: ['extpost sandbox deadline SKU-1 2027-01-31T12:00:00Z'] },
  'extpost sandbox choose': { examples: ['extpost sandbox choose SKU-1 --output Front'] },
  'extpost sandbox edit-design': { examples: ['extpost sandbox edit-design SKU-1 --output Front'] },
  'extpost sandbox lose-webhooks': { examples: ['extpost sandbox lose-webhooks 3'] },
  'extpost sandbox duplicate-webhooks': { examples: ['extpost sandbox duplicate-webhooks 3'] },
  'extpost sandbox delay-webhooks': { examples: ['extpost sandbox delay-webhooks 3 --by 20'] },
  'extpost sandbox set': { examples: ['extpost sandbox set creativeForce.unknownKeys=false'] },
  'extpost sandbox settings': { examples: ['extpost sandbox settings creativeForce'] },
  'extpost sandbox fault': {
    examples: ['extpost sandbox fault getTask 503 --times 2', 'extpost sandbox fault --clear'],
  },
};

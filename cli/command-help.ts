import type { HelpTable } from './shared/command-help';

/** Notes and examples of the commands, for `--help` and docs/reference/command-line.md. */
export const commandHelp: HelpTable = {
  'extpost worker': {
    notes: 'Each queue needs at least one worker. Stopped by a signal, it ends within worker.shutdownGrace.',
    examples: ['extpost worker', 'extpost worker --queues transfer,celtra'],
  },
  'extpost receiver': {
    notes: 'Until Temporal has accepted an event, the answer is 503, and Creative Force sends it again.',
    examples: ['extpost receiver --host 0.0.0.0 --port 8080'],
  },
  'extpost board': { examples: ['extpost board --port 8090'] },
  'extpost codec-server': {
    notes: 'Everybody who can log in sees the encrypted contents of histories in the Web UI.',
    examples: ['extpost codec-server'],
  },
  'extpost sweep': {
    notes: 'Use it after an outage.',
    examples: ['extpost sweep --studio acme'],
  },
  'extpost tasks': {
    notes: 'SINCE is when the stage began.',
    examples: [
      'extpost tasks --stage "needs attention" --sort due',
      'extpost tasks --studio acme --overdue --json',
      'extpost tasks --watch',
    ],
  },
  'extpost task show': {
    notes: 'It ends with 1 when no worker answered; what Temporal knows is shown anyway.',
    examples: ['extpost task show acme SKU-1', 'extpost task show acme 0b5f8f3e --json'],
  },
  'extpost task history': {
    notes: 'Marks: = stage, > event of Creative Force, ! operator action, * start and end of a run.',
    examples: ['extpost task history acme SKU-1 --utc'],
  },
  'extpost task start': {
    notes: 'A task that has never run here is named by its full id, a GUID or a number.',
    examples: ['extpost task start acme SKU-1', 'extpost task start --studio acme --stage cancelled'],
  },
  'extpost task resume': {
    notes: 'It ends with 9 when a task refused, or still waits for the same cause.',
    examples: [
      'extpost task resume acme SKU-1 --reason "creative corrected"',
      'extpost task resume --studio acme --cause "permission missing" --yes',
    ],
  },
  'extpost task cancel': { examples: ['extpost task cancel acme SKU-1 --reason "sent twice"'] },
  'extpost task abandon': { examples: ['extpost task abandon acme SKU-1 --reason "made by hand"'] },
  'extpost task skip': {
    notes:
      'Creative Force accepts a first delivery only with all its outputs. Use --force when the rest comes from elsewhere.',
    examples: ['extpost task skip acme SKU-1 "Front, Feed 1:1"'],
  },
  'extpost task use-output': { examples: ['extpost task use-output acme SKU-1 "Front, Feed 1:1" 4711'] },
  'extpost task undo': { examples: ['extpost task undo acme SKU-1 "Front, Feed 1:1"'] },
  'extpost task replace-recipe': {
    examples: ['extpost task replace-recipe acme SKU-1 --recipe spring-social'],
  },
  'extpost task deliver-file': {
    notes:
      'The file goes into the storage, and an address is encrypted with the key of the studio, so --config must be the configuration of the workers.',
    examples: [
      'extpost task deliver-file acme SKU-1 "Front, Feed 1:1" front.jpg',
      'extpost task deliver-file acme SKU-1 "Front, Feed 1:1" https://files.example/front.jpg',
    ],
  },
  'extpost task inputs': {
    notes: 'It ends with 6 when some files could not be fetched; a table says why.',
    examples: ['extpost task inputs acme SKU-1 --to inputs/SKU-1'],
  },
  'extpost audit verify': {
    examples: ['extpost audit verify', 'extpost audit verify --anchors anchors.jsonl --offline'],
  },
  'extpost audit anchor': { examples: ['extpost audit anchor >> anchors.jsonl'] },
  'extpost audit show': { examples: ['extpost audit show acme SKU-1'] },
  'extpost check': {
    examples: ['extpost check front.jpg --task acme SKU-1 "Front, Feed 1:1"', 'extpost check *.tif --spec spec.yaml'],
  },
  'extpost convert': { examples: ['extpost convert front.png --to front.jpg --wish density=300 profile=srgb'] },
  'extpost plan': {
    examples: [
      'extpost plan acme SKU-1 --explain "Front, Feed 1:1"',
      'extpost plan acme --all-open --html plan.html',
      'extpost plan acme SKU-1 --recipes draft.yaml',
    ],
  },
  'extpost recipes test': {
    examples: ['extpost recipes test', 'extpost recipes test --against main --tasks saved'],
  },
  'extpost celtra outputs': { examples: ['extpost celtra outputs acme --project 12345 --changed-since 7d'] },
  'extpost celtra export': {
    notes: 'It ends with 6 when some files could not be fetched; run the same command again to continue.',
    examples: ['extpost celtra export acme --folder 678 --to files --image jpeg:90'],
  },
  'extpost probe': { examples: ['extpost probe acme', 'extpost probe acme --task SKU-1 --save answers'] },
  'extpost login': { examples: ['extpost login acme'] },
  'extpost logout': { examples: ['extpost logout acme'] },
  'extpost init': {
    notes:
      'Secrets go into files that only your user can read; with --yes they come from variables such as ACME_CF_CLIENT_SECRET.',
    examples: ['extpost init', 'extpost init --yes --studio acme --client-id ID --celtra-app-id ID --to /etc/extpost'],
  },
  'extpost completion': {
    examples: [
      'extpost completion bash >> ~/.bash_completion',
      'extpost completion fish > ~/.config/fish/completions/extpost.fish',
    ],
  },
  'extpost doctor': {
    notes: 'It ends with 5 when a check fails.',
    examples: ['extpost doctor', 'extpost doctor --reach https://extpost.example/webhooks/creative-force/acme'],
  },
  'extpost setup': { examples: ['extpost setup'] },
  'extpost config check': { examples: ['extpost config check', 'extpost config check --print'] },
};

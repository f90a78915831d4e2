import type { SandboxOptions } from '../../../sandbox';
import { CeltraRound } from './celtra-round';
import { folderForEach } from '../activity-harness';

type Knobs = NonNullable<SandboxOptions['celtra']>;
type Fault = NonNullable<Knobs['faults']>[number];

const folder = folderForEach();
let round: CeltraRound;

beforeEach(async () => {
  round = await CeltraRound.begin(folder());
});
afterEach(() => round.end());

/** Only the first wanted output, whose id is not known before the sandbox runs. */
const FIRST = '{first}';
/** Keeps one output pending in the search, so that renders are polled. */
const polled: Fault = { kind: 'stuck', outputs: [FIRST], times: 1 };
const aimed = (faults: readonly Fault[]): Fault[] =>
  JSON.parse(JSON.stringify(faults).replaceAll(FIRST, round.ids[0] ?? '')) as Fault[];

describe('a round in which something goes wrong for a while', () => {
  const passing: readonly [string, readonly Fault[], Knobs?][] = [
    ['the design is edited during the export', [{ kind: 'edit', after: 1 }], { rendersTakePolls: 3 }],
    ['an asset is stuck for some answers', [{ kind: 'stuck', outputs: [FIRST], times: 5 }]],
    ['a render fails once, then is fine', [{ kind: 'error', outputs: [FIRST], times: 1, message: 'Font missing' }]],
    ['an output is missing from two answers', [polled, { kind: 'vanishes', outputs: [FIRST], after: 1, times: 2 }]],
    ['an address expires before the download', [{ kind: 'expired', times: 1 }]],
    ['two answers are cut short', [{ kind: 'truncated', times: 2, share: 0.5 }]],
    ['two answers are HTML pages with 200', [{ kind: 'html', times: 2 }]],
    ['connections are dropped', [{ kind: 'dropped', times: 3, share: 0.5 }]],
    ['a connection is dropped before a byte', [{ kind: 'dropped', times: 3 }]],
    ['Celtra has a bad moment', [{ kind: 'status', status: 503, times: 3, body: 'html' }]],
    [
      'the pinned version is refused, but is still the newest',
      [polled, { kind: 'status', status: 400, after: 1, times: 1 }],
    ],
    ['a file’s connection is reset', [{ kind: 'reset', times: 1, share: 0.5 }]],
    ['a file’s length is announced wrongly', [{ kind: 'wrong length', times: 1, by: 10 }]],
    ['a page comes in place of a file', [{ kind: 'page', times: 1 }]],
    ['an address is gone', [{ kind: 'file status', status: 410, times: 1 }]],
    [
      'much of it happens at once',
      [
        { kind: 'edit', after: 1 },
        { kind: 'error', outputs: [FIRST], times: 1 },
        { kind: 'truncated', times: 1, after: 1 },
        { kind: 'html', times: 1, after: 3 },
        { kind: 'dropped', times: 1, after: 5, share: 0.3 },
        { kind: 'expired', times: 1 },
        { kind: 'reset', times: 1 },
      ],
      { rendersTakePolls: 3 },
    ],
  ];
  // Jest would take a parameter that a row lacks for its callback.
  it.each(passing.map(([name, faults, knobs = {}]) => [name, faults, knobs] as const))(
    'delivers the right files although %s',
    async (_case, faults, knobs) => {
      const ending = await round.play({ rendersTakePolls: 1, ...knobs, faults: aimed(faults) });
      expect(ending).toHaveProperty('files');
      const files = 'files' in ending ? ending.files : new Map<string, { sha256: string }>();
      expect(round.ids.map((id) => files.get(id)?.sha256)).toEqual(round.wanted.map(({ sha256 }) => sha256));
    },
  );
});

describe('a round in which something stays wrong', () => {
  const lasting: readonly [string, readonly Fault[], { type: string; says: string }, Knobs?][] = [
    ['an asset is stuck', [{ kind: 'stuck', outputs: [FIRST] }], { type: 'NotRendered', says: '2 of 3 rendered' }],
    [
      'a render fails behind an output that says pending',
      [{ kind: 'error', outputs: [FIRST], message: 'Font missing', behindPending: true }],
      { type: 'RenderFailed', says: 'asset image: Font missing' },
    ],
    [
      'an output vanishes',
      [polled, { kind: 'vanishes', outputs: [FIRST], after: 1 }],
      { type: 'CreativeVanished', says: 'no longer exists' },
    ],
    [
      'the design is edited and its old version is no longer given',
      [{ kind: 'edit', after: 1 }],
      { type: 'CreativeVanished', says: 'was changed in Celtra during rendering' },
      { rendersTakePolls: 3, oldVersions: 'empty' },
    ],
    [
      'the design is edited, has other outputs, and its old version is refused',
      [{ kind: 'edit', after: 1, newOutputIds: true }],
      { type: 'CreativeVanished', says: 'no longer exists' },
      { rendersTakePolls: 3, oldVersions: 'refused' },
    ],
    ['every address has expired', [{ kind: 'expired' }], { type: 'Refused', says: 'refused 5 addresses of output' }],
    ['every file is a page', [{ kind: 'page' }], { type: 'Refused', says: 'an HTML page instead of the file' }],
    ['every connection is dropped', [{ kind: 'dropped' }], { type: 'Transient', says: 'Celtra did not answer' }],
    [
      'filters are ignored',
      [polled, { kind: 'ignored filter', after: 1 }],
      { type: 'ContractChanged', says: 'may have ignored that filter' },
    ],
    [
      'a render fails while addresses expire and answers are cut',
      [
        { kind: 'error', outputs: [FIRST], message: 'Font missing' },
        { kind: 'truncated', times: 1, after: 2 },
        { kind: 'expired' },
      ],
      { type: 'RenderFailed', says: 'asset image: Font missing' },
    ],
  ];
  it.each(lasting.map(([name, faults, end, knobs = {}]) => [name, faults, end, knobs] as const))(
    'says so when %s',
    async (_case, faults, { type, says }, knobs) => {
      const ending = await round.play({ rendersTakePolls: 1, ...knobs, faults: aimed(faults) });
      expect(ending).toMatchObject({ failure: { type, message: expect.stringContaining(says) } });
    },
  );
});

import { cutoffStackTrace } from '@temporalio/common/lib/converter/failure-converter';

import { boundStacks } from '../../activities/runtime/bounded-stack';
import { createExportPlan } from '../../domain/plan/export-plan';
import { comparableKey } from '../../domain/plan/key';
import { matchGroup } from '../../domain/plan/matching';
import { toCandidate } from '../../domain/plan/candidate';
import { sameColorProfile } from '../../domain/preflight/color-profile';
import { globMatcher } from '../../domain/recipe/glob';
import type { Recipe } from '../../domain/recipe/recipe';
import { renderTemplate, TemplateError } from '../../domain/recipe/template';
import { closestMatch } from '../../domain/shared/edit-distance';
import { safeName } from '../../domain/shared/safe-name';
import { expectedOutputs } from '../../domain/task/expected-output';
import { annotationRowSchema } from '../../clients/creative-force/wire/annotations';
import { jobSchema } from '../../clients/creative-force/wire/records';
import { celtraOutputSchema } from '../../clients/celtra/output/output';
import { LONGEST_TEXT } from '../../clients/wire-values';
import {
  aCandidate,
  aCeltraOutput,
  aPlannedOutput,
  aRecipe,
  aShot,
  aTask,
  anExpectedOutput,
  anExportGroup,
  someFacts,
} from '../support/facts';

const hostile: [string, string][] = [
  ['new lines', '\n'.repeat(100_000)],
  ['spaces before a letter', `${' '.repeat(100_000)}x`],
  ['spaces and new lines in turn', ' \n'.repeat(50_000) + 'x'],
  ['brackets', '('.repeat(60_000)],
  ['hyphens', `${'-'.repeat(100_000)}x`],
  ['slashes', `${'/'.repeat(100_000)}x`],
  ['dots', `${'.'.repeat(100_000)}x`],
  ['per cent signs', '%'.repeat(100_000)],
  ['opened tags', '<script'.repeat(15_000)],
  ['one letter', 'a'.repeat(100_000)],
  ['letters in turn', 'abc'.repeat(33_000)],
];

/** Milliseconds of this thread; what another process does meanwhile does not count. */
function cpuMs(work: () => unknown): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}

const rendered = (template: string) => (text: string) => {
  try {
    return renderTemplate(template, { value: text });
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
};

const uses: [string, (text: string) => unknown][] = [
  ['a template', rendered('{{ value }}')],
  ['a template with slug', rendered('{{ value | slug }}')],
  ['a template with strip_html', rendered('{{ value | strip_html | truncate: 50 }}')],
  [
    'a template with every filter of white space',
    rendered('{{ value | strip | squish | strip_newlines | truncate: 9 }}'),
  ],
  ['a glob with many stars', globMatcher('*a*b*c*d*e*f*g*h*')],
  ['a glob with choices', globMatcher('*{a,*b,{c,a*}}*{a,b*}*?')],
  ['a glob with ranges', globMatcher('*[a-c]*[!x-z]*[0-9]*')],
  ['a comparable key', (text) => comparableKey(text, ['case', 'spaces'])],
  ['a file name', safeName],
  ['a colour profile', (text) => sameColorProfile(text, `${text}(`)],
  ['a mistyped word', (text) => closestMatch(text, [text.slice(1), 'another'])],
  [
    'an error’s stack, in which the SDK looks for its own frames',
    (text) => {
      const error = new Error(text, { cause: new Error(text) });
      boundStacks(error);
      return [cutoffStackTrace(error.stack), cutoffStackTrace((error.cause as Error).stack)];
    },
  ],
  ['nearest keys', (text) => matchGroup(anExportGroup([aPlannedOutput(text)]), [aCandidate(text.slice(1))])],
];

describe.each(hostile)('a text of 60,000 and more %s', (_what, text) => {
  it.each(uses)('costs %s less than a second', (_use, use) => {
    expect(cpuMs(() => use(text))).toBeLessThan(1_000);
  });
});

describe('a text from outside', () => {
  const long = 'x'.repeat(50_000);

  it.each([
    ['a property', () => jobSchema().parse({ jobId: 'job-1', properties: { Note: long } }).properties?.['Note']],
    ['a code', () => jobSchema().parse({ jobId: 'job-1', jobCode: long }).code],
    ['a comment', () => annotationRowSchema.parse({ annotationId: 'note-1', comment: long })[0]?.note.comment],
    [
      'an attribute of a Celtra output',
      () => {
        const printed = {
          id: 'output-1',
          name: 'x',
          status: 'finished',
          designFile: { id: 'd' },
          assets: {},
          a: { b: long },
        };
        return (celtraOutputSchema.parse(printed).facts['a'] as { b: string }).b;
      },
    ],
  ])('is cut when it is %s', (_what, read) => {
    const text = read() as string;
    expect([text.length, text.at(-1)]).toEqual([LONGEST_TEXT + 1, '…']);
  });

  it.each([
    ['an id', { jobId: long }],
    ['an instant', { jobId: 'job-1', deadlineUtc: long }],
  ])('is a fault with its length when it is %s', (_what, wire) => {
    const { error } = jobSchema().safeParse(wire);
    expect(error?.issues[0]?.message).toContain('found 50000 characters');
  });
});

describe('a key of more than 1,000 characters', () => {
  const recipe: Recipe = {
    ...aRecipe,
    celtra: { ...aRecipe.celtra, filters: {} },
    match: { ...aRecipe.match, expected: '{{ job.properties.Note }}' },
  };
  const facts = someFacts({ job: { code: 'J', properties: { Note: 'N'.repeat(1_001) } } });

  it('is a finding that names the template and the length', () => {
    const { groups, problems } = createExportPlan(facts, expectedOutputs(facts.task), [recipe]);
    expect(groups).toEqual([]);
    expect(problems[0]).toMatchObject({
      cause: 'template',
      message: expect.stringContaining('{{ job.properties.Note }}" rendered to 1001 characters, and at most 1000'),
    });
  });

  it('makes an output one that cannot match', () => {
    const output = { ...aCeltraOutput('output-1'), facts: { name: 'N'.repeat(1_001) } };
    expect(toCandidate(output, '{{ output.name }}').key).toBeUndefined();
  });
});

// What planning and matching may cost at the limits (docs/decisions/0074-linear-time.md).
describe('the largest task within all limits', () => {
  const EXPECTED = 300;
  const longKey = (seed: number) => `${seed}/${'ab/'.repeat(300)}${seed}`.slice(0, 1_000);

  it('is planned in less than two seconds of a busy machine', () => {
    const outputs = Array.from({ length: EXPECTED }, (_, index) => anExpectedOutput(`spec-${index}`));
    const note = ' \n'.repeat(LONGEST_TEXT / 2);
    const facts = someFacts({
      task: aTask({ shots: [aShot({ expectedOutputs: outputs })] }),
      job: { code: 'J', properties: { Note: note } },
    });
    const hungry: Recipe = {
      ...aRecipe,
      when: { properties: { job: { Note: [{ glob: '*a*b*c*' }, { glob: '* *' }] } } },
      match: { ...aRecipe.match, expected: '{{ job.properties.Note | strip_html | slug }}{{ shot.position }}' },
    };
    expect(cpuMs(() => createExportPlan(facts, expectedOutputs(facts.task), [hungry, hungry]))).toBeLessThan(2_000);
  });

  it('is matched in less than five seconds of a busy machine when none of 300 keys is among those of 1,000 outputs', () => {
    const group = anExportGroup(Array.from({ length: EXPECTED }, (_, index) => aPlannedOutput(longKey(index))));
    const candidates = Array.from({ length: 1_000 }, (_, index) => aCandidate(longKey(index + 10_000)));
    expect(cpuMs(() => matchGroup(group, candidates))).toBeLessThan(5_000);
  });
});

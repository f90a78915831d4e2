import { briefDocument, type BriefContent } from '../../../domain/inputs/brief-document';
import type { TaskFacts } from '../../../domain/task/task-facts';
import type { Annotation } from '../../../domain/task/task';
import { wantedInputs } from '../../../domain/inputs/wanted-inputs';
import { aShot, aTask, feedSpec, storySpec, TASK_ID } from '../../support/facts';

const facts: TaskFacts = {
  studio: 'acme',
  task: aTask({
    deadline: Date.UTC(2026, 10, 24, 17, 30),
    styleGuide: {
      name: 'Flats',
      text: '# Light\nUse **soft** light.',
      properties: { Season: 'SS27' },
      positions: [
        { name: 'Front', text: 'Straight on.', fileIds: [] },
        { name: 'Back', text: 'From behind.', fileIds: [] },
      ],
    },
  }),
  specs: [{ ...feedSpec, dpi: 72, colorProfile: 'sRGB IEC61966-2.1', maxBytes: 5_000_000 }, storySpec],
  product: { code: 'SKU-1', name: 'Linen shirt' },
};
const note: Annotation = { annotationId: 'n1', kind: 'instruction', comment: 'Mind the\nfold.', shotId: 'shot-front' };

function brief(changes: Partial<BriefContent> = {}): string {
  const files = wantedInputs(facts.task).map((input) => ({ input, name: 'inputs/SKU-1 front.tif' }));
  return briefDocument({ facts, annotations: [], files, ...changes });
}

describe('A brief', () => {
  it('begins with what the task is, and when it is due', () => {
    const text = brief();
    expect(text).toMatch(/^# acme · SKU-1 · Linen shirt: brief\n/);
    expect(text).toContain(`- Task \`${TASK_ID}\`, ecom, To Do\n- **Deadline 2026-11-24 17:30 UTC**`);
    expect(text).toContain('- Job: JOB-1');
  });

  it('has the specs as a table by position, without columns that would be empty', () => {
    const text = brief();
    expect(text).toContain('## Front');
    expect(text).toContain(
      '| wanted | file name | format | pixels | dpi | colour profile | at most | specification |\n| --- |',
    );
    expect(text).toContain(
      '| Feed | `SKU-1_front_feed` | jpg | 1080 × 1080 | 72 | sRGB IEC61966-2.1 | 5,000,000 bytes | SPRING-SOCIAL (Spring social set) |',
    );
    expect(text).not.toContain('background');
  });

  it('has the texts of the creatives, or why they could not be read', () => {
    const found = [{ label: 'Front, Feed', creative: 'Feed_1', texts: { headline: 'New\nin', price: '€ 9' } }];
    expect(brief({ texts: { found } })).toContain(
      '## Texts in Celtra\n\n- Front, Feed (Feed\\_1), headline: New in\n- Front, Feed (Feed\\_1), price: € 9',
    );
    expect(brief({ texts: { found: [], why: 'Celtra is away.' } })).toContain(
      '> They could not be read: Celtra is away.',
    );
    expect(brief()).not.toContain('Texts in Celtra');
  });

  it('links the files that lie beside it', () => {
    expect(brief()).toContain('- picture: [inputs/SKU-1 front.tif](inputs/SKU-1%20front.tif)');
  });

  it('has notes under their position, in quotes', () => {
    const text = brief({
      annotations: [note, { ...note, kind: 'rejection', specId: 'spec-feed', comment: 'Too dark' }],
    });
    expect(text).toContain('**Instruction**\n\n> Mind the\n> fold.');
    expect(text).toContain('**Rejected, Front, Feed**\n\n> Too dark');
  });

  it('has notes on no shot of the task in a part of their own', () => {
    expect(brief({ annotations: [{ ...note, shotId: undefined }] })).toContain('## Notes on the task');
  });

  it('says when notes could not be read', () => {
    expect(brief({ annotations: undefined })).toContain('may not read annotations');
  });

  it('has the style guide’s own text, and only of positions of the task', () => {
    const text = brief();
    expect(text).toContain('## Style guide: Flats\n\n> # Light\n> Use **soft** light.\n\n- Season: SS27');
    expect(text).toContain('### Front\n\n> Straight on.');
    expect(text).not.toContain('From behind.');
  });

  it('says what could not be fetched, and why', () => {
    const files = wantedInputs(facts.task).map((input) => ({ input, why: 'It is too large.' }));
    expect(brief({ files })).toContain('## Not here\n\n- SKU-1\\_front.tif, Front: It is too large.');
  });

  it('marks what was returned, and what was rejected', () => {
    const [feed, story] = aShot().expectedOutputs;
    if (feed === undefined || story === undefined) throw new Error('The shot should have two.');
    const shot = aShot({
      expectedOutputs: [
        { ...feed, assetId: 'a' },
        { ...story, assetId: 'b', isRejected: true },
      ],
    });
    const text = brief({ facts: { ...facts, task: { ...facts.task, shots: [shot] } } });
    expect(text).toMatch(/Feed .*\| yes \|\n.*Story .*\| rejected \|/);
  });

  it('lets nothing from outside change its form', () => {
    const shots = [aShot({ position: 'Front | <b>\n# x' })];
    const text = brief({ facts: { ...facts, task: { ...facts.task, shots } } });
    expect(text).toContain('## Front \\| \\<b\\> # x\n');
  });
});

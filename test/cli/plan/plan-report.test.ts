import { makePlan, type TaskPlan } from '../../../domain/plan/make-plan';
import type { Thumbnail } from '../../../cli/plan/pictures';
import { reportPage } from '../../../cli/plan/report';
import { createExportPlan, type ExportGroup } from '../../../domain/plan/export-plan';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { expectedOutputs } from '../../../domain/task/expected-output';
import { aCeltraOutput, aRecipe, someFacts } from '../../support/facts';

/** A plan in which Front, Feed goes out and Front, Story does not. */
function aPlan(name: string): TaskPlan {
  const facts = someFacts();
  const due = expectedOutputs(facts.task);
  const plan = createExportPlan(facts, due, [aRecipe]);
  const outputs = [aCeltraOutput('feed', { name })];
  const answers = new Map<ExportGroup, readonly CeltraOutput[]>(plan.groups.map((group) => [group, outputs]));
  return makePlan({ facts, due, recipes: [aRecipe], plan, answers, preflight: { onMismatch: 'block' } });
}

function page(creative: Thumbnail, name = 'Front feed'): Promise<string> {
  const inputs = new Map([['input-1', { dataUri: 'data:image/jpeg;base64,SU5QVVQ=' }]]);
  const pictures = { inputs, creatives: new Map([['feed', creative]]) };
  return reportPage([aPlan(name)], pictures, { studio: 'acme', made: 'today' });
}

describe('the page of a plan', () => {
  it('shows each expected output with both pictures, and what it goes out as', async () => {
    const html = await page({ dataUri: 'data:image/jpeg;base64,Q1JFQVRJVkU=' });
    expect(html).toContain('src="data:image/jpeg;base64,SU5QVVQ="');
    expect(html).toContain('src="data:image/jpeg;base64,Q1JFQVRJVkU="');
    expect(html).toContain('SKU-1_front_feed.jpg (jpeg 90)');
    expect(html).toContain('1 of 2 expected outputs would be delivered');
  });

  it('shows the reason where nothing goes out', async () => {
    const html = await page({ why: 'not rendered yet' });
    expect(html).toContain('No creative for Front, Story: no Celtra output has the key &#34;Front/Story&#34;');
  });

  it('says why a picture is not there', async () => {
    expect(await page({ why: 'not rendered yet' })).toContain('<em>not rendered yet</em>');
  });

  it('shows names as text, whatever they hold', async () => {
    const html = await page({ why: 'none' }, '<script>alert("1")</script>');
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });

  it('may load nothing from anywhere', async () => {
    expect(await page({ why: 'none' })).toContain(
      `content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`,
    );
  });
});

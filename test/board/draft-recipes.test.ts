import { readDraft } from '../../board/recipes/draft-recipes';

const good = `- name: feed
  celtra: { filters: { designFile: { id: [design-1] } } }
  match: { expected: '{{ spec.name }}', output: '{{ output.name }}' }
`;

describe('recipes that somebody tries', () => {
  it('are read as those of a recipe file', async () => {
    expect(await readDraft(good)).toMatchObject({ recipes: [{ name: 'feed' }] });
  });

  it.each<[string, string, RegExp]>([
    ['an unknown key', good.replace('match:', 'mach:'), /^Line \d+, column \d+/],
    ['broken YAML', '- name: [', /^Line 1, column \d+: not readable as YAML/],
    ['no list', 'name: feed', /neither a list of recipes/],
    ['nothing', '', /neither a list of recipes/],
  ])('are refused with %s, and it is said where', async (_what, text, fault) => {
    expect(await readDraft(text)).toEqual({ faults: expect.arrayContaining([expect.stringMatching(fault)]) });
  });

  it('are given no variable of the environment', async () => {
    expect(await readDraft(good.replace('feed', '${PATH}'))).toMatchObject({ recipes: [{ name: '${PATH}' }] });
  });

  it('read no file of the server', async () => {
    const draft = await readDraft('- ./recipes/*.yaml\n- /etc/passwd\n');
    expect(JSON.stringify(draft)).not.toContain('root:');
    expect(draft).toHaveProperty('faults');
  });

  const grown = Array.from({ length: 12 }, (_, row) => `- &a${row + 1} [${`*a${row}, `.repeat(10)}]`).join('\n');
  it.each<[string, string, RegExp]>([
    ['aliases that would grow without end', `- &a0 [x]\n${grown}\n`, /^Line 1, column 1: the aliases .* far too much/],
    [
      'a merge of what is no group',
      '- name: feed\n  <<: 3\n',
      /^Line 2, column 3: a merge \(<<\) can take only groups/,
    ],
  ])('are refused with %s, although that is valid YAML', async (_what, text, fault) => {
    expect(await readDraft(text)).toEqual({ faults: [expect.stringMatching(fault)] });
  });
});

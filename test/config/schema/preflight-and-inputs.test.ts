import { faultLines, fileWithRecipe, load, smallFile } from '../example-files';

async function acme(source: string) {
  const studio = (await load(source)).studios['acme'];
  if (studio === undefined) throw new Error('There should be a studio.');
  return studio;
}
const inRecipe = (more: string): string =>
  fileWithRecipe({ output: `"y" }, ${more}, when: { position: a` }).replace('when: {}, ', '');

describe('The check of renders', () => {
  it('blocks by default, with no rule of its own', async () => {
    expect((await acme(smallFile())).preflight).toEqual({ onMismatch: 'block', rules: {}, maxPixels: 268_402_689 });
  });

  it('takes an action for each rule, of a studio and of a recipe', async () => {
    const studio = '    preflight: { onMismatch: warn, rules: { density: ignore, format: block } }';
    expect((await acme(smallFile({ studio }))).preflight.rules).toEqual({ density: 'ignore', format: 'block' });
    const [recipe] = (await acme(inRecipe('preflight: { colorProfile: warn }'))).recipes;
    expect(recipe?.preflight).toEqual({ colorProfile: 'warn' });
  });

  it('refuses a rule and an action that do not exist', async () => {
    const studio = '    preflight: { rules: { colourProfile: warn, alpha: never } }';
    const faults = await faultLines(smallFile({ studio }));
    expect(faults.join('\n')).toMatch(/colourProfile: unknown key; did you mean "colorProfile"/);
    expect(faults.join('\n')).toMatch(/alpha: .*block.*warn.*ignore/);
  });
});

describe('The conversion of renders', () => {
  it('is none unless a recipe asks for it', async () => {
    expect((await acme(fileWithRecipe())).recipes[0]).not.toHaveProperty('convert');
  });

  it('takes what the spec asks for, or values of its own', async () => {
    const convert = '{ density: as asked, profile: srgb, background: "#FFFFFF", lowestQuality: 60 }';
    const [recipe] = (await acme(inRecipe(`convert: ${convert}`))).recipes;
    expect(recipe?.convert).toEqual({ density: 'as asked', profile: 'srgb', background: '#FFFFFF', lowestQuality: 60 });
  });

  it.each([
    ['{ density: many }', 'density'],
    ['{ profile: adobe }', 'profile'],
    ['{ background: white }', 'is neither "as asked" nor a colour'],
    ['{ lowestQuality: 0 }', 'lowestQuality'],
  ])('refuses %s', async (convert, message) => {
    expect((await faultLines(inRecipe(`convert: ${convert}`))).join('\n')).toContain(message);
  });
});

describe('The setting inputs', () => {
  it('is absent by default', async () => {
    expect((await acme(smallFile())).inputs).toBeUndefined();
  });

  it('names a place, and has names for folders and files', async () => {
    const { inputs } = await acme(smallFile({ studio: '    inputs: { saveTo: { folder: /designers } }' }));
    expect(inputs).toEqual({
      saveTo: { folder: '/designers' },
      folder: '{{ studio.name }}/{{ task.id }}',
      name: '{{ input.folder }}/{{ input.name }}',
    });
  });

  it('refuses names that no task has, and a folder that depends on a file', async () => {
    const studio = '    inputs: { saveTo: { folder: /d }, folder: "{{ input.name }}", name: "{{ input.nme }}" }';
    const faults = (await faultLines(smallFile({ studio }))).join('\n');
    expect(faults).toContain('mentions input, which does not exist');
    expect(faults).toContain('did you mean input.name?');
  });

  it('refuses a place that is two or none', async () => {
    for (const saveTo of ['{}', '{ folder: a, s3: { bucket: a-bucket } }']) {
      const faults = await faultLines(smallFile({ studio: `    inputs: { saveTo: ${saveTo} }` }));
      expect(faults.join('\n')).toContain('must name either folder or s3');
    }
  });
});

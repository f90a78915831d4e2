import { DEFAULT_INPUT_FOLDER, DEFAULT_INPUT_NAME, inputFolder, nameInputs } from '../../../domain/inputs/input-names';
import { TemplateError } from '../../../domain/recipe/template';
import type { WantedInput } from '../../../domain/inputs/wanted-inputs';
import { aTask, TASK_ID } from '../../support/facts';

function anInput(changes: Partial<WantedInput> = {}): WantedInput {
  return {
    id: 'id-1',
    from: 'assets',
    role: 'input',
    folder: 'inputs',
    position: 'Front',
    fileName: 'a.TIF',
    ...changes,
  };
}
const names = (template: string, ...inputs: WantedInput[]) => nameInputs(template, 'acme', aTask(), inputs);

describe('The names of inputs', () => {
  it('are those of the files, in a folder per kind, with the ending in lower case', () => {
    expect(names(DEFAULT_INPUT_NAME, anInput(), anInput({ id: 'id-2', folder: 'support', fileName: 'b.jpg' }))).toEqual(
      ['inputs/a.tif', 'support/b.jpg'],
    );
  });

  it('follow a template, whose slashes make folders', () => {
    const template = '{{ product.code }}/{{ input.position }} {{ input.role }} {{ input.name }}';
    expect(names(template, anInput())).toEqual(['SKU-1/Front input a.tif']);
  });

  it('are made distinct by position, then by id, whatever the letter case', () => {
    const inputs = [anInput(), anInput({ id: 'id-2', position: 'Back', fileName: 'A.tif' }), anInput({ id: 'id-3' })];
    expect(names(DEFAULT_INPUT_NAME, ...inputs)).toEqual([
      'inputs/a Front.tif',
      'inputs/A Back.tif',
      'inputs/a id-3.tif',
    ]);
  });

  it.each([
    ['../../etc/passwd', 'inputs/___.._etc_passwd'],
    ['/root/x.jpg', 'inputs/_root_x.jpg'],
    ['con.jpg', 'inputs/_con.jpg'],
    ['a\u0000b.jpg', 'inputs/a_b.jpg'],
    ['.hidden', 'inputs/_hidden'],
  ])('never leave the folder: %j', (fileName, name) => {
    expect(names(DEFAULT_INPUT_NAME, anInput({ fileName }))).toEqual([name]);
  });

  it('never are the brief’s or the manifest’s own', () => {
    const found = names(
      '{{ input.name }}',
      anInput({ fileName: 'Brief.md' }),
      anInput({ id: 'id-2', fileName: 'manifest.json' }),
    );
    expect(found).toEqual(['Brief Front.md', 'manifest Front.json']);
  });

  it('are made up where Creative Force gives none', () => {
    expect(names(DEFAULT_INPUT_NAME, anInput({ fileName: undefined, role: 'resource' }))).toEqual(['inputs/resource']);
  });

  it('keep the ending of a very long name', () => {
    const [name = ''] = names('{{ input.name }}', anInput({ fileName: `${'ä'.repeat(300)}.jpg` }));
    expect(name.endsWith('.jpg')).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  });

  it('are refused when the template mentions what the task does not have', () => {
    expect(() => names('{{ product.cfCode }}', anInput())).toThrow(TemplateError);
  });
});

describe('The folder of inputs', () => {
  it('is one per studio and task', () => {
    expect(inputFolder(DEFAULT_INPUT_FOLDER, 'acme', aTask())).toBe(`acme/${TASK_ID}`);
  });

  it('cannot climb', () => {
    const task = aTask({ product: { code: '../..' } });
    expect(inputFolder('x/{{ product.code }}', 'acme', task)).toBe('x/___');
  });
});

import { defaultNameTemplate, nameFiles } from '../../../cli/celtra/file-names';
import { safeExtension, safeName, safePath } from '../../../domain/shared/safe-name';
import type { CeltraAsset, CeltraOutput } from '../../../domain/render/celtra-output';

const image: CeltraAsset = { key: 'image', type: 'image', status: 'finished', width: 300, height: 250 };

function output(outputId: string, name: string | undefined, more: Partial<CeltraOutput> = {}): CeltraOutput {
  const facts = { id: outputId, ...(name !== undefined && { name }), ...more.facts };
  return { outputId, name, status: 'finished', designFile: { id: 'd' }, assets: [image], ...more, facts };
}

function namesOf(outputs: readonly CeltraOutput[], template = defaultNameTemplate): string[] {
  const names = nameFiles(outputs, template);
  return outputs.flatMap(({ outputId, assets }) =>
    assets.map(({ key }) => {
      const found = names.nameOf({ outputId, assetKey: key });
      return 'name' in found ? found.name : `fault: ${found.fault}`;
    }),
  );
}

describe('A safe name', () => {
  it.each([
    ['../../x', '___.._x'],
    ['..', '__'],
    ['.', '_'],
    ['', '_'],
    ['   ', '_'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\Windows\\win.ini', 'C__Windows_win.ini'],
    ['.extpost', '_extpost'],
    ['NUL', '_NUL'],
    ['com1.txt', '_com1.txt'],
    ['a\u0000b\u001b[2Jc', 'a_b_[2Jc'],
    ['name. .', 'name'],
    ['cod\u202egpj.exe', 'cod_gpj.exe'],
    ['Größe 1:1 – Ö', 'Größe 1_1 – Ö'],
  ])('of %j is %j', (text, name) => {
    expect(safeName(text)).toBe(name);
  });

  it('is short enough for every file system, and never ends inside a character', () => {
    const name = safeName('🙂'.repeat(300));
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^(?:🙂)+$/u);
  });

  it.each([
    ['../../x', '__/__/x'],
    ['/a//b/', 'a/b'],
    ['..//..', '__/__'],
    ['', '_'],
  ])('as a path of %j is %j', (text, path) => {
    expect(safePath(text)).toBe(path);
  });

  it.each([
    ['jpeg', 'jpg'],
    ['.PNG', 'png'],
    ['tiff', 'tif'],
    ['../sh', undefined],
    [undefined, undefined],
  ])('has for the extension %j %j', (given, kept) => {
    expect(safeExtension(given)).toBe(kept);
  });
});

describe('The names of an export', () => {
  it('are those of the outputs', () => {
    expect(namesOf([output('o1', 'Front 1:1'), output('o2', 'Back 1:1')])).toEqual(['Front 1_1', 'Back 1_1']);
  });

  it('never lead out of the folder, whatever Celtra calls an output', () => {
    const [name] = namesOf([output('o1', '../../x')], '{{ output.name }}');
    expect(name).toBe('___.._x');
  });

  it('never lead out of the folder, whatever the template makes of it', () => {
    const [name] = namesOf([output('o1', '.._.._x')], "{{ output.name | replace: '_', '/' }}");
    expect(name).toBe('__/__/x');
  });

  it('get folders from the slashes of the template only', () => {
    const facts = { contentDimensionsByName: { Language: 'en/GB' } };
    const [name] = namesOf(
      [output('o1', 'Hero', { facts })],
      '{{ output.contentDimensionsByName.Language }}/{{ output.name }}',
    );
    expect(name).toBe('en_GB/Hero');
  });

  it('are made distinct by the id where they would be equal, also for case-insensitive systems', () => {
    const names = namesOf([output('aaaaaaaa-1', 'Hero'), output('bbbbbbbb-2', 'HERO'), output('cccccccc-3', 'Other')]);
    expect(names).toEqual(['Hero aaaaaaaa', 'HERO bbbbbbbb', 'Other']);
  });

  it('do not depend on the order in which Celtra lists the outputs', () => {
    const outputs = [output('aaaaaaaa-1', 'Hero'), output('bbbbbbbb-2', 'Hero')];
    expect(namesOf([...outputs].reverse()).reverse()).toEqual(namesOf(outputs));
  });

  it('are made distinct by the whole id when the ids begin alike, or when an output has that name', () => {
    const names = namesOf([output('aaaaaaaa-1', 'Hero'), output('aaaaaaaa-2', 'Hero'), output('x', 'Hero aaaaaaaa')]);
    expect(names).toEqual(['Hero aaaaaaaa-1 image', 'Hero aaaaaaaa-2 image', 'Hero aaaaaaaa']);
  });

  it('carry the asset where an output has several files, unless the template says it', () => {
    const assets: CeltraAsset[] = [
      { key: 'html', type: 'html', status: 'finished' },
      { key: 'fallbackImage', type: 'file', status: 'finished' },
    ];
    const carousel = output('o1', 'Ad', { assets });
    expect(namesOf([carousel])).toEqual(['Ad html', 'Ad fallbackImage']);
    expect(namesOf([carousel], '{{ asset.key }} of {{ output.name }}')).toEqual(['html of Ad', 'fallbackImage of Ad']);
  });

  it('say of an output what the template misses in it', () => {
    const [fault] = namesOf([output('o1', 'Hero')], '{{ output.folder.name }}');
    expect(fault).toContain('fault: "{{ output.folder.name }}" mentions output.folder');
  });

  it('have a name for an output that Celtra gives none', () => {
    expect(namesOf([output('o1', undefined)])).toEqual(['output']);
  });
});

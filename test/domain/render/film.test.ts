import { filmFormat, isFilm, wantedFilm } from '../../../domain/render/film';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('a film', () => {
  it.each([
    ['mp4', true],
    ['mov', true],
    ['gif', false],
    ['jpg', false],
    [undefined, false],
  ])('is known by its extension: %s %s', (extension, is) => {
    expect(isFilm(extension)).toBe(is);
  });

  it.each([
    ['by its spec', { extension: 'mp4' }, 'front.jpg', 'mp4'],
    ['by its file name, without a spec', undefined, 'front.mov', 'mov'],
    ['not by its file name, where the spec asks for a picture', { extension: 'jpg' }, 'front.mov', undefined],
    ['not without either', undefined, undefined, undefined],
  ])('is wanted %s', (_, spec, fileName, wanted) => {
    expect(wantedFilm(spec, fileName)).toBe(wanted);
  });

  it.each([
    ['\0\0\0\u0018ftypisom', 'mp4'],
    ['\0\0\0\u0018ftypqt  ', 'mov'],
    ['RIFF\u0001\u0002\u0003\u0004AVI LIST', 'avi'],
    ['\u001aE\u00df\u00a3', 'webm'],
    ['\0\0\0\u0014moov', 'mov'],
    ['\0\0\0\u0018ftypheic', undefined],
    ['\0\0\0\u0018ftypavif', undefined],
    ['GIF89a', undefined],
    ['', undefined],
  ])('is known by its first bytes: %j is %s', (head, format) => {
    expect(filmFormat(bytes(head))).toBe(format);
  });
});

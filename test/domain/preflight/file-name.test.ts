import { correctFileName } from '../../../domain/preflight/preflight';

describe('A file name', () => {
  it.each([
    ['a.JPG', 'jpg', 'a.jpg'],
    ['a.jpeg', 'jpg', 'a.jpg'],
    ['a.jpg', 'jpeg', 'a.jpeg'],
    ['a.TIF', 'tiff', 'a.tiff'],
    [' a.png ', 'png', 'a.png'],
    ['a.b.Jpeg', 'jpg', 'a.b.jpg'],
  ])('%j for a spec of .%s goes out as %s', (asked, extension, fileName) => {
    expect(correctFileName(asked, extension)).toMatchObject({
      fileName,
      correction: expect.stringContaining(fileName),
    });
  });

  it.each([
    ['a.jpg', 'jpg'],
    ['a.png', 'jpg'],
    ['a.JPG', undefined],
    ['a', 'jpg'],
    ['  ', 'jpg'],
  ])('%j for a spec of .%s stays as it is', (asked, extension) => {
    expect(correctFileName(asked, extension)).toEqual({ fileName: asked });
  });
});

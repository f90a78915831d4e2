import { open } from 'node:fs/promises';

const ascii = (text: string, from = 0) => ({ from, bytes: Buffer.from(text, 'latin1') });

/** How files of a kind begin. Kinds that are not here have no beginning of their own. */
const signatures: Readonly<Record<string, readonly { readonly from: number; readonly bytes: Buffer }[]>> = {
  jpg: [ascii('\xff\xd8\xff')],
  png: [ascii('\x89PNG\r\n\x1a\n')],
  tif: [ascii('II*\0'), ascii('MM\0*'), ascii('II+\0'), ascii('MM\0+')],
  webp: [ascii('WEBP', 8)],
  gif: [ascii('GIF8')],
  mp4: [ascii('ftyp', 4)],
  mov: [ascii('ftyp', 4), ascii('moov', 4), ascii('wide', 4), ascii('mdat', 4), ascii('free', 4)],
  zip: [ascii('PK')],
};

/** Whether a file begins as files with this extension do; true where that is not known. */
export async function hasSignatureOf(path: string, extension: string | undefined): Promise<boolean> {
  const wanted = extension !== undefined && Object.hasOwn(signatures, extension) ? signatures[extension] : undefined;
  if (wanted === undefined) return true;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const start = buffer.subarray(0, bytesRead);
    return wanted.some(({ from, bytes }) => start.subarray(from, from + bytes.length).equals(bytes));
  } finally {
    await file.close();
  }
}

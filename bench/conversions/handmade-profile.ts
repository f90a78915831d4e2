/** A matrix profile of version 2 with one gamma for all channels; `names` as a text of several languages, else `name`. */
export function handmadeProfile({
  name = 'A profile',
  names,
  colorants,
  gamma,
}: {
  readonly name?: string;
  readonly names?: readonly (readonly [language: string, text: string])[];
  /** X, Y, Z of red, green and blue, adapted to D50. */
  readonly colorants: readonly number[];
  readonly gamma: number;
}): Buffer {
  const xyz = (from: number): Buffer => {
    const tag = Buffer.alloc(20);
    tag.write('XYZ ', 'latin1');
    colorants
      .slice(from, from + 3)
      .forEach((value, index) => tag.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index));
    return tag;
  };
  const curve = Buffer.alloc(14);
  curve.write('curv', 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  const tags: [string, Buffer][] = [
    ['desc', names === undefined ? plainText(name) : severalTexts(names)],
    ['rXYZ', xyz(0)],
    ['gXYZ', xyz(3)],
    ['bXYZ', xyz(6)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const head = Buffer.alloc(132 + 12 * tags.length);
  head.write('mntrRGB XYZ ', 12, 'latin1');
  head.writeUInt32BE(0x02100000, 8);
  head.write('acsp', 36, 'latin1');
  head.writeUInt32BE(tags.length, 128);
  let at = head.length;
  tags.forEach(([tag, bytes], index) => {
    head.write(tag, 132 + 12 * index, 'latin1');
    head.writeUInt32BE(at, 136 + 12 * index);
    head.writeUInt32BE(bytes.length, 140 + 12 * index);
    at += bytes.length;
  });
  head.writeUInt32BE(at, 0);
  return Buffer.concat([head, ...tags.map(([, bytes]) => bytes)]);
}

function plainText(text: string): Buffer {
  const head = Buffer.alloc(12);
  head.write('desc', 'latin1');
  head.writeUInt32BE(text.length + 1, 8);
  return Buffer.concat([head, Buffer.from(`${text}\0`), Buffer.alloc(78)]);
}

function severalTexts(texts: readonly (readonly [string, string])[]): Buffer {
  const head = Buffer.alloc(16 + 12 * texts.length);
  head.write('mluc', 'latin1');
  head.writeUInt32BE(texts.length, 8);
  head.writeUInt32BE(12, 12);
  const bodies = texts.map(([, text]) => Buffer.from(text, 'utf16le').swap16());
  let at = head.length;
  texts.forEach(([language], index) => {
    head.write(`${language}XX`, 16 + 12 * index, 'latin1');
    head.writeUInt32BE(bodies[index]?.length ?? 0, 20 + 12 * index);
    head.writeUInt32BE(at, 24 + 12 * index);
    at += bodies[index]?.length ?? 0;
  });
  return Buffer.concat([head, ...bodies]);
}

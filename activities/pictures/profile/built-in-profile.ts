import sharp from 'sharp';

/** The ICC profile that sharp has for sRGB or Display P3: a matrix and the curve of sRGB. */
export async function builtInProfile(name: 'srgb' | 'p3'): Promise<Buffer> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000000' } });
  const { icc } = await sharp(await dot.withIccProfile(name).png().toBuffer()).metadata();
  if (icc === undefined) throw new Error(`sharp has written no profile ${name}.`);
  return icc;
}

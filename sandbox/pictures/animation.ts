import { readFileSync } from 'node:fs';
import path from 'node:path';

import sharp from 'sharp';
import type { Pixels } from './render';

/** Frames of every moving picture here, and how many of them make a second. */
export const FRAMES = 6;
export const FRAMES_PER_SECOND = 6;

/** H.264, 64 × 64 pixels, 6 frames in one second. */
const clip = readFileSync(path.join(__dirname, 'clip.mp4'));
const trackHeader = clip.indexOf('tkhd', 0, 'latin1') - 4;
/** Where the sample description stores the size of the frames. */
const frameSize = clip.indexOf('avc1', clip.indexOf('stsd', 0, 'latin1'), 'latin1') + 28;

/** The checked-in video with this size in its index; `id` makes its bytes different from those of other videos. */
export function mp4Clip({ width, height }: Pick<Pixels, 'width' | 'height'>, id: string): Buffer {
  const video = Buffer.from(clip);
  // The last two fields of the track header are the display size, in 16.16 fixed point.
  const end = trackHeader + video.readUInt32BE(trackHeader);
  video.writeUInt16BE(width, end - 8);
  video.writeUInt16BE(height, end - 4);
  video.writeUInt16BE(width, frameSize);
  video.writeUInt16BE(height, frameSize + 2);
  const text = Buffer.from(id);
  const head = Buffer.from('\0\0\0\0free', 'latin1');
  head.writeUInt32BE(head.length + text.length);
  return Buffer.concat([video, head, text]);
}

/** An animated GIF: the still with a bar that moves along its lower edge; `loop` 0 is for ever. */
export function encodeGif(still: Pixels, loop: number): Promise<Buffer> {
  const { width, height } = still;
  return sharp(Buffer.concat(framesOf(still)), {
    raw: { width, height: height * FRAMES, channels: 4, pageHeight: height },
  })
    .gif({ loop, delay: Array.from({ length: FRAMES }, () => Math.round(1_000 / FRAMES_PER_SECOND)), effort: 1 })
    .toBuffer();
}

function framesOf({ data, width, height }: Pixels): Buffer[] {
  const bar = { top: height - Math.max(2, Math.round(height / 20)), width: Math.max(2, Math.round(width / FRAMES)) };
  return Array.from({ length: FRAMES }, (_, index) => {
    const frame = Buffer.from(data);
    for (let row = bar.top; row < height; row += 1) {
      const left = (row * width + Math.min(width - bar.width, index * bar.width)) * 4;
      frame.fill(0xff, left, left + bar.width * 4);
    }
    return frame;
  });
}

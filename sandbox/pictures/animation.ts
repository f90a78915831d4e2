import { createH264MP4Encoder } from 'h264-mp4-encoder';
import sharp from 'sharp';
import type { Pixels } from './render';

/** Frames of every moving picture here, and how many of them make a second. */
export const FRAMES = 6;
export const FRAMES_PER_SECOND = 6;

/** An H.264 video in an MP4: the still with a bar that walks across its foot. An odd last row or column is left out. */
export async function encodeMp4(still: Pixels): Promise<Buffer> {
  const width = still.width - (still.width % 2);
  const height = still.height - (still.height % 2);
  const encoder = await createH264MP4Encoder();
  try {
    encoder.width = width;
    encoder.height = height;
    encoder.frameRate = FRAMES_PER_SECOND;
    encoder.speed = 10;
    encoder.initialize();
    for (const frame of framesOf(still, width, height)) encoder.addFrameRgba(frame);
    encoder.finalize();
    return Buffer.from(encoder.FS.readFile(encoder.outputFilename));
  } finally {
    encoder.delete();
  }
}

/** The same as an animated GIF; `loop` 0 is for ever. */
export function encodeGif(still: Pixels, loop: number): Promise<Buffer> {
  const { width, height } = still;
  return sharp(Buffer.concat(framesOf(still, width, height)), {
    raw: { width, height: height * FRAMES, channels: 4, pageHeight: height },
  })
    .gif({ loop, delay: Array.from({ length: FRAMES }, () => Math.round(1_000 / FRAMES_PER_SECOND)), effort: 1 })
    .toBuffer();
}

function framesOf(still: Pixels, width: number, height: number): Buffer[] {
  const bar = { top: height - Math.max(2, Math.round(height / 20)), width: Math.max(2, Math.round(width / FRAMES)) };
  return Array.from({ length: FRAMES }, (_, index) => {
    const frame = Buffer.alloc(width * height * 4);
    for (let row = 0; row < height; row += 1) {
      const start = row * still.width * 4;
      still.data.copy(frame, row * width * 4, start, start + width * 4);
      if (row >= bar.top) {
        const left = (row * width + Math.min(width - bar.width, index * bar.width)) * 4;
        frame.fill(0xff, left, left + bar.width * 4);
      }
    }
    return frame;
  });
}

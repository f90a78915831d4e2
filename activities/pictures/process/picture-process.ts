import sharp from 'sharp';

import { convertPicture } from '../convert-picture';
import { examinePicture } from '../examine-picture';
import { shrinkPicture } from '../keep/shrink-picture';
import type { FromDecoder, ToDecoder, DecoderJob } from './picture-decoder';

/** A process whose memory goes beyond its limit ends with this code. */
const TOO_MUCH_MEMORY = 77;
const WATCH_INTERVAL_MS = 20;

// No spec can ask for any other format, and a file could be made so that its decoder is tried. Vips reads our own temporary files.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Tiff', 'Nsgif', 'Webp', 'Vips'].map((format) => `VipsForeignLoad${format}`),
});
sharp.concurrency(1);

let goOn: (() => void) | undefined;

const send = (message: FromDecoder): void => {
  process.send?.(message);
};

/** libvips allocates in its own threads, so this one is free to look. Without a job there is nothing to look for. */
async function performWatched(job: DecoderJob): Promise<FromDecoder> {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > job.memoryBytes) process.exit(TOO_MUCH_MEMORY);
  }, WATCH_INTERVAL_MS);
  try {
    return await perform(job);
  } finally {
    clearInterval(watch);
  }
}

async function perform(job: DecoderJob): Promise<FromDecoder> {
  if (job.task === 'convert') {
    const onEncoding = (encoding: string): void => {
      send({ encoding });
    };
    return { converted: await convertPicture({ ...job.conversion, onEncoding }) };
  }
  const reserve = async (bytes: number): Promise<void> => {
    // Most pictures need nothing beside their own bytes, and a message and its answer would cost half a millisecond.
    if (bytes === 0) return;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      send({ reserve: bytes });
    });
  };
  if (job.task === 'shrink') return { shrunk: await shrinkPicture(job.from, job.to, job.limits, reserve) };
  return { examined: await examinePicture(job.path, job.limits, reserve) };
}

process.on('message', (message: ToDecoder) => {
  if (message.task === 'go on') {
    goOn?.();
    return;
  }
  performWatched(message).then(send, (error: unknown) => {
    const { message: why, code } = error as NodeJS.ErrnoException;
    send({ fault: { message: why, code } });
  });
});
// The worker has ended.
process.on('disconnect', () => process.exit());

/** What a film's index says of one track. */
export interface FilmTrack {
  /** `vide`, `soun`, …. */
  readonly kind: string;
  /** As in a MIME type: `avc1.64001f`, `apch`, `mp4a.40.2`. */
  readonly codec: string;
  /** Pixels as they are stored; 0 for a track without pictures. */
  readonly width: number;
  readonly height: number;
  /** Shown turned by 90° or 270°. */
  readonly isTurned: boolean;
  readonly frames: number;
  readonly seconds: number;
  /** The byte behind its last sample. */
  readonly end: number;
  /** The samples lie in another file. */
  readonly isElsewhere: boolean;
  /** The index has no place for some samples. */
  readonly isIncomplete: boolean;
}

export interface FilmFacts {
  readonly tracks: readonly FilmTrack[];
  /** What the index promises altogether, which fragments may not fulfil; 0 when it says nothing. */
  readonly promisedSeconds: number;
  /** The byte behind the last segment that a segment index names. */
  readonly segmentsEnd: number;
}

/** The part of mp4box that is used. */
interface Library {
  readonly createFile: (keepFrames: boolean) => ParsedFilm & {
    readonly stream: { insertBuffer(bytes: object): void };
    parse(): void;
  };
  readonly MP4BoxBuffer: { fromArrayBuffer(bytes: ArrayBuffer, offset: number): object };
}
/** The boxes that are read, as mp4box parses them; its own types promise that each is there. */
interface ParsedFilm {
  readonly moov?: ParsedMovie;
  readonly moofs: readonly ParsedFragment[];
  readonly sidx?: { readonly first_offset: number; readonly references: readonly { referenced_size: number }[] };
}
interface ParsedMovie {
  readonly mvhd: { readonly timescale: number };
  readonly traks: readonly ParsedTrack[];
  readonly mvex?: {
    readonly mehd?: { readonly fragment_duration: number };
    readonly trexs: readonly { track_id: number; default_sample_size: number; default_sample_duration: number }[];
  };
}
interface ParsedTrack {
  readonly tkhd: { readonly track_id: number; readonly matrix: ArrayLike<number> };
  readonly mdia: {
    readonly mdhd: { readonly timescale: number };
    readonly hdlr: { readonly handler: string };
    readonly minf: {
      readonly dinf?: { readonly dref?: { readonly entries: readonly { readonly flags: number }[] } };
      readonly stbl: ParsedTables;
    };
  };
}
interface ParsedTables {
  readonly stsd: {
    readonly entries: readonly { width?: number; height?: number; data?: Uint8Array; getCodec(): string }[];
  };
  readonly stts?: { readonly sample_counts: readonly number[]; readonly sample_deltas: readonly number[] };
  readonly stsc?: { readonly first_chunk: readonly number[]; readonly samples_per_chunk: readonly number[] };
  readonly stsz?: { readonly sample_sizes: readonly number[] };
  readonly stz2?: { readonly sample_sizes: readonly number[] };
  readonly stco?: { readonly chunk_offsets: readonly number[] };
  readonly co64?: { readonly chunk_offsets: readonly number[] };
}
interface ParsedFragment {
  readonly trafs: readonly {
    readonly tfhd: {
      readonly flags: number;
      readonly track_id: number;
      readonly base_data_offset: number;
      readonly default_sample_size: number;
      readonly default_sample_duration: number;
    };
    readonly truns: readonly {
      readonly flags: number;
      readonly data_offset: number;
      readonly sample_count: number;
      readonly sample_size: readonly number[];
      readonly sample_duration: readonly number[];
    }[];
  }[];
}

export interface FilmThreadJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the boxes in `bytes` lie in the film, in their order. */
  readonly boxes: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

/** Runs in a thread, because the library trusts its input. Passed as text, so it contains all that it needs. */
export function filmThread(): void {
  const { createRequire } = process.getBuiltinModule('node:module');
  const threads = process.getBuiltinModule('node:worker_threads');
  const library = threads.workerData as string;
  // The library prints each box that it does not know.
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) console[level] = () => undefined;
  const { createFile, MP4BoxBuffer } = createRequire(library)(library) as Library;

  interface Counted {
    frames: number;
    ticks: number;
    end: number;
    isIncomplete: boolean;
  }
  const sum = (numbers: readonly number[], from = 0, to = numbers.length): number => {
    let total = 0;
    for (let index = from; index < to; index += 1) total += numbers[index] ?? 0;
    return total;
  };

  /** Samples by the tables of the movie: sizes, samples of each chunk, places of the chunks. */
  const countTables = (track: ParsedTrack): Counted => {
    const { stts, stsz, stz2, stsc, stco, co64 } = track.mdia.minf.stbl;
    const sizes = (stsz ?? stz2)?.sample_sizes ?? [];
    const chunks = (stco ?? co64)?.chunk_offsets ?? [];
    const firsts = stsc?.first_chunk ?? [];
    let end = 0;
    let sample = 0;
    let run = 0;
    for (const [chunk, offset] of chunks.entries()) {
      while (run + 1 < firsts.length && (firsts[run + 1] ?? 0) <= chunk + 1) run += 1;
      const next = Math.min(sizes.length, sample + (stsc?.samples_per_chunk[run] ?? 0));
      if (next > sample) end = Math.max(end, offset + sum(sizes, sample, next));
      sample = next;
    }
    const counts = stts?.sample_counts ?? [];
    let ticks = 0;
    for (const [index, count] of counts.entries()) ticks += count * (stts?.sample_deltas[index] ?? 0);
    return { frames: sizes.length, ticks, end, isIncomplete: sample < sizes.length };
  };

  /** Samples of one track in the fragments (ISO/IEC 14496-12, section 8.8). */
  const countFragments = (
    movie: ParsedMovie,
    trackId: number,
    fragments: readonly ParsedFragment[],
    starts: readonly number[],
  ): Counted => {
    const counted = { frames: 0, ticks: 0, end: 0, isIncomplete: false };
    for (const [index, { trafs }] of fragments.entries()) {
      const start = starts[index] ?? 0;
      let previousEnd = start;
      for (const { tfhd, truns } of trafs) {
        const defaults = movie.mvex?.trexs.find(({ track_id: id }) => id === tfhd.track_id);
        const hasBase = (tfhd.flags & 0x1) !== 0;
        const base = hasBase ? tfhd.base_data_offset : (tfhd.flags & 0x2_0000) === 0 ? previousEnd : start;
        const size = (tfhd.flags & 0x10) === 0 ? (defaults?.default_sample_size ?? 0) : tfhd.default_sample_size;
        const delta =
          (tfhd.flags & 0x8) === 0 ? (defaults?.default_sample_duration ?? 0) : tfhd.default_sample_duration;
        let at = base;
        for (const run of truns) {
          if ((run.flags & 0x1) !== 0) at = base + run.data_offset;
          at += (run.flags & 0x200) === 0 ? run.sample_count * size : sum(run.sample_size);
          if (tfhd.track_id !== trackId) continue;
          counted.frames += run.sample_count;
          counted.ticks += (run.flags & 0x100) === 0 ? run.sample_count * delta : sum(run.sample_duration);
          counted.end = Math.max(counted.end, at);
        }
        previousEnd = at;
      }
    }
    return counted;
  };

  const trackFacts = (
    movie: ParsedMovie,
    track: ParsedTrack,
    fragments: readonly ParsedFragment[],
    starts: readonly number[],
  ): FilmTrack => {
    const { mdhd, hdlr, minf } = track.mdia;
    const entry = minf.stbl.stsd.entries[0];
    // An entry of a codec that the library does not know is left as bytes: the size follows 16 others.
    const rest = entry?.data !== undefined && entry.data.length >= 20 ? Buffer.from(entry.data) : undefined;
    const isPicture = hdlr.handler === 'vide';
    const tables = countTables(track);
    const further = countFragments(movie, track.tkhd.track_id, fragments, starts);
    return {
      kind: hdlr.handler,
      codec: entry?.getCodec() ?? '',
      width: isPicture ? (entry?.width ?? rest?.readUInt16BE(16) ?? 0) : 0,
      height: isPicture ? (entry?.height ?? rest?.readUInt16BE(18) ?? 0) : 0,
      isTurned: track.tkhd.matrix[0] === 0 && track.tkhd.matrix[4] === 0,
      frames: tables.frames + further.frames,
      seconds: (tables.ticks + further.ticks) / mdhd.timescale,
      end: Math.max(tables.end, further.end),
      // The lowest flag of an entry says that the samples lie in this file.
      isElsewhere: minf.dinf?.dref?.entries.some(({ flags }) => (flags & 1) === 0) ?? false,
      isIncomplete: tables.isIncomplete,
    };
  };

  const filmFacts = ({ bytes, boxes }: FilmThreadJob): FilmFacts => {
    const file = createFile(false);
    file.stream.insertBuffer(MP4BoxBuffer.fromArrayBuffer(bytes.buffer, 0));
    file.parse();
    const { moov, moofs, sidx } = file;
    const starts = boxes.filter(({ type }) => type === 'moof').map(({ start }) => start);
    const segmentIndex = boxes.find(({ type }) => type === 'sidx');
    const segments = sum((sidx?.references ?? []).map((one) => one.referenced_size));
    return {
      tracks: moov?.traks.map((track) => trackFacts(moov, track, moofs, starts)) ?? [],
      promisedSeconds: (moov?.mvex?.mehd?.fragment_duration ?? 0) / (moov?.mvhd.timescale ?? 1),
      segmentsEnd: segmentIndex === undefined ? 0 : segmentIndex.end + (sidx?.first_offset ?? 0) + segments,
    };
  };

  threads.parentPort?.on('message', (job: FilmThreadJob) => {
    let facts: FilmFacts | undefined;
    try {
      facts = filmFacts(job);
    } catch {
      // Whatever the library or a table lacks, the index is damaged.
    }
    threads.parentPort?.postMessage(facts);
  });
}

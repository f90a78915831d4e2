import path from 'node:path';

import { examinePicture, type Examination } from '../../activities/pictures/examine-picture';
import { UnreadableFilm } from '../../activities/pictures/film-index';
import { measureFilm } from '../../activities/pictures/measure-film';
import type { Density, MeasuredPicture } from '../../domain/preflight/picture';
import { densityInWords, judgeRender } from '../../domain/preflight/preflight';
import type { MeasuredFilm } from '../../domain/render/film';
import type { OutputSpec } from '../../domain/task/task';
import { printable } from '../shared/terminal-text';

export interface ReportedFinding {
  /** A rule of the preflight, or `readable` and `whole`, without which nothing can be delivered. */
  readonly rule: string;
  readonly action: 'block' | 'warn';
  readonly message: string;
}

/** What `extpost check --json` prints of a file; `null` where the file does not say or it cannot be measured. */
export interface PictureReport {
  readonly file: string;
  readonly format: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly density: Density | null;
  readonly otherDensity?: Density;
  readonly colorSpace: string | null;
  readonly colorProfile: string | null;
  readonly profileFamily?: string;
  readonly bitsPerChannel: number | null;
  readonly isFloat?: boolean;
  readonly hasAlphaChannel: boolean | null;
  readonly isTransparent: boolean | null;
  readonly extraChannels?: readonly string[];
  readonly orientation: number | null;
  readonly pages: number | null;
  readonly isWhole: boolean | null;
  readonly why?: string;
  readonly film?: Pick<MeasuredFilm, 'framesPerSecond' | 'seconds' | 'codecs'>;
  readonly bytes: number;
  readonly findings: readonly ReportedFinding[];
}

/** Measures a file as a worker does, and judges it by a spec if there is one. Throws the file system's error. */
export async function reportPicture(file: string, bytes: number, spec?: OutputSpec): Promise<PictureReport> {
  const examined = await examinePicture(file);
  if (examined.trouble?.kind === 'film') return reportFilm(file, bytes, examined, spec);
  const { picture, trouble } = examined;
  const details = picture?.details;
  const isDecoded = trouble === undefined;
  const { density, otherDensity, profileFamily, isFloat, extraChannels } = details ?? {};
  return {
    file,
    format: examined.format,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    density: density ?? null,
    ...(otherDensity !== undefined && { otherDensity }),
    colorSpace: details?.colorSpace ?? null,
    colorProfile: details?.colorProfile ?? null,
    ...(profileFamily !== undefined && { profileFamily }),
    bitsPerChannel: details?.bitsPerChannel ?? null,
    ...(isFloat === true && { isFloat }),
    hasAlphaChannel: details?.hasAlphaChannel ?? null,
    isTransparent: isDecoded ? (details?.isTransparent ?? null) : null,
    ...(extraChannels !== undefined && { extraChannels }),
    orientation: details === undefined ? null : (details.orientation ?? 1),
    pages: details?.pages ?? null,
    isWhole: isDecoded ? true : trouble.kind === 'cut' ? false : null,
    ...(trouble !== undefined && { why: trouble.why }),
    bytes,
    findings: [...troubleFinding(file, trouble), ...(picture === undefined ? [] : judgedFindings(file, picture, spec))],
  };
}

async function reportFilm(
  file: string,
  bytes: number,
  { format }: Examination,
  spec: OutputSpec | undefined,
): Promise<PictureReport> {
  const unknown = {
    file,
    bytes,
    density: null,
    colorSpace: null,
    colorProfile: null,
    bitsPerChannel: null,
    hasAlphaChannel: null,
    isTransparent: null,
    orientation: null,
    pages: null,
  };
  const film = await measureFilm(file, { bytes }).catch((error: unknown) => {
    if (error instanceof UnreadableFilm) return error;
    throw error;
  });
  if (film instanceof UnreadableFilm) {
    const findings = troubleFinding(file, { kind: 'cannot be measured', why: film.message });
    return { ...unknown, format, width: null, height: null, isWhole: null, why: film.message, findings };
  }
  const { width, height, framesPerSecond, seconds, codecs, isWhole, why } = film;
  const measured = { format, width, height, bytes, film: { framesPerSecond, seconds, codecs } };
  return {
    ...unknown,
    format,
    width: width === 0 ? null : width,
    height: height === 0 ? null : height,
    isWhole,
    ...(why !== undefined && { why }),
    film: { framesPerSecond, seconds, codecs },
    findings: [
      ...(why === undefined ? [] : troubleFinding(file, { kind: 'cut', why: `is incomplete: ${why}` })),
      ...judgedFindings(file, measured, spec),
    ],
  };
}

function troubleFinding(file: string, trouble: Examination['trouble']): ReportedFinding[] {
  if (trouble === undefined) return [];
  const rule = trouble.kind === 'cut' ? 'whole' : 'readable';
  return [{ rule, action: 'block', message: `${path.basename(file)} ${trouble.why}.` }];
}

function judgedFindings(file: string, picture: MeasuredPicture, spec: OutputSpec | undefined): ReportedFinding[] {
  const label = path.basename(file);
  // Without a spec the file's name is not a demand, but an orientation tag is worth a word.
  const subject = { label, fileName: label, picture, spec: spec ?? { specId: 'none' } };
  const { findings } = judgeRender(subject, { onMismatch: 'block' });
  return findings.map(({ rule, action, message }) => ({ rule, action, message }));
}

/** A block of lines for people. */
export function pictureText(report: PictureReport): string {
  const { file, format, width, height, bytes, density, colorSpace, colorProfile, bitsPerChannel, pages, film } = report;
  const facts = [
    format,
    ...(width === null || height === null ? [] : [`${width} × ${height}`]),
    ...(colorSpace === null
      ? []
      : [`${colorSpace}, ${bitsPerChannel ?? '?'} bits${report.isFloat === true ? ' float' : ''}`]),
    ...(colorSpace === null ? [] : [colorProfile === null ? 'no profile' : `profile ${colorProfile}`]),
    ...(colorSpace === null
      ? []
      : [densityInWords({ density: density ?? undefined, otherDensity: report.otherDensity })]),
    ...(report.hasAlphaChannel === true
      ? [report.isTransparent === true ? 'transparent' : 'opaque alpha channel']
      : []),
    ...(report.orientation === null || report.orientation === 1 ? [] : [`orientation ${report.orientation}`]),
    ...(pages === null || pages === 1 ? [] : [`${pages} pages`]),
    ...(film?.seconds === undefined ? [] : [`${film.seconds} s, ${film.framesPerSecond ?? '?'} frames a second`]),
    ...(film === undefined || film.codecs.length === 0 ? [] : [film.codecs.join(' + ')]),
    bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`,
  ];
  const findings = report.findings.map(({ action, message }) => `  ${action === 'block' ? '✗' : '!'} ${message}`);
  return [`${file}: ${facts.join(', ')}`, ...findings].map(printable).join('\n');
}

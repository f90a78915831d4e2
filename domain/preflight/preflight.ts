import { knownExtension } from '../task/expected-output';
import type { OutputSpec } from '../task/task';
import type { FilmDetails } from '../render/film';
import { sameColorProfile } from './color-profile';
import { filmFindings, type FilmDemands } from './film-findings';

export const preflightRules = [
  'format',
  'extension',
  'pixelSize',
  'density',
  'colorProfile',
  'bitsPerChannel',
  'alpha',
  'fileSize',
  'frameRate',
  'duration',
  'codec',
] as const;
export type PreflightRule = (typeof preflightRules)[number];

export type PreflightAction = 'block' | 'warn' | 'ignore';
/** The action per rule; unnamed rules use the next setting. */
export type PreflightActions = Readonly<Partial<Record<PreflightRule, PreflightAction | undefined>>>;

/** A studio's settings; `onMismatch` applies to every rule that `rules` does not name. */
export interface PreflightSettings {
  readonly onMismatch: 'block' | 'warn';
  readonly rules?: PreflightActions | undefined;
}

export interface MeasuredPicture {
  /** Detected from the content: `jpeg`, `png`, `tiff`, …. */
  readonly format: string;
  /** Pixels; 0 for a film whose container cannot be read. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Absent for a film. */
  readonly details?: PictureDetails | undefined;
  /** Absent for a picture, and for a film whose container cannot be read. */
  readonly film?: FilmDetails | undefined;
}

export interface PictureDetails {
  /** Dots per inch; absent when the file does not say. */
  readonly density?: number | undefined;
  /** The description of the embedded profile; absent when there is none. */
  readonly colorProfile?: string | undefined;
  readonly bitsPerChannel?: number | undefined;
  readonly hasAlpha: boolean;
}

export interface PreflightFinding {
  readonly rule: PreflightRule;
  readonly expected: string;
  readonly found: string;
  /** A sentence that names the file. */
  readonly message: string;
}

/** A finding whose rule is not ignored. */
export type JudgedFinding = PreflightFinding & { readonly action: Exclude<PreflightAction, 'ignore'> };

export interface PreflightSubject {
  readonly label: string;
  readonly fileName: string;
  readonly picture: MeasuredPicture;
  readonly spec?: OutputSpec | undefined;
  /** What a film must keep to, by its recipe and by what Celtra announced. */
  readonly film?: FilmDemands | undefined;
}

export interface JudgedRender {
  readonly fileName: string;
  /** Corrections that did not touch the picture, in words. */
  readonly corrections: readonly string[];
  readonly findings: readonly JudgedFinding[];
}

/** PNG stores dots per metre, so that 72 dpi is read as 72.009. */
const DENSITY_TOLERANCE = 0.5;

/** The action for a rule: the recipe's, else the studio's for this rule, else the studio's default. */
export function actionOf(rule: PreflightRule, studio: PreflightSettings, recipe?: PreflightActions): PreflightAction {
  return recipe?.[rule] ?? studio.rules?.[rule] ?? studio.onMismatch;
}

/** Whether matching rejects a creative of another size than the spec: only if preflight would block it. */
export function pixelSizeInMatching(studio: PreflightSettings, recipe?: PreflightActions): 'block' | 'ignore' {
  return actionOf('pixelSize', studio, recipe) === 'block' ? 'block' : 'ignore';
}

/** Checks one measured file and corrects its name. */
export function judgeRender(
  subject: PreflightSubject,
  studio: PreflightSettings,
  recipe?: PreflightActions,
): JudgedRender {
  const { fileName, correction: mended } = correctFileName(subject.fileName, subject.spec?.extension);
  const found = [...preflightFindings({ ...subject, fileName }), ...filmFindings(subject)];
  const findings = found.flatMap((finding): JudgedFinding[] => {
    const action = actionOf(finding.rule, studio, recipe);
    return action === 'ignore' ? [] : [{ ...finding, action }];
  });
  return { fileName, corrections: mended === undefined ? [] : [mended], findings };
}

/** Compares a picture with its output spec, in the order of {@link preflightRules}. */
export function preflightFindings({ label, fileName, picture, spec }: PreflightSubject): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  const add = (rule: PreflightRule, expected: string, found: string, what = `the spec asks for ${expected}`): void => {
    findings.push({ rule, expected, found, message: `${label}: ${what}, the render ${found}.` });
  };
  const named = knownExtension(fileName);
  const wantedFormat = spec?.extension === undefined ? undefined : formatOfExtension(spec.extension);
  if (wantedFormat !== undefined && wantedFormat !== picture.format)
    add('format', wantedFormat, `is ${picture.format}`);
  if (wantedFormat !== undefined && named !== undefined && formatOfExtension(named) !== wantedFormat) {
    add('extension', `.${spec?.extension ?? ''}`, `is to be called ${fileName}`);
  } else if (wantedFormat === undefined && named !== undefined && formatOfExtension(named) !== picture.format) {
    add('extension', formatOfExtension(named), `is ${picture.format}`, `the file is to be called ${fileName}`);
  }
  if (spec === undefined) return findings;

  // The pixel size of some films is unknown.
  const isMeasured = picture.width > 0 && picture.height > 0;
  const wrongWidth = isMeasured && spec.width !== undefined && spec.width !== picture.width;
  const wrongHeight = isMeasured && spec.height !== undefined && spec.height !== picture.height;
  if (wrongWidth || wrongHeight) {
    const asked = `${spec.width ?? 'any'} × ${spec.height ?? 'any'} pixels`;
    add('pixelSize', asked, `has ${picture.width} × ${picture.height}`);
  }
  if (picture.details !== undefined) addDetails(picture.details, spec, add);
  if (spec.maxBytes !== undefined && picture.bytes > spec.maxBytes) {
    const most = `at most ${inBytes(spec.maxBytes)}`;
    add('fileSize', most, `has ${inBytes(picture.bytes)}`, `the spec allows ${most}`);
  }
  return findings;
}

function addDetails(
  details: PictureDetails,
  spec: OutputSpec,
  add: (rule: PreflightRule, expected: string, found: string, what?: string) => void,
): void {
  const { density, colorProfile, bitsPerChannel, hasAlpha } = details;
  if (spec.dpi !== undefined && !isDensity(density, spec.dpi)) {
    add(
      'density',
      `${spec.dpi} dpi`,
      density === undefined ? 'says nothing of its dpi' : `has ${Math.round(density * 10) / 10} dpi`,
    );
  }
  if (spec.colorProfile !== undefined && !(colorProfile && sameColorProfile(spec.colorProfile, colorProfile))) {
    const found = colorProfile === undefined ? 'has no colour profile in it' : `has the profile ${colorProfile}`;
    add('colorProfile', `the colour profile ${spec.colorProfile}`, found);
  }
  if (spec.bitsPerChannel !== undefined && bitsPerChannel !== undefined && spec.bitsPerChannel !== bitsPerChannel) {
    add('bitsPerChannel', `${spec.bitsPerChannel} bits per channel`, `has ${bitsPerChannel}`);
  }
  if (spec.backgroundColor !== undefined && hasAlpha) {
    add('alpha', `the background ${spec.backgroundColor}`, 'has an alpha channel, so that it may be transparent');
  }
}

/** Whether a picture has this density, within the precision of file formats. */
export function isDensity(found: number | undefined, wanted: number): boolean {
  return found !== undefined && Math.abs(found - wanted) <= DENSITY_TOLERANCE;
}

function inBytes(bytes: number): string {
  return `${bytes.toLocaleString('en')} bytes`;
}

const FORMAT_BY_EXTENSION: Readonly<Record<string, string>> = { jpg: 'jpeg', jpeg: 'jpeg', tif: 'tiff', tiff: 'tiff' };

/** The picture format of an extension, as sharp names it: `jpg` is `jpeg`. Lower case, no dot. */
function formatOfExtension(extension: string): string {
  return FORMAT_BY_EXTENSION[extension] ?? extension;
}

export interface CorrectedFileName {
  readonly fileName: string;
  readonly correction?: string | undefined;
}

/** Corrects spaces around a name and another spelling of the spec's extension. Another format is left to a finding. */
export function correctFileName(asked: string, specExtension: string | undefined): CorrectedFileName {
  const trimmed = asked.trim();
  const extension = knownExtension(trimmed);
  const isSameFormat =
    extension !== undefined &&
    specExtension !== undefined &&
    formatOfExtension(extension) === formatOfExtension(specExtension);
  const fileName = isSameFormat ? trimmed.slice(0, -extension.length) + specExtension : trimmed;
  if (fileName === '' || fileName === asked) return { fileName: asked };
  return { fileName, correction: `"${asked}" is delivered as "${fileName}", as the spec writes it.` };
}

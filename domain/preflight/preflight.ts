import { knownExtension } from '../task/expected-output';
import { pixelsText } from '../shared/text';
import type { OutputSpec } from '../task/task';
import type { Density, MeasuredPicture, PictureDetails } from './picture';
import { hasColorProfile } from './color-profile';
import { filmFindings, type FilmDemands } from './film-findings';

export const preflightRules = [
  'format',
  'extension',
  'pixelSize',
  'orientation',
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

export interface PreflightFinding {
  readonly rule: PreflightRule;
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

/** Rules that break no spec, so that they block only where a studio or a recipe says so. */
const onlyWarned: readonly PreflightRule[] = ['orientation'];

/** The action for a rule: the recipe's, else the studio's for this rule, else the studio's default. */
export function actionOf(rule: PreflightRule, studio: PreflightSettings, recipe?: PreflightActions): PreflightAction {
  return recipe?.[rule] ?? studio.rules?.[rule] ?? (onlyWarned.includes(rule) ? 'warn' : studio.onMismatch);
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
    findings.push({ rule, message: `${label}: ${what}, the render ${found}.` });
  };
  const named = knownExtension(fileName);
  const wantedFormat = spec?.extension === undefined ? undefined : formatOfExtension(spec.extension);
  if (wantedFormat !== undefined && wantedFormat !== picture.format)
    add('format', wantedFormat, `is ${picture.format}`);
  if (wantedFormat !== undefined && named !== undefined && formatOfExtension(named) !== wantedFormat) {
    add('extension', `.${spec?.extension ?? ''}`, `should be called ${fileName}`);
  } else if (wantedFormat === undefined && named !== undefined && formatOfExtension(named) !== picture.format) {
    add('extension', formatOfExtension(named), `is ${picture.format}`, `the file should be called ${fileName}`);
  }
  if (spec === undefined) return findings;

  // The pixel size of some films is unknown.
  const isMeasured = picture.width > 0 && picture.height > 0;
  const wrongWidth = isMeasured && spec.width !== undefined && spec.width !== picture.width;
  const wrongHeight = isMeasured && spec.height !== undefined && spec.height !== picture.height;
  if (wrongWidth || wrongHeight) add('pixelSize', `${pixelsText(spec)} pixels`, `has ${pixelsText(picture)}`);
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
  const { colorProfile, bitsPerChannel, isFloat, isTransparent, orientation, extraChannels = [] } = details;
  if (orientation !== undefined) {
    const found = `needs its orientation tag (${orientation}), which not every program applies`;
    add('orientation', 'pixels as they are shown', found, 'the picture should be shown as it is stored');
  }
  if (spec.dpi !== undefined && !isMarkedWith(details, spec.dpi)) {
    add('density', `${spec.dpi} dpi`, `has ${densityInWords(details)}`);
  }
  if (spec.colorProfile !== undefined && !hasColorProfile(details, spec.colorProfile)) {
    const found = colorProfile === undefined ? 'has no colour profile in it' : `has the profile ${colorProfile}`;
    const other = details.profileFamily === 'other' ? ', whose primaries and curve match no known profile' : '';
    add('colorProfile', `the colour profile ${spec.colorProfile}`, found + other);
  }
  const isOther = spec.bitsPerChannel !== bitsPerChannel || isFloat === true;
  if (spec.bitsPerChannel !== undefined && bitsPerChannel !== undefined && isOther) {
    add('bitsPerChannel', `${spec.bitsPerChannel} bits per channel`, `has ${bitsInWords(details)}`);
  }
  if (spec.backgroundColor !== undefined && isTransparent) {
    add('alpha', `the background ${spec.backgroundColor}`, 'has transparent pixels');
  }
  if (spec.backgroundColor !== undefined && extraChannels.length > 0) {
    add('alpha', `the background ${spec.backgroundColor}`, `has ${extraChannels.join(' and ')}`);
  }
}

/** Whether every density that a file states is this one, on both axes, within the precision of file formats. */
export function isMarkedWith({ density, otherDensity }: PictureDetails, dpi: number): boolean {
  const isRight = ({ x, y }: Density): boolean => [x, y].every((one) => Math.abs(one - dpi) <= DENSITY_TOLERANCE);
  return density !== undefined && isRight(density) && (otherDensity === undefined || isRight(otherDensity));
}

/** What a file says of its density, in words: `300 dpi (EXIF)`, `no dpi`. */
export function densityInWords({ density, otherDensity }: Pick<PictureDetails, 'density' | 'otherDensity'>): string {
  if (density === undefined) return 'no dpi';
  const inWords = ({ x, y, source }: Density): string => `${x === y ? x : `${x} × ${y}`} dpi (${source})`;
  return [density, ...(otherDensity === undefined ? [] : [otherDensity])].map(inWords).join(' and ');
}

function bitsInWords({ bitsPerChannel, isFloat, colorSpace }: PictureDetails): string {
  if (isFloat === true) return `${bitsPerChannel ?? ''} as floating-point numbers`;
  return colorSpace === 'palette'
    ? `a palette with indexes of ${bitsPerChannel ?? ''} bits`
    : `${bitsPerChannel ?? ''}`;
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

import { sameColorProfile } from './color-profile';
import { formatOfExtension, correctFileName } from './file-name';
import { knownExtension } from '../task/expected-output';
import type { OutputSpec } from '../task/task';

/** What a render is judged by; each can block a delivery, be told, or be ignored. */
export const preflightRules = [
  'format',
  'extension',
  'pixelSize',
  'density',
  'colorProfile',
  'bitsPerChannel',
  'alpha',
  'fileSize',
] as const;
export type PreflightRule = (typeof preflightRules)[number];

export type PreflightAction = 'block' | 'warn' | 'ignore';
/** What happens to what each rule finds; a rule that is not named is left to whoever else has a say. */
export type PreflightActions = Readonly<Partial<Record<PreflightRule, PreflightAction | undefined>>>;

/** A studio's say: `onMismatch` is for every rule that `rules` does not name. */
export interface PreflightSettings {
  readonly onMismatch: 'block' | 'warn';
  readonly rules?: PreflightActions | undefined;
}

/** What was measured of a downloaded render. */
export interface MeasuredPicture {
  /** By its bytes, not by its name: `jpeg`, `png`, `tiff`, …. */
  readonly format: string;
  /** Pixels; 0 for a film, of which they are not known. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Absent for a film: then nothing of it is judged. */
  readonly details?: PictureDetails | undefined;
}

export interface PictureDetails {
  /** Dots per inch; absent when the file does not say. */
  readonly density?: number | undefined;
  /** The description of the embedded profile; absent when there is none. */
  readonly colorProfile?: string | undefined;
  readonly bitsPerChannel?: number | undefined;
  readonly hasAlpha: boolean;
}

/** One thing that is not as the output spec asks. */
export interface PreflightFinding {
  readonly rule: PreflightRule;
  readonly expected: string;
  readonly found: string;
  /** The same as a sentence that names the file. */
  readonly message: string;
}

/** A finding that counts. */
export type JudgedFinding = PreflightFinding & { readonly action: Exclude<PreflightAction, 'ignore'> };

/** A file under the name it is to be delivered by. */
export interface PreflightSubject {
  readonly label: string;
  readonly fileName: string;
  readonly picture: MeasuredPicture;
  readonly spec?: OutputSpec | undefined;
}

/** What preflight says of one file. */
export interface JudgedRender {
  /** The name to deliver it by. */
  readonly fileName: string;
  /** In words what was put right without touching the picture; empty when nothing was. */
  readonly mended: readonly string[];
  readonly findings: readonly JudgedFinding[];
}

/** PNG keeps dots per metre, so that 72 dpi comes back as 72.009. */
const DENSITY_TOLERANCE = 0.5;

/** What happens to a finding: the recipe's word, else the studio's, else what the studio says of all rules. */
export function actionOf(rule: PreflightRule, studio: PreflightSettings, recipe?: PreflightActions): PreflightAction {
  return recipe?.[rule] ?? studio.rules?.[rule] ?? studio.onMismatch;
}

/** Whether a creative of another size than its spec asks for may be matched: only where the check would not stop it. */
export function pixelSizeInMatching(studio: PreflightSettings, recipe?: PreflightActions): 'block' | 'ignore' {
  return actionOf('pixelSize', studio, recipe) === 'block' ? 'block' : 'ignore';
}

/** Judges a file and puts its name right. Pure: the facts were measured where the bytes lie. */
export function judgeRender(
  subject: PreflightSubject,
  studio: PreflightSettings,
  recipe?: PreflightActions,
): JudgedRender {
  const { fileName, mended } = correctFileName(subject.fileName, subject.spec?.extension);
  const findings = preflightFindings({ ...subject, fileName }).flatMap((finding): JudgedFinding[] => {
    const action = actionOf(finding.rule, studio, recipe);
    return action === 'ignore' ? [] : [{ ...finding, action }];
  });
  return { fileName, mended: mended === undefined ? [] : [mended], findings };
}

/** Compares a picture with its output spec, in the order of {@link preflightRules}. No spec, or no demand, finds nothing. */
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

  // Nothing is known of the pixels of a film.
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
      density === undefined ? 'says nothing of its dpi' : `has ${rounded(density)} dpi`,
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

/** Whether a picture has the density that is asked for, as far as file formats can write it. */
export function isDensity(found: number | undefined, wanted: number): boolean {
  return found !== undefined && Math.abs(found - wanted) <= DENSITY_TOLERANCE;
}

function rounded(density: number): number {
  return Math.round(density * 10) / 10;
}

function inBytes(bytes: number): string {
  return `${bytes.toLocaleString('en')} bytes`;
}

import type { OutputSpec } from './task';

/** What was measured of a downloaded render. */
export interface MeasuredPicture {
  /** By its bytes, not by its name: `jpeg`, `png`, `tiff`, …. */
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

const FORMAT_BY_EXTENSION: Readonly<Record<string, string>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  png: 'png',
  tif: 'tiff',
  tiff: 'tiff',
};

/** Compares a picture with its output spec; each finding is a sentence. No spec, or no demand, finds nothing. */
export function preflight(label: string, picture: MeasuredPicture, spec: OutputSpec | undefined): string[] {
  if (spec === undefined) return [];
  const findings: string[] = [];
  const wantedFormat = spec.extension === undefined ? undefined : FORMAT_BY_EXTENSION[spec.extension];
  if (wantedFormat !== undefined && wantedFormat !== picture.format) {
    findings.push(`${label}: the spec asks for ${wantedFormat}, the render is ${picture.format}.`);
  }
  const wrongWidth = spec.width !== undefined && spec.width !== picture.width;
  const wrongHeight = spec.height !== undefined && spec.height !== picture.height;
  if (wrongWidth || wrongHeight) {
    const asked = `${spec.width ?? 'any'} × ${spec.height ?? 'any'}`;
    findings.push(`${label}: the spec asks for ${asked} pixels, the render has ${picture.width} × ${picture.height}.`);
  }
  if (spec.maxBytes !== undefined && picture.bytes > spec.maxBytes) {
    findings.push(`${label}: the spec allows ${spec.maxBytes} bytes, the render has ${picture.bytes}.`);
  }
  return findings;
}

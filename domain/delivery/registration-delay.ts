import type { Backoff } from '../shared/backoff';

/** How long after an upload a studio's submissions were refused as unknown or accepted. Milliseconds. */
export interface RegistrationDelay {
  /** The longest time that was too short. Absent: none was, so nothing has to be waited for. */
  readonly tooShortMs?: number | undefined;
  /** The shortest time that was enough, of those that are longer than `tooShortMs`. */
  readonly enoughMs?: number | undefined;
}

/** Below this difference a closer look would cost more refusals than it saves. */
const CLOSE_ENOUGH = { ms: 250, share: 0.25 };

/** How long after the upload the next submission is sent. Halves the gap between too short and enough until it is small. */
export function delayUntilRegistered({ tooShortMs, enoughMs }: RegistrationDelay, { firstMs, maxMs }: Backoff): number {
  if (tooShortMs === undefined) return 0;
  if (enoughMs === undefined) return Math.min(maxMs, tooShortMs + firstMs);
  const gap = enoughMs - tooShortMs;
  const isClose = gap <= Math.max(CLOSE_ENOUGH.ms, enoughMs * CLOSE_ENOUGH.share);
  return isClose ? enoughMs : Math.round(tooShortMs + gap / 2);
}

/** After a refusal because the uploads are unknown, so many milliseconds after they were made. */
export function afterUnknownUpload(known: RegistrationDelay, elapsedMs: number): RegistrationDelay {
  const tooShortMs = Math.max(elapsedMs, known.tooShortMs ?? 0);
  const isStillEnough = known.enoughMs !== undefined && known.enoughMs > tooShortMs;
  return { tooShortMs, enoughMs: isStillEnough ? known.enoughMs : undefined };
}

export function afterAcceptance(known: RegistrationDelay, elapsedMs: number): RegistrationDelay {
  const { tooShortMs, enoughMs = Infinity } = known;
  if (tooShortMs === undefined || elapsedMs <= tooShortMs) return known;
  return { tooShortMs, enoughMs: Math.min(enoughMs, elapsedMs) };
}

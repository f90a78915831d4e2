import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

const SECRET_KEYS = [
  'authorization',
  'clientSecret',
  'secretKey',
  'webhookSecrets',
  'access_token',
  'accessToken',
  'refreshToken',
  'tokenKey',
  'password',
  'url',
  'presignedUrl',
];

const loggerOptions = {
  redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
  timestamp: pino.stdTimeFunctions.isoTime,
} satisfies LoggerOptions;

/** A logger that writes JSON Lines without secrets to standard output or another stream. */
export function createLogger(level: string, stream: DestinationStream = pino.destination(1)): Logger {
  return pino({ ...loggerOptions, level }, stream);
}

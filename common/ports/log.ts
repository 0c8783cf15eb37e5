export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Facts beside a message; values are redacted where their name says that they are secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log on stderr. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to every line. */
  with(fields: LogFields): Log;
}

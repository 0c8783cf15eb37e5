import type { Log, LogFields, LogLevel } from '../ports/log.ts';
import { redact, redactText } from './redact.ts';

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LoggerOptions {
  /** Where a finished line goes, newline included. */
  readonly write: (line: string) => void;
  /** `json`: one object a line; `text`: for a person at a terminal; `plain`: the message alone, as a command says it. */
  readonly format: 'json' | 'text' | 'plain';
  readonly level: LogLevel;
  readonly now: () => Date;
  readonly fields?: LogFields;
}

/** A logger whose every line is redacted. */
export function createLogger(options: LoggerOptions): Log {
  const line = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (order[level] < order[options.level]) return;
    const all = redact({ ...options.fields, ...fields }) as Record<string, unknown>;
    const text = redactText(message);
    const time = options.now().toISOString();
    const forms = {
      json: () => JSON.stringify({ time, level, msg: text, ...all }),
      text: () => `${time.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${text}${asWords(all)}`,
      plain: () => `${level === 'warn' ? 'warning' : level}: ${text}`,
    };
    options.write(`${forms[options.format]()}\n`);
  };
  return {
    debug: (message, fields) => line('debug', message, fields),
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
    error: (message, fields) => line('error', message, fields),
    with: (fields) => createLogger({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

function asWords(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

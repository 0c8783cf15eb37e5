import { truncateSync, writeFileSync } from 'node:fs';
import { asFirecampError, type FirecampError } from '../domain/errors.ts';
import { withinBytes } from '../domain/within-bytes.ts';
import type { Log, LogLevel } from '../ports/log.ts';
import { createLogger } from './logger.ts';
import { redactText } from './redact.ts';
import type { SettingTable } from './settings.ts';

/** What a program is told about its log. */
interface LogConfig {
  readonly logFormat: 'auto' | 'json' | 'text';
  readonly logLevel: LogLevel;
}

/** kubelet shows at most 4096 bytes of a termination message (Kubernetes, "Determine the Reason for Pod Failure"). */
const maxTerminationBytes = 4096;

/** The log of a program on stderr: text at a terminal, JSON lines elsewhere, unless told. */
export function programLog(program: string, config: LogConfig): Log {
  const format = config.logFormat === 'auto' ? (process.stderr.isTTY ? 'text' : 'json') : config.logFormat;
  return createLogger({
    write: (line) => process.stderr.write(line),
    format,
    level: config.logLevel,
    now: () => new Date(),
    ...(format === 'json' ? { fields: { program } } : {}),
  });
}

/** What happened and what to do, in one line for a person; a message that is too long is cut, what to do is not. */
function lastLine({ code, name, message, remedy }: FirecampError): string {
  return withinBytes(redactText(`${code} ${name}: ${message}`), ` ${remedy}`, maxTerminationBytes);
}

/** Leaves the line where kubelet looks for it. Best effort: outside a pod there is no such file. */
export function writeTerminationLog(path: string, line: string): void {
  try {
    // "r+" in spirit: kubelet made the file; a missing one is not ours to create in /dev.
    const bytes = Buffer.from(withinBytes(line, '', maxTerminationBytes));
    writeFileSync(path, bytes, { flag: 'r+' });
    // A guard of the same container may have left a longer line before.
    truncateSync(path, bytes.length);
  } catch {
    // Nobody to tell; the same line is in the log.
  }
}

/** Logs the failure with its code and cause, leaves the last line, and says the exit code. */
export function reportFailure(log: Log, terminationLog: string | undefined, failure: unknown): number {
  const error = asFirecampError(failure);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  const stack = error.code === 'FC-INT-001' && error.cause instanceof Error ? error.cause.stack : undefined;
  log.error(error.message, {
    code: error.code,
    name: error.name,
    remedy: error.remedy,
    exitCode: error.exitCode,
    ...error.fields,
    cause,
    stack,
  });
  if (terminationLog !== undefined) writeTerminationLog(terminationLog, lastLine(error));
  return error.exitCode;
}

/** `--help` for a table of settings. */
export function helpText(usage: string, table: SettingTable): string {
  const rows = Object.values(table).map((setting) => {
    const names = [setting.flag && `-${setting.flag}`, setting.env].filter(Boolean).join(', ');
    const otherwise = !('otherwise' in setting)
      ? 'required'
      : setting.otherwise === undefined
        ? 'optional'
        : `default: ${String(setting.otherwise) || 'none'}`;
    return `  ${names}\n      ${setting.help}\n      ${setting.allowed}; ${otherwise}`;
  });
  return `${usage}\n\nSettings (flag, variable; both at once must agree):\n${rows.join('\n')}\n`;
}

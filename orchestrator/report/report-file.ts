import { redact, redactText } from '../../common/runtime/redact.ts';

/** A file of a report. */
export interface ReportFile {
  /** Inside the report, with `/`: `services/redis/status.json`. */
  readonly path: string;
  readonly text: string;
}

/** A file with what looks like a credential taken out: by the names of fields, and by the form of texts. */
export function jsonFile(path: string, value: unknown): ReportFile {
  return { path, text: `${JSON.stringify(redact(value), null, 2)}\n` };
}

/** `password=…`, `"token": "…"`, `requirepass …`: what a program may print of its own settings. */
const namedSecret =
  /((?:[\w.-]{0,40}(?:secret|token|passw(?:or)?d|passphrase|credential|private[-_]?key)[\w.-]{0,40}|requirepass|masterauth)["']?\s*[:=]\s*|(?:requirepass|masterauth)\s+)("[^"]*"|'[^']*'|[^\s"',;&]+)/gi;

/** As `jsonFile`, for lines that a program printed. */
export function logFile(path: string, text: string): ReportFile {
  return { path, text: redactText(text).replace(namedSecret, '$1[redacted]') };
}

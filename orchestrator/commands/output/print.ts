import { stringify } from 'yaml';
import type { CliIo } from '../cli-io.ts';
import type { OutputFormat } from '../input/common-options.ts';

/** Prints a result in the form that was asked for; the table is made of the same model that JSON and YAML show. */
export function printResult(
  io: Pick<CliIo, 'stdout'>,
  format: OutputFormat,
  model: unknown,
  asTable: (wide: boolean) => string,
): void {
  if (format === 'json') io.stdout(asJson(model));
  else if (format === 'yaml') io.stdout(asYaml(model));
  else io.stdout(asTable(format === 'wide'));
}

export function asJson(model: unknown): string {
  return `${JSON.stringify(model, undefined, 2)}\n`;
}

/** YAML that tools of Kubernetes read rightly: they take it for YAML 1.1, where a bare `no` or `0600` is no text. */
export function asYaml(model: unknown): string {
  return stringify(model, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1', keepUndefined: false });
}

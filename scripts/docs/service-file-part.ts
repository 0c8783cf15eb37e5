import { allowedText } from '../../orchestrator/definition/allowed-text.ts';
import schema from '../../orchestrator/definition/service-file.schema.json' with { type: 'json' };
import { table } from './generated-part.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Every field of a service file, from the JSON Schema that files are judged by. */
export function serviceFilePart(): string {
  return table(['field', 'what it is', 'allowed', 'default'], rowsOf(schema, ''));
}

function rowsOf(parent: Schema, prefix: string): string[][] {
  const required: unknown = parent['required'];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(mapping(parent['properties'])).flatMap(([name, given]) => {
    const field = mapping(given);
    const whole = resolved(field);
    const row = [
      `\`${prefix}${name}\``,
      text(field['description']),
      allowed(whole),
      standard(whole, needed.includes(name)),
    ];
    // A list's items and a mapping's fields are rows of their own.
    const inner = resolved(mapping(whole['items'] ?? whole));
    return [row, ...rowsOf(inner, `${prefix}${name}${whole['items'] === undefined ? '' : '[]'}.`)];
  });
}

function allowed(field: Schema): string {
  const items = resolved(mapping(field['items']));
  const isPlainList = field['type'] === 'array' && items['properties'] === undefined;
  return isPlainList ? `${allowedText(field)}: ${allowedText(items)}` : allowedText(field);
}

function standard(field: Schema, isRequired: boolean): string {
  if (isRequired) return '**required**';
  const value = field['default'];
  if (value === undefined) return String(field['description']).includes('Default:') ? 'as described' : 'none';
  return `\`${JSON.stringify(value)}\``;
}

/** Markdown takes `<name>` for HTML and leaves it out. */
function text(description: unknown): string {
  return String(description ?? '').replaceAll('<', '\\<');
}

/** What stands behind a reference into `$defs`. */
function resolved(field: Schema): Schema {
  const name = /^#\/\$defs\/(\w+)$/.exec(String(field['$ref'] ?? ''))?.[1];
  return name === undefined ? field : { ...mapping(mapping(schema.$defs)[name]), ...field };
}

function mapping(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}

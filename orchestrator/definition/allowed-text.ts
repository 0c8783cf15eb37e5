/** In words, what a schema admits; for the person whose value it refuses. */
export function allowedText(schema: Readonly<Record<string, unknown>>): string {
  const { type, minimum, maximum } = schema;
  const own = schema['x-allowed'];
  if (typeof own === 'string') return own;
  const choices: unknown = schema['enum'];
  if (Array.isArray(choices)) return `one of ${choices.join(', ')}`;
  if (type === 'integer') return `a whole number${range(minimum, maximum)}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return 'text';
  if (type === 'array') return 'a list';
  return 'a mapping of fields';
}

/** A value in a message: short, on one line, `nothing` for a field left empty. */
export function shownValue(value: unknown): string {
  if (value === null) return 'nothing';
  // JSON knows neither; YAML writes them so.
  const json = typeof value === 'number' && !Number.isFinite(value) ? String(value) : (JSON.stringify(value) ?? '');
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}

function range(minimum: unknown, maximum: unknown): string {
  if (typeof minimum === 'number' && typeof maximum === 'number') return ` from ${minimum} to ${maximum}`;
  return '';
}

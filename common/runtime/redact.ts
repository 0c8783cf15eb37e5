const secretName = /secret|token|password|passwd|credential|authorization|signature|private[-_]?key|session/i;
/** Credentials that can stand inside longer texts, such as another system's error message. */
const secretTexts: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, // access key ids (IAM user guide, "unique identifiers")
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, // JSON web tokens
  /(?<=(?:X-Amz-(?:Signature|Credential|Security-Token)=|Bearer\s+|AWS4-HMAC-SHA256 ))[^\s"'&]+/gi,
];

/** The text with everything that looks like a credential replaced. */
export function redactText(text: string): string {
  return secretTexts.reduce((result, pattern) => result.replace(pattern, '[redacted]'), text);
}

/** A copy for logs: values of secret-sounding names replaced, texts cleaned, bigints and errors made printable. */
export function redact(value: unknown, name = ''): unknown {
  if (secretName.test(name) && (typeof value === 'string' || typeof value === 'object')) return '[redacted]';
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return redactText(value.message);
  if (Array.isArray(value)) return value.map((item) => redact(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, key)]));
  }
  return value;
}

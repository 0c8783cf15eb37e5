/**
 * A text and its ending in at most so many bytes of UTF-8. What does not fit is taken from the text's own end, at a whole character and marked
 * with "…"; the ending stays, unless it alone is too long.
 */
export function withinBytes(text: string, ending: string, limit: number): string {
  const whole = text + ending;
  if (bytesOf(whole) <= limit) return whole;
  const room = limit - bytesOf(`…${ending}`);
  return room < 0 ? cut(whole, limit) : `${cut(text, room)}…${ending}`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function cut(text: string, limit: number): string {
  // Only whole characters are put into the room that is there.
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(limit)).read);
}

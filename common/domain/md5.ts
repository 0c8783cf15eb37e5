/**
 * MD5 of the text's UTF-8 bytes in hex (RFC 1321): what FireCamp's records tell config files apart by, and no protection of anything. Pure,
 * so that decisions can use it, and there also where OpenSSL refuses MD5 (FIPS).
 */
export function md5(text: string): string {
  const words = paddedWords(new TextEncoder().encode(text));
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < words.length; start += 16) {
    const [a, b, c, d] = block(state, words, start);
    state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
  }
  const bytes = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) bytes.setInt32(index * 4, word, true);
  return Array.from(new Uint8Array(bytes.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type State = readonly [number, number, number, number];

/** The bytes, a one bit, zeros, and the length in bits as 64 bits; little-endian words (RFC 1321, 3.1 to 3.3). */
function paddedWords(bytes: Uint8Array): Int32Array {
  const padded = new DataView(new ArrayBuffer((((bytes.length + 8) >> 6) + 1) * 64));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setBigUint64(padded.byteLength - 8, BigInt(bytes.length) * 8n, true);
  return Int32Array.from({ length: padded.byteLength / 4 }, (_none, index) => padded.getInt32(index * 4, true));
}

/** The table T of RFC 1321, 3.4. */
const sines = Int32Array.from({ length: 64 }, (_none, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32));

/** For each of the four rounds: its function of three words, which word comes at which step, and the shifts. */
const rounds: readonly {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly word: (step: number) => number;
  readonly shifts: readonly number[];
}[] = [
  { mix: (x, y, z) => (x & y) | (~x & z), word: (step) => step, shifts: [7, 12, 17, 22] },
  { mix: (x, y, z) => (x & z) | (y & ~z), word: (step) => (5 * step + 1) % 16, shifts: [5, 9, 14, 20] },
  { mix: (x, y, z) => x ^ y ^ z, word: (step) => (3 * step + 5) % 16, shifts: [4, 11, 16, 23] },
  { mix: (x, y, z) => y ^ (x | ~z), word: (step) => (7 * step) % 16, shifts: [6, 10, 15, 21] },
];

function block(state: State, words: Int32Array, start: number): State {
  let [a, b, c, d] = state;
  for (const [round, { mix, word, shifts }] of rounds.entries()) {
    for (let step = 0; step < 16; step++) {
      const sum = (a + mix(b, c, d) + (words[start + word(step)] ?? 0) + (sines[round * 16 + step] ?? 0)) | 0;
      const shift = shifts[step % 4] ?? 0;
      [a, b, c, d] = [d, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0, b, c];
    }
  }
  return [a, b, c, d];
}

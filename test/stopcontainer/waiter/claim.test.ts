import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { formatClaim } from '../../../common/host/claim-file.ts';
import { findCompiler } from '../../../scripts/build/c-compiler.ts';
import { runTool } from '../../../scripts/build/run-tool.ts';
import { claimText } from './waiter-rig.ts';

const sources = resolve(import.meta.dirname, '..', '..', '..', 'stopcontainer', 'waiter');

/** Reads texts, each after its length as four bytes, and writes "no" or what claim_parse() made of it, one a line. */
const harness = `
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "claim.h"
int main(void) {
  uint32_t length;
  while (fread(&length, sizeof length, 1, stdin) == 1) {
    char *text = malloc(length + (length == 0));
    struct claim claim;
    if (fread(text, 1, length, stdin) != length) return 1;
    char address[INET_ADDRSTRLEN];
    if (claim_parse(text, length, &claim))
      printf("%s %" PRIu64 " %s [%s]\\n", inet_ntop(AF_INET, &claim.address, address, sizeof address), claim.epoch, claim.pod_uid, claim.waiter);
    else
      puts("no");
    free(text);
  }
}`;

const dir = mkdtempSync(join(tmpdir(), 'firecamp-claim-'));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
writeFileSync(join(dir, 'harness.c'), harness);
const parser = join(dir, 'parser');
const [cc, ...ccArgs] = await findCompiler(process.env['CC']);
// A read or write out of bounds, or undefined arithmetic, ends the harness.
const sanitize = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const files = [join(dir, 'harness.c'), join(sources, 'claim.c')];
await runTool(cc, [...ccArgs, '-std=c11', '-D_GNU_SOURCE', ...sanitize, '-I', sources, '-o', parser, ...files]);

function parse(texts: readonly Buffer[]): string[] {
  const input = Buffer.concat(
    texts.flatMap((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return [length, text];
    }),
  );
  const { status, stdout, stderr } = spawnSync(parser, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trimEnd().split('\n');
}

const uid = fc.stringMatching(/^[0-9a-f-]{1,64}$/);
const name = fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/);
const device = { interfaceId: 'eni-0123456789abcdef0', mac: '02:00:00:00:00:01' };
const claim = fc.record({
  epoch: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  waiter: fc.oneof(name, fc.constant('')),
  address: fc.ipV4(),
  podUid: uid,
});

t.test('reads back every claim that the claim container writes', async () => {
  fc.assert(
    fc.property(fc.array(claim, { minLength: 1, maxLength: 200 }), (claims) => {
      const wanted = claims.map(({ address, epoch, podUid, waiter }) => `${address} ${epoch} ${podUid} [${waiter}]`);
      const files = claims.map(({ waiter, ...rest }) => formatClaim({ ...rest, ...device, waiterId: waiter }));
      const read = parse(files.map((text) => Buffer.from(text)));
      return JSON.stringify(read) === JSON.stringify(wanted);
    }),
    { numRuns: 20 },
  );
});

t.test('believes no beginning of a claim', async (t) => {
  const text = Buffer.from(claimText({ epoch: 7, waiter: 'some-waiter' }));
  const beginnings = Array.from({ length: text.length }, (_, length) => text.subarray(0, length));
  t.strictSame(new Set(parse(beginnings)), new Set(['no']));
});

t.test('stays within its bounds whatever the file holds', async () => {
  const damaged = fc
    .tuple(claim, fc.array(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 9 }))))
    .map(([fields, splices]) => {
      let text = Buffer.from(claimText(fields));
      for (const [where, bytes] of splices) {
        const at = where % (text.length + 1);
        text = Buffer.concat([text.subarray(0, at), bytes, text.subarray(at + (where % 7))]);
      }
      return text;
    });
  const anything = fc.oneof(
    damaged,
    fc.uint8Array({ maxLength: 4096 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 300 }), (texts) => parse(texts).length === texts.length),
    { numRuns: 20 },
  );
});

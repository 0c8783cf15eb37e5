import { globSync } from 'node:fs';
import { chmod, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { statefulSet } from '../../orchestrator/manifests/stateful-set.ts';
import { runTool } from '../../scripts/build/run-tool.ts';
import { containerOf } from '../orchestrator/manifests/parts.ts';
import { cluster, facts, redis } from '../orchestrator/manifests/sample-service.ts';
import { lastWords } from './harness/look.ts';
import { beginWithMembers, nodes } from './harness/members-world.ts';

const begun = await beginWithMembers('the images, as kubelet would start them');
if (begun) {
  const { t, world, createService, TestPod, standingOf, eventually } = begun;
  const { needs } = await import('../../scripts/rig/requirements.ts');
  if (await needs(t, 'buildah', 'runc')) {
    const { withImages } = await import('../../scripts/images/build-all.ts');
    const { ImageContainer, unpackImage } = await import('./harness/image-container.ts');
    const { imageNames } = await import('../../scripts/images/buildah.ts');
    const images = await withImages(async (folders) => {
      const unpacked = imageNames.map(async (name) => unpackImage(folders.get(name) ?? '', world.dir));
      const [init, stop, cli] = await Promise.all(unpacked);
      if (init === undefined || stop === undefined || cli === undefined) throw new Error('an image is missing');
      return { init, stop, cli };
    });
    /** What the manifest gives the container of that name. */
    const powersOf = (container: string) => {
      const added = containerOf(statefulSet(redis, facts, cluster), container).securityContext?.capabilities?.add ?? [];
      return { capabilities: added.map((name) => `CAP_${name}`) };
    };
    const claiming = powersOf('memberinit-redis');
    const releasing = powersOf('memberstop-redis');

    t.test(
      'a member is claimed, watched, probed and released on a read-only root with the manifest’s rights',
      async (t) => {
        const service = await createService(world);
        const pod = await TestPod.create(world, service, 0, nodes.plain);
        const stop = await ImageContainer.start(pod, images.stop, releasing);
        t.teardown(() => stop.remove());
        await eventually('the waiter', async () => (await stop.exec('/firecamp-stopcontainer', '--help')).code === 0);
        t.match(await stop.exec('/firecamp-stopcontainer', '--is-ready'), {
          code: 1,
          out: /not ready: no \/run\/firecamp/,
        });

        const plan = await ImageContainer.start(pod, images.init, { env: { TESTMODE: 'true' } });
        const planned = await plan.running.ended;
        t.equal(planned.code, 0, planned.stderr);
        t.match(planned.stdout, /under epoch 1; assign it to eni-/);
        t.notMatch(planned.stdout, 'not reached');

        const claim = await ImageContainer.start(pod, images.init, claiming);
        const claimed = await claim.running.ended;
        t.equal(claimed.code, 0, claimed.stderr);
        t.match(await standingOf(world, service, [pod.node]), { owner: { state: 'owned' }, hosts: [pod.node] });
        await eventually('ready', async () => (await stop.exec('/firecamp-stopcontainer', '--is-ready')).code === 0);

        await pod.markDeleted();
        stop.running.kill('SIGTERM');
        const ended = await stop.running.ended;
        t.equal(ended.code, 0, ended.stderr);
        t.match(await standingOf(world, service, [pod.node]), { owner: { state: 'released' }, hosts: [] });
      },
    );

    t.test(
      'a volume that the main container has made its own user’s is released and claimed again, for that user',
      async (t) => {
        const config = 'port 6379\n';
        const service = await createService(world, { configs: { 'redis.conf': config } });
        const first = await TestPod.create(world, service, 0, nodes.plain);
        const { dataDir } = first;
        const claim = async (pod: typeof first, powers = claiming) =>
          (await ImageContainer.start(pod, images.init, powers)).running.ended;
        const claimed = await claim(first);
        t.equal(claimed.code, 0, claimed.stderr);
        // What the entry point of the official Redis image does; and one that keeps its folder to itself besides.
        await runTool('chown', ['-R', '999:1000', dataDir]);
        await chmod(dataDir, 0o700);

        await first.markDeleted();
        const release = await ImageContainer.start(first, images.stop, { ...releasing, args: ['--once'] });
        const released = await release.running.ended;
        t.equal(released.code, 0, released.stderr);
        t.strictSame(globSync('conf/*', { cwd: dataDir }), ['conf/redis.conf'], 'the static IP file is gone');
        await first.remove();

        const second = await TestPod.create(world, service, 0, nodes.plain, { dataDir });
        const refused = await claim(second, { capabilities: ['CAP_NET_ADMIN'] });
        t.not(refused.code, 0);
        t.match(await lastWords(second), /^FC-FIL-001 FileFailed: .*\/data\/conf.*EACCES.*DAC_OVERRIDE/);
        await runTool('rm', [join(dataDir, 'conf/redis.conf')]);
        const again = await claim(second);
        t.equal(again.code, 0, again.stderr);
        for (const file of ['conf/redis.conf', 'conf/firecamp-service-staticip']) {
          const { uid, gid, mode } = await lstat(join(dataDir, file));
          t.strictSame([uid, gid, mode & 0o777], [999, 1000, 0o600], file);
        }
        await chmod(world.dir, 0o755);
        const redisUser = ['--reuid=999', '--regid=1000', '--clear-groups', '--bounding-set=-all'];
        const read = (file: string) => runTool('setpriv', [...redisUser, 'cat', join(dataDir, file)]);
        t.equal(await read('conf/redis.conf'), config);
        t.equal(await read('conf/firecamp-service-staticip'), service.addresses[0]);
      },
    );

    t.test('without NET_ADMIN the claim says that it may not change addresses', async (t) => {
      const service = await createService(world);
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      const container = await ImageContainer.start(pod, images.init);
      const ended = await container.running.ended;
      t.not(ended.code, 0);
      t.match(ended.stderr, /FC-HST-001/);
    });

    t.test('each image starts its program, which is the version that its label names', async (t) => {
      const pod = await TestPod.create(world, await createService(world), 0, nodes.plain);
      for (const [name, image] of Object.entries(images)) {
        for (const flag of ['--version', '--help']) {
          const ended = await (await ImageContainer.start(pod, image, { args: [flag] })).running.ended;
          t.equal(ended.code, 0, `${name} ${flag}: ${ended.stderr}`);
          if (flag === '--version')
            t.match(ended.stdout, image.labels['org.opencontainers.image.version'] ?? 'no label');
        }
        t.match(image.labels, { 'org.opencontainers.image.licenses': 'Apache-2.0' }, name);
        t.match(image.labels, { 'org.opencontainers.image.revision': /^[0-9a-f]{40}$|^unknown$/ }, name);
      }
      t.equal(images.cli.user, '65532:65532', 'the command line is nobody in particular');
    });

    t.test("iproute2 and arping run with the image's own libraries", async (t) => {
      const pod = await TestPod.create(world, await createService(world), 0, nodes.plain);
      const run = async (...argv: string[]) =>
        (await ImageContainer.start(pod, { ...images.init, entrypoint: argv })).running.ended;
      const links = await run('ip', '-j', 'link', 'show');
      t.equal(links.code, 0, links.stderr);
      t.ok(JSON.parse(links.stdout).length >= 2);
      t.match((await run('arping', '-V')).stdout, 'iputils');
    });

    t.test('a shell or a package manager is in none of the images', async (t) => {
      for (const { rootfs } of Object.values(images)) {
        t.same(globSync('**/{sh,bash,dash,busybox,dpkg,apt*,ldconfig}', { cwd: rootfs, exclude: ['var/lib/**'] }), []);
      }
    });
  }
}

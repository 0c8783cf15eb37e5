import fc from 'fast-check';
import { test } from 'tap';
import { InvalidConfigurationError } from '../../../common/runtime/settings.ts';
import { readClaimConfig } from '../../../initcontainer/config.ts';
import { readReleaseConfig } from '../../../stopcontainer/config.ts';
import { memberEnv, uid } from '../../fakes/world.ts';

/** The variables that are faulty, as the message names them. */
function faulty(env: Record<string, string>): string[] {
  try {
    readClaimConfig([], env);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) throw error;
    return error.faults.map((fault) => /variable (\w+)/.exec(fault)?.[1] ?? fault);
  }
}

test('both programs run with FireCamp’s variables and the pod’s, and take the same defaults', async (t) => {
  const env = memberEnv(1);
  for (const read of [readClaimConfig, readReleaseConfig]) {
    t.match(read([], env).values, {
      cluster: 'prod',
      memberName: 'myredis-0',
      podUid: uid(1),
      testMode: false,
      detachPolicy: 'detach',
      vpcCni: 'auto',
      dataDir: '/data',
      runDir: '/run/firecamp',
      region: undefined,
      dnsServers: [],
    });
  }
});

test('FireCamp’s flags say the same as the variables', async (t) => {
  const argv = [
    '-cluster=prod',
    '-service-name=myredis',
    '-member-name',
    'myredis-0',
    '-namespace=redis',
    '-dbtype=k8sdb',
  ];
  t.match(readClaimConfig([...argv, `-pod-uid=${uid(1)}`], {}).values, { cluster: 'prod', dbType: 'k8sdb' });
});

test('what is required is missed by name, all at once', async (t) => {
  t.strictSame(faulty({}), ['CLUSTER', 'SERVICE_NAME', 'POD_NAME', 'K8S_NAMESPACE', 'DB_TYPE', 'POD_UID']);
});

test('refuses values that would name another thing than they seem to', async (t) => {
  const wrong: Record<string, string> = {
    TESTMODE: 'yes',
    CLUSTER: '1prod',
    SERVICE_NAME: 'my_redis',
    POD_NAME: 'MyRedis-0',
    K8S_NAMESPACE: 'redis/../kube-system',
    DB_TYPE: 'memdb',
    POD_UID: 'myredis-0',
    SERVICE_UUID: uid(1),
    HOST_IP: '10.0.0.256',
    AWS_REGION: 'us-east-1; rm',
    DETACH_POLICY: 'Detach',
    VPC_CNI: 'yes',
    FIRECAMP_DATA_DIR: 'data',
    FIRECAMP_RUN_DIR: '',
    FIRECAMP_ADDRESS_LIFETIME: '9',
    FIRECAMP_WATCH_INTERVAL: '1.5',
    FIRECAMP_DNS_SERVERS: 'dns.example',
    FIRECAMP_K8S_URL: 'http://10.0.0.1:6443',
    FIRECAMP_CLAIM_TIMEOUT: '4',
    LOG_LEVEL: 'WARN',
    LOG_FORMAT: 'xml',
  };
  for (const [name, value] of Object.entries(wrong)) {
    t.strictSame(faulty({ ...memberEnv(1), [name]: value }), [name]);
  }
});

test('no name with a slash, a dot segment or white space gets through as a name of the member', async () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('/', ' ', '\n', '\0', ':'), fc.string(), (before, bad, after) => {
      const value = before + bad + after;
      return ['CLUSTER', 'SERVICE_NAME', 'POD_NAME', 'K8S_NAMESPACE'].every((name) =>
        faulty({ ...memberEnv(1), [name]: value }).includes(name),
      );
    }),
  );
});

test('the stop container takes the claim that its waiting process remembers', async (t) => {
  const argv = ['--once', '--claim-epoch', '7', '--claim-pod-uid', uid(1)];
  t.match(readReleaseConfig(argv, memberEnv(1)).values, {
    once: true,
    guard: false,
    claimEpoch: 7,
    claimPodUid: uid(1),
  });
  t.throws(() => readReleaseConfig(['--claim-epoch=0'], memberEnv(1)), { message: /flag -claim-epoch is "0"/ });
});

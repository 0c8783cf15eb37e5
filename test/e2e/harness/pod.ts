import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, followProgram, type Running } from '../../../scripts/rig/running-program.ts';
import { memberAccount } from './member-account.ts';
import type { TestService } from './service.ts';
import { cluster, nodeName, type World } from './world.ts';

export type { Ended, Running };

/** Which of the two executables. */
export type Program = 'initcontainer' | 'stopcontainer';

export interface RunOptions {
  readonly args?: readonly string[];
  /** Over the pod's own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type PodParts = Pick<
  TestPod,
  'name' | 'instanceId' | 'node' | 'uid' | 'createdAt' | 'dataDir' | 'runDir' | 'terminationLog' | 'env'
>;

/**
 * A member's pod on a node: a Pod object in the real API server with a token bound to it, volumes as folders, and the two programs
 * as processes in the node's namespace. Kubelet's part is the test's.
 */
export class TestPod {
  readonly world: World;
  readonly service: TestService;
  readonly name: string;
  readonly instanceId: string;
  readonly node: string;
  readonly uid: string;
  readonly createdAt: string;
  readonly dataDir: string;
  readonly runDir: string;
  readonly terminationLog: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(world: World, service: TestService, parts: PodParts) {
    this.world = world;
    this.service = service;
    this.name = parts.name;
    this.instanceId = parts.instanceId;
    this.node = parts.node;
    this.uid = parts.uid;
    this.createdAt = parts.createdAt;
    this.dataDir = parts.dataDir;
    this.runDir = parts.runDir;
    this.terminationLog = parts.terminationLog;
    this.env = parts.env;
  }

  /** Creates the pod; one of that name must be gone. `dataDir` is the volume that follows the member. */
  static async create(
    world: World,
    service: TestService,
    ordinal: number,
    instanceId: string,
    options: { readonly dataDir?: string } = {},
  ): Promise<TestPod> {
    const name = `${service.name}-${ordinal}`;
    const node = nodeName(world.cloud.topology, instanceId);
    const hostIp = world.cloud.ec2.interfacesOf(instanceId)[0]?.addresses[0] ?? '';
    const made = (await world.api.admin(
      'POST',
      `/api/v1/namespaces/${world.namespace}/pods`,
      podObject(name, node),
    )) as PodObject;
    const { uid, creationTimestamp } = made.metadata;
    await world.api.admin('PUT', `/api/v1/namespaces/${world.namespace}/pods/${name}/status`, {
      ...made,
      status: { phase: 'Pending', hostIP: hostIp },
    });
    const base = join(world.dir, `${name}-${uid}`);
    const dataDir = options.dataDir ?? join(base, 'data');
    const runDir = join(base, 'run');
    const terminationLog = join(base, 'termination-log');
    await Promise.all([mkdir(dataDir, { recursive: true }), mkdir(runDir, { recursive: true })]);
    await writeFile(terminationLog, '');
    const token = await world.api.serviceAccountToken(world.namespace, memberAccount, { name, uid });
    const tokenFile = join(base, 'token');
    await writeFile(tokenFile, token);
    const env = {
      ...world.nodeEnvironment(instanceId),
      CLUSTER: cluster,
      SERVICE_NAME: service.name,
      SERVICE_UUID: service.uuid,
      POD_NAME: name,
      POD_UID: uid,
      K8S_NAMESPACE: world.namespace,
      NODE_NAME: node,
      DB_TYPE: service.dbType,
      FIRECAMP_DATA_DIR: dataDir,
      FIRECAMP_RUN_DIR: runDir,
      FIRECAMP_K8S_TOKEN_FILE: tokenFile,
      FIRECAMP_TERMINATION_LOG: terminationLog,
    };
    return new TestPod(world, service, {
      name,
      instanceId,
      node,
      uid,
      createdAt: creationTimestamp,
      dataDir,
      runDir,
      terminationLog,
      env,
    });
  }

  /** Starts one of the programs, as kubelet would. */
  start(program: Program, options: RunOptions = {}): Running {
    const env = Object.fromEntries(
      Object.entries({ ...this.env, ...options.env }).filter((entry) => entry[1] !== undefined),
    ) as NodeJS.ProcessEnv;
    const argv = [this.world.built[program], ...(options.args ?? [])];
    return followProgram(this.world.fabric.exec(this.node, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Runs the init container to its end. */
  claim(options: RunOptions = {}): Promise<Ended> {
    return this.start('initcontainer', options).ended;
  }

  /** Asks Kubernetes to delete the pod; it stays with a deletionTimestamp until `remove`, as under a kubelet. */
  async markDeleted(graceSeconds = 30): Promise<void> {
    await this.world.api.admin('DELETE', this.#path(), { gracePeriodSeconds: graceSeconds });
  }

  /** Removes the pod object: what kubelet does when all is over, or `kubectl delete --force` without it. */
  async remove(): Promise<void> {
    await this.world.api.admin('DELETE', this.#path(), { gracePeriodSeconds: 0 });
  }

  /** The addresses on the node's links. */
  async hostAddresses(): Promise<string[]> {
    const { stdout } = await this.world.fabric.run(this.node, ['ip', '-j', '-4', 'addr', 'show'], {
      PATH: process.env['PATH'],
    });
    const links = JSON.parse(stdout) as { addr_info: { local: string }[] }[];
    return links.flatMap((link) => link.addr_info.map((info) => info.local));
  }

  #path(): string {
    return `/api/v1/namespaces/${this.world.namespace}/pods/${this.name}`;
  }
}

interface PodObject {
  readonly metadata: { readonly uid: string; readonly creationTimestamp: string };
}

function podObject(name: string, node: string) {
  return {
    metadata: { name },
    spec: {
      nodeName: node,
      hostNetwork: true,
      serviceAccountName: memberAccount,
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'localhost/none' }],
    },
  };
}

import { Client, credentials } from '@grpc/grpc-js';
import { rpcService } from '../../../../scripts/rig/ebs-driver/rpc-services.ts';
import type { KubeApi } from '../../../../scripts/rig/kube-api.ts';

/** Calls the driver at its sockets as a kubelet does, which has its folder at `kubeletDir`. */
export class PlayedKubelet {
  readonly #kubeletDir: string;
  #endpoint = '';

  constructor(kubeletDir: string) {
    this.#kubeletDir = kubeletDir;
  }

  /** What kubelet does when it sees a socket in its plugin registry: asks who is there, and tells the API server. */
  async register(api: Pick<KubeApi, 'admin'>, nodeName: string): Promise<{ info: unknown; node: unknown }> {
    const registry = `${this.#kubeletDir}/plugins_registry/ebs.csi.aws.com-reg.sock`;
    const info = await call(registry, 'pluginregistration.Registration', 'GetInfo', {});
    const { name, endpoint } = info as { name: string; endpoint: string };
    this.#endpoint = endpoint.replace('/var/lib/kubelet', this.#kubeletDir);
    const node = await this.node('NodeGetInfo', {});
    const { nodeId, accessibleTopology } = node as { nodeId: string; accessibleTopology: { segments: object } };
    const driver = { name, nodeID: nodeId, topologyKeys: Object.keys(accessibleTopology.segments) };
    const csiNode = { metadata: { name: nodeName }, spec: { drivers: [driver] } };
    await api.admin('POST', '/apis/storage.k8s.io/v1/csinodes', csiNode);
    await call(registry, 'pluginregistration.Registration', 'NotifyRegistrationStatus', { pluginRegistered: true });
    return { info, node };
  }

  /** A call of CSI's Node service. */
  node(method: string, request: object): Promise<object> {
    return call(this.#endpoint, 'csi.v1.Node', method, request);
  }
}

async function call(socket: string, service: string, name: string, request: object): Promise<object> {
  const method = rpcService(service)[name];
  if (method === undefined) throw new Error(`${service} has no ${name}`);
  const client = new Client(`unix:${socket}`, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const deadline = Date.now() + 10_000;
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        { deadline },
        (error, reply?: object) => (error ? reject(error) : resolve(reply ?? {})),
      );
    });
  } finally {
    client.close();
  }
}

import { parseCidr, subnetGateway } from '../../../common/domain/ipv4.ts';
import { nodeName } from '../../e2e/harness/world.ts';
import type { RealCluster } from './real-cluster.ts';

/**
 * What a restart of systemd-networkd leaves of a node's network: every address is gone but the primary one, which is networkd's own and there
 * again at once with its default route. (It would leave the members' rules, which look like the kernel's: systemd #19287.) The rules of `ip`
 * are removed, too, as other scripts do.
 */
export async function restartNetworkd(
  { world: { fabric, cloud } }: RealCluster,
  node: string,
  ip: string,
): Promise<void> {
  const { topology } = cloud;
  const primary = topology.instances.find(({ id }) => nodeName(topology, id) === node)?.interfaces[0];
  const cidr = topology.subnets.find(({ id }) => id === primary?.subnetId)?.cidr ?? '';
  const own = `${primary?.primaryIp}/${parseCidr(cidr)?.prefixLength}`;
  const script = [
    'ip -4 address flush scope global',
    `ip address add ${own} dev ens5 metric 100`,
    `ip route replace default via ${subnetGateway(cidr)} dev ens5`,
    `while ip rule del from ${ip} 2>/dev/null; do :; done`,
  ].join(' && ');
  const { code, stderr } = await fabric.run(node, ['sh', '-c', script]);
  if (code !== 0) throw new Error(`the addresses of ${node} could not be flushed: ${stderr}`);
}

// Does to the host it runs on what a claim and a release do; run in a node's namespace by the tests.
//   host-command.ts claim IP LINK [GATEWAY SUBNET TABLE] | release IP | cni
import { IpHostNetwork } from '../../../common/host/ip-host-network.ts';

const [command, ip = '', linkName = '', gateway, subnetCidr = '', table] = process.argv.slice(2);
const host = new IpHostNetwork();
const options = { signal: AbortSignal.timeout(20_000) };

if (command === 'claim') {
  await host.attach(ip, linkName, 600, options);
  if (gateway !== undefined) {
    await host.addSourceRoute({ ip, linkName, gateway, subnetCidr, table: Number(table) }, options);
  }
} else if (command === 'release') {
  await host.removeSourceRoutes(ip, options);
  await host.detach(ip, options);
} else console.log(await host.vpcCni(options));

// Goes into a namespace and says what it finds there, or waits with a program in a node. Run by the namespace test.
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { Fabric } from '../../../../scripts/rig/network/fabric.ts';
import { enterNamespace } from '../../../../scripts/rig/network/namespace.ts';

const use = await enterNamespace();
if (!use.ok) {
  console.log(use.why);
  process.exit(3);
}
const [command, text, status] = process.argv.slice(2);
if (command === 'say') {
  const who = process.getuid?.() === 0 ? 'root' : 'somebody';
  const links = Object.keys(networkInterfaces()).join(' ');
  console.log(`inside as ${who}: ${text}; links: ${links}; names: ${readdirSync('/run/netns').length}`);
  process.exit(Number(status));
}
const fabric = await Fabric.create({ subnets: [] });
const { name } = await fabric.addClient();
const child = fabric.exec(name, ['sleep', '1000']);
console.log(`${process.pid} ${child.pid}`);

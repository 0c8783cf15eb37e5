import type { Fabric } from '../../../scripts/rig/network/fabric.ts';

const program = `
  const [host, port, localAddress] = process.argv.slice(1);
  const socket = require('node:net').connect({ host, port: Number(port), ...(localAddress && { localAddress }) });
  const end = (text, code) => process.stdout.write(text, () => process.exit(code));
  let said = '';
  socket.setEncoding('utf8').on('data', (chunk) => { said += chunk; });
  socket.once('error', (error) => end(error.code, 1)).once('end', () => end(said, 0));
  setTimeout(() => end('no answer', 1), 3_000);
`;

/**
 * What a server answers to a connection from this node, client or pod of the network; else why it does not, in brackets.
 *
 * @param source - address to connect from; left out: the one that the kernel chooses.
 */
export async function ask(fabric: Fabric, from: string, ip: string, port: number, source = ''): Promise<string> {
  const { code, stdout } = await fabric.run(from, [process.execPath, '-e', program, ip, String(port), source]);
  return code === 0 ? stdout.trim() : `(${stdout})`;
}

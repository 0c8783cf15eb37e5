/**
 * A client of a Redis that asks all the time who it talks with: `member-asker.ts HOST PORT`. Each question is a connection of its own, and a line on
 * stdout: `{"at","ended"}` in milliseconds since 1970, and `"who"`, the run id of the Redis process, when it answered.
 */
import { createConnection } from 'node:net';

const everyMs = 50;
const patienceMs = 500;

const [host = '', port = ''] = process.argv.slice(2);
setInterval(() => void ask(), everyMs);

async function ask(): Promise<void> {
  const at = Date.now();
  const who = /^run_id:(\w+)/m.exec(await answer())?.[1];
  console.log(JSON.stringify({ at, ended: Date.now(), who }));
}

/** Empty, or a part of it, where nothing more came in time. */
function answer(): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(Number(port), host, () => socket.write('INFO server\r\nQUIT\r\n'));
    const timer = setTimeout(() => socket.destroy(), patienceMs);
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

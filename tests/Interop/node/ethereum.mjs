// An Ethereum node by the ganache package. Prints "listening <port>", and ends when stdin does. It says what it is asked: "asked <method> <params>".
// Commands on stdin, each answered by "did <command>": "drop" resets every connection, "away" takes no new one until "back", "hold" lets nothing more out on those that there are.
import { createInterface } from 'node:readline';
import { createServer, connect } from 'node:net';
import ganache from 'ganache';

// The log has a request over several lines: "   >  eth_subscribe: [", then what stands in the array, each line after "   > ".
function log(text) {
  const [, method, params] = /^ +> {2}(\w+): (\[.*\])$/s.exec(text) ?? [];
  if (method) console.log(`asked ${method} ${JSON.stringify(JSON.parse(params.replace(/\n +> /g, '')))}`);
}

const node = ganache.server({ logging: { verbose: true, logger: { log } }, wallet: { totalAccounts: 1, seed: 'netwebsockets' } });
await node.listen(0, '127.0.0.1');
const { port } = node.address();

// The node has no way to be told to drop its sockets: they go through here, byte by byte.
const links = new Map();
let away = false;
const front = createServer(socket => {
  if (away) return socket.resetAndDestroy();
  const back = connect(port, '127.0.0.1');
  links.set(socket, back);
  socket.on('error', () => {}).on('close', () => { links.delete(socket); back.destroy(); });
  back.on('error', () => {}).on('close', () => socket.destroy());
  socket.pipe(back).pipe(socket);
});
const input = createInterface({ input: process.stdin });
input.on('line', line => {
  if (line === 'drop') [...links.keys()].forEach(socket => socket.resetAndDestroy());
  if (line === 'away') away = true;
  if (line === 'back') away = false;
  if (line === 'hold') links.forEach((back, socket) => back.unpipe(socket));
  console.log(`did ${line}`);
});
input.on('close', () => process.exit(0));
front.listen(0, '127.0.0.1', () => console.log(`listening ${front.address().port}`));

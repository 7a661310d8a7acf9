// An Ethereum node by the ganache package. Prints "listening <port>", and ends when stdin does. "drop" on stdin ends every socket.
import { createInterface } from 'node:readline';
import { createServer, connect } from 'node:net';
import ganache from 'ganache';

const node = ganache.server({ logging: { quiet: true }, wallet: { totalAccounts: 1, seed: 'netwebsockets' } });
await node.listen(0, '127.0.0.1');
const { port } = node.address();

// The node has no way to be told to drop its sockets: they go through here.
const links = new Set();
const front = createServer(socket => {
  const back = connect(port, '127.0.0.1');
  links.add(socket);
  socket.on('error', () => {}).on('close', () => { links.delete(socket); back.destroy(); });
  back.on('error', () => {}).on('close', () => socket.destroy());
  socket.pipe(back).pipe(socket);
});
const input = createInterface({ input: process.stdin });
input.on('line', line => {
  if (line === 'drop') links.forEach(socket => socket.resetAndDestroy());
  console.log(`did ${line}`);
});
input.on('close', () => process.exit(0));
front.listen(0, '127.0.0.1', () => console.log(`listening ${front.address().port}`));

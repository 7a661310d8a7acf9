// A GraphQL server by the graphql-ws package. Prints "listening <port>", and ends when stdin does. With the argument "token" it refuses connections without the token "good".
// Commands on stdin, each answered by "did <command>": "say <room>:<text>" is said in a room, "end <room>" completes all who are in it, "ping" pings every socket,
// "drop" ends every socket.
// It says what it sees: "initialised", "asked <question>" of a query that is never answered, "subscribed <room>", "completed <id>", "ponged", "pinged", "closed <code>".
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { buildSchema } from 'graphql';
import { makeServer, CloseCode } from 'graphql-ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { hello(name: String): String! refuse: String never(question: String!): String }
  type Subscription { count(to: Int!): Int! said(room: String!): String! broken: Int! failing(after: Int!): Int! }
`);

const rooms = new Set();
const say = text => rooms.forEach(({ push }) => push(text));
const endRoom = name => rooms.forEach(({ room, end }) => room === name && end());

// Not a generator: it could be ended only between two items, and so not by a reader who leaves a quiet room.
function said(room) {
  const waiting = [];
  let wake;
  let over = false;
  const push = text => {
    if (!text.startsWith(room + ':')) return;
    waiting.push(text);
    wake?.();
  };
  const end = async () => {
    over = true;
    rooms.delete(reader);
    wake?.();
    return { done: true, value: undefined };
  };
  const reader = { room, push, end };
  rooms.add(reader);
  console.log(`subscribed ${room}`);
  return {
    async next() {
      while (!over && waiting.length === 0) await new Promise(resolve => { wake = resolve; });
      return over ? { done: true, value: undefined } : { done: false, value: { said: waiting.shift() } };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() { return this; },
  };
}

async function* count(to) {
  for (let i = 1; i <= to; i++) yield { count: i };
}

async function* failing(after) {
  for (let i = 1; i <= after; i++) yield { failing: i };
  throw new Error('no more of it');
}

function never(question) {
  console.log(`asked ${question}`);
  return new Promise(() => {});
}

const needsToken = process.argv[2] === 'token';
const graphql = makeServer({
  schema,
  roots: {
    query: {
      hello: ({ name }) => `hello ${name ?? 'world'}`,
      refuse: () => { throw new Error('refused'); },
      never: ({ question }) => never(question),
    },
    subscription: {
      count: ({ to }) => count(to),
      said: ({ room }) => said(room),
      broken: () => { throw new Error('broken'); },
      failing: ({ after }) => failing(after),
    },
  },
  onConnect: context => {
    console.log('initialised');
    return !needsToken || context.connectionParams?.token === 'good';
  },
  onComplete: (_, id) => console.log(`completed ${id}`),
  onPing: () => console.log('pinged'),
  onPong: () => console.log('ponged'),
});

const http = createServer();
const sockets = new WebSocketServer({ server: http, handleProtocols: offered => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false) });
sockets.on('connection', (socket, request) => {
  const closed = graphql.opened({
    protocol: socket.protocol,
    send: data => new Promise((resolve, reject) => socket.send(data, error => (error ? reject(error) : resolve()))),
    close: (code, reason) => socket.close(code, reason),
    onMessage: receive => socket.on('message', async data => {
      try {
        await receive(String(data));
      } catch (error) {
        socket.close(CloseCode.InternalServerError, error.message.slice(0, 100));
      }
    }),
  }, { socket, request });
  socket.once('close', async (code, reason) => {
    await closed(code, String(reason));
    console.log(`closed ${code}`);
  });
});

const input = createInterface({ input: process.stdin });
input.on('line', line => {
  const [word, ...rest] = line.split(' ');
  if (word === 'say') say(rest.join(' '));
  if (word === 'end') endRoom(rest[0]);
  if (word === 'drop') sockets.clients.forEach(socket => socket.terminate());
  if (word === 'ping') sockets.clients.forEach(socket => socket.send('{"type":"ping"}'));
  console.log(`did ${line}`);
});
input.on('close', () => process.exit(0));
http.listen(0, '127.0.0.1', () => console.log(`listening ${http.address().port}`));

// A GraphQL server by the graphql-ws package. Prints "listening <port>", and ends when stdin does. It counts, says, fails, refuses a connection without the token "good" when
// started with the argument "token", and drops all sockets when told to on stdin: "drop", "restart".
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { buildSchema } from 'graphql';
import { makeServer, CloseCode } from 'graphql-ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { hello(name: String): String! refuse: String }
  type Subscription { count(to: Int!): Int! said(room: String!): String! broken: Int! }
`);

const rooms = new Set();
const say = text => rooms.forEach(push => push(text));

async function* said(room) {
  const waiting = [];
  let wake = () => {};
  const push = text => { if (text.startsWith(room + ':')) { waiting.push(text); wake(); } };
  rooms.add(push);
  console.log(`subscribed ${room}`);
  try {
    for (;;) {
      while (waiting.length > 0) yield { said: waiting.shift() };
      await new Promise(resolve => { wake = resolve; });
    }
  } finally {
    rooms.delete(push);
  }
}

async function* count(to) {
  for (let i = 1; i <= to; i++) yield { count: i };
}

const needsToken = process.argv[2] === 'token';
const graphql = makeServer({
  schema,
  roots: {
    query: { hello: ({ name }) => `hello ${name ?? 'world'}`, refuse: () => { throw new Error('refused'); } },
    subscription: { count: ({ to }) => count(to), said: ({ room }) => said(room), broken: () => { throw new Error('broken'); } },
  },
  onConnect: context => !needsToken || context.connectionParams?.token === 'good',
  onComplete: (_, id) => console.log(`completed ${id}`),
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
  socket.once('close', (code, reason) => closed(code, String(reason)));
});

const input = createInterface({ input: process.stdin });
input.on('line', line => {
  const [word, ...rest] = line.split(' ');
  if (word === 'say') say(rest.join(' '));
  if (word === 'drop') sockets.clients.forEach(socket => socket.terminate());
  if (word === 'ping') sockets.clients.forEach(socket => socket.send('{"type":"ping"}'));
  console.log(`did ${line}`);
});
input.on('close', () => process.exit(0));
http.listen(0, '127.0.0.1', () => console.log(`listening ${http.address().port}`));

// The ws package from npm, with the same endpoints as tests/TestServers/KestrelEndpoints.cs, so that both run the same tests.
// Arguments: none, or the paths of a certificate and a key (PEM) to speak TLS. NWS_DEFLATE holds ws' perMessageDeflate, if any. Prints "listening <port>", and ends when stdin does.
import { createServer as createPlain } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';

const [certificate, key] = process.argv.slice(2);
const http = certificate
  ? createSecure({ cert: readFileSync(certificate), key: readFileSync(key) })
  : createPlain();

const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: process.env.NWS_DEFLATE ? JSON.parse(process.env.NWS_DEFLATE) : false,
  maxPayload: 64 * 1024 * 1024,
  handleProtocols: (offered, request) =>
    new URL(request.url, 'ws://x').searchParams.get('choose') ?? (offered.has('v2') ? 'v2' : false),
});
sockets.on('headers', (headers, request) => {
  const cookie = new URL(request.url, 'ws://x').searchParams.get('set');
  if (cookie) headers.push(`Set-Cookie: ${cookie}`);
});

const echo = socket => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));

// In frames of at most 5 bytes, with a ping after the first.
const fragments = socket => socket.on('message', (data, isBinary) => {
  for (let at = 0; at === 0 || at < data.length; at += 5) {
    socket.send(data.subarray(at, at + 5), { binary: isBinary, fin: at + 5 >= data.length });
    if (at === 0) socket.ping('between');
  }
});

const endpoints = {
  '/echo': echo,
  '/fragments': fragments,
  '/close': (socket, url, rest) => close(socket, url, rest),
  '/close-on-message': (socket, url, rest) => socket.once('message', () => close(socket, url, rest)),
  '/drop': socket => socket.once('message', () => socket.terminate()),
  '/headers': (socket, url, rest, request) => {
    const pairs = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) pairs.push([request.rawHeaders[i], request.rawHeaders[i + 1]]);
    socket.send(JSON.stringify(pairs));
    echo(socket);
  },
  '/cookies': (socket, url, rest, request) => {
    socket.send(request.headers.cookie ?? '');
    echo(socket);
  },
  '/protocol': (socket, url, rest, request) => {
    socket.send((request.headers['sec-websocket-protocol'] ?? '').split(/ *, */).join(', '));
    echo(socket);
  },
  '/push': (socket, url, [count, size]) => {
    for (let i = 0; i < Number(count); i++) socket.send(Buffer.alloc(Number(size)));
    socket.close(1000);
  },
  // Pings, and says what the pong carried.
  '/ping': (socket, url) => {
    const payload = url.searchParams.get('payload') ?? '';
    socket.once('pong', data => socket.send(`pong ${data}`));
    socket.ping(payload);
  },
};

function close(socket, url, [code]) {
  if (code === '1005') socket.close();
  else socket.close(Number(code), url.searchParams.get('reason') ?? '');
}

http.on('upgrade', (request, stream, head) => {
  const url = new URL(request.url, 'ws://x');
  const [, name, ...rest] = url.pathname.split('/');
  if (name === 'refuse') {
    const retry = url.searchParams.get('retryAfter');
    const body = 'refused by the test';
    stream.end(`HTTP/1.1 ${rest[0]} Refused\r\nContent-Length: ${body.length}\r\n${retry ? `Retry-After: ${retry}\r\n` : ''}\r\n${body}`);
    return;
  }
  sockets.handleUpgrade(request, stream, head, socket => {
    socket.on('error', () => {});
    endpoints[`/${name}`](socket, url, rest, request);
  });
});

http.listen(0, '127.0.0.1', () => console.log(`listening ${http.address().port}`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

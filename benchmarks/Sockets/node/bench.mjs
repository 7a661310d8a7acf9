// Does what lines of JSON on its input say, and answers with one line each. The figures of one process, warmed up by its first works.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// The server's certificate is its own.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

let WebSocketOfWs = null;
let wsVersion = null;
try {
  WebSocketOfWs = (await import('ws')).WebSocket;
  wsVersion = JSON.parse(readFileSync(new URL('node_modules/ws/package.json', import.meta.url), 'utf8')).version;
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
}

function open(command) {
  const socket = command.native
    ? new globalThis.WebSocket(command.url)
    : new WebSocketOfWs(command.url, { perMessageDeflate: command.deflate });
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(socket);
    socket.onerror = (event) => reject(new Error(event.message || event.error?.message || 'the connection failed'));
  });
}

// Each package's own way to get a message with the least work.
function onMessage(command, socket, handler) {
  if (command.native) socket.onmessage = (event) => handler(event.data);
  else socket.on('message', handler);
}

function end(command, socket) {
  socket.onerror = null;
  if (command.native) {
    socket.onmessage = null;
    socket.close();
  } else {
    socket.removeAllListeners('message');
    socket.on('error', () => {});
    socket.terminate();
  }
}

function once(command, socket, start) {
  return new Promise((resolve, reject) => {
    socket.onclose = () => reject(new Error('the connection ended before the work was done'));
    start(resolve, reject);
  });
}

const works = {
  async hello() {
    return { ws: wsVersion, native: typeof globalThis.WebSocket === 'function' };
  },

  async receive(command) {
    const socket = await open(command);
    let left = command.count;
    const start = performance.now();
    await once(command, socket, (resolve) => {
      onMessage(command, socket, () => {
        if (--left === 0) resolve();
      });
      socket.send(new Uint8Array(1));
    });
    const elapsed = performance.now() - start;
    end(command, socket);
    return { elapsed };
  },

  // Messages of text that are JSON.
  async ticks(command) {
    const socket = await open(command);
    let left = command.count;
    const start = performance.now();
    await once(command, socket, (resolve, reject) => {
      onMessage(command, socket, (data) => {
        if (JSON.parse(data).sequence === 0) reject(new Error('not the tick that was sent'));
        if (--left === 0) resolve();
      });
      socket.send(new Uint8Array(1));
    });
    const elapsed = performance.now() - start;
    end(command, socket);
    return { elapsed };
  },

  async send(command) {
    const socket = await open(command);
    const payload = new Uint8Array(command.size);
    const start = performance.now();
    await once(command, socket, async (resolve, reject) => {
      onMessage(command, socket, resolve);
      try {
        for (let i = 0; i < command.count; i++) {
          if (command.native) {
            socket.send(payload);
            while (socket.bufferedAmount > 1024 * 1024) await new Promise((next) => setImmediate(next));
          } else {
            await new Promise((sent, failed) => socket.send(payload, (error) => (error ? failed(error) : sent())));
          }
        }
      } catch (error) {
        reject(error);
      }
    });
    const elapsed = performance.now() - start;
    end(command, socket);
    return { elapsed };
  },

  async echo(command) {
    const socket = await open(command);
    const payload = new Uint8Array(command.size);
    let received = 0;
    const start = performance.now();
    await once(command, socket, (resolve) => {
      onMessage(command, socket, () => {
        if (received++ < command.count - command.outstanding) socket.send(payload);
        else if (received === command.count) resolve();
      });
      for (let i = 0; i < command.outstanding; i++) socket.send(payload);
    });
    const elapsed = performance.now() - start;
    end(command, socket);
    return { elapsed };
  },

  async pingPong(command) {
    const socket = await open(command);
    const payload = new Uint8Array(command.size);
    const times = new Float64Array(command.count);
    let received = 0;
    let start = 0;
    await once(command, socket, (resolve) => {
      onMessage(command, socket, () => {
        const now = performance.now();
        times[received++] = now - start;
        if (received === command.count) {
          resolve();
          return;
        }
        start = now;
        socket.send(payload);
      });
      start = performance.now();
      socket.send(payload);
    });
    end(command, socket);
    times.sort();
    return { median: times[times.length >> 1] * 1000 };
  },

  // Memory of JavaScript and of buffers, for a connection that waits.
  async memory(command) {
    const sockets = [];
    const more = async (count) => {
      for (let i = 0; i < count; i++) {
        const socket = await open(command);
        onMessage(command, socket, () => {});
        sockets.push(socket);
      }
    };
    const used = () => {
      globalThis.gc();
      globalThis.gc();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    await more(50);
    const before = used();
    await more(command.count);
    const bytes = (used() - before) / command.count;
    for (const socket of sockets) end(command, socket);
    return { bytes };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    const command = JSON.parse(line);
    reply = await works[command.work](command);
  } catch (error) {
    reply = { error: error.stack };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit(0);

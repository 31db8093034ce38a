import type { Random } from './random.ts'

const pieces: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  '\r\n\r\n',
  'Host: a\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Expect: 100-continue\r\n',
  'Expect: x\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Connection: close\r\n',
  'Content-Encoding: gzip\r\n',
  'Content-Type: text/plain\r\n',
  'X-Auth-Token: x\r\n',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/9.9',
  '%00',
  '%ff',
  '%2f',
  '/../',
  '//',
  '?',
  '#',
  '*',
  'http://x/',
  '0\r\n\r\n',
  'ffffffff\r\n',
  '\x80\xff',
  '{"',
  '"}',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'x'.repeat(500),
  'X-Long: '.padEnd(20_000, 'y'),
]

/** Changes a request in one to three places, without regard to what it is. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  let changed = bytes
  for (let left = 1 + random.below(3); left > 0; left--) changed = mutatedOnce(changed, random)
  return changed
}

function mutatedOnce(bytes: Buffer, random: Random): Buffer {
  // The head is where most is decided.
  const near = random.chance(0.7) ? Math.min(bytes.length, 400) : bytes.length
  const at = random.below(near + 1)
  const until = Math.min(bytes.length, at + 1 + random.below(random.chance(0.5) ? 4 : 80))
  const [before, cut, after] = [bytes.subarray(0, at), bytes.subarray(at, until), bytes.subarray(until)]
  const piece = Buffer.from(random.pick(pieces), 'latin1')
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([before, Buffer.from(cut.map(byte => byte ^ (1 << random.below(8)))), after])
    case 1:
      return Buffer.concat([before, after])
    case 2:
      return Buffer.concat([before, piece, cut, after])
    case 3:
      return Buffer.concat([before, cut, cut, after])
    case 4:
      return Buffer.concat([before, piece, after])
    case 5:
      return Buffer.from(before)
    default:
      return Buffer.concat([bytes, random.chance(0.5) ? piece : bytes.subarray(at)])
  }
}

/** A reply of a server: a text, a number, null, an error, or a list of replies. */
export type Reply = string | number | null | Refusal | readonly Reply[]

/** An error reply in the words of the server. Its first word is a code. */
export class Refusal extends Error {}

/**
 * Encodes a command in the Redis protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/): a list of
 * texts.
 */
export function encodeCommand(words: readonly string[]): Buffer {
  const parts = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`)
}

/** Limits of a reply. No command that is used here has a longer or more deeply nested one. */
export const replyBytesMax = 64 * 1024
const depthMax = 8

type Decoded = Readonly<{ reply: Reply; end: number }>

/**
 * Decodes the reply that begins at `start`; undefined while it is incomplete. Throws an Error if the bytes are not a
 * reply, or if the reply exceeds the limits.
 */
export function decodeReply(bytes: Buffer, start = 0, depth = 0): Decoded | undefined {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd === -1) {
    if (bytes.length - start > replyBytesMax) throw new Error('This reply is too long.')
    return undefined
  }
  const line = bytes.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + 2
  switch (bytes.toString('latin1', start, start + 1)) {
    case '+':
      return { reply: line, end }
    case '-':
      return { reply: new Refusal(line), end }
    case ':':
      return { reply: Number(line), end }
    case '$':
      return decodeText(bytes, end, lengthOf(line))
    case '*':
      return decodeList(bytes, end, lengthOf(line), depth + 1)
    default:
      throw new Error('This is not the Redis protocol.')
  }
}

function lengthOf(line: string): number {
  if (!/^(?:-1|\d{1,9})$/.test(line)) throw new Error('This is not the Redis protocol.')
  const length = Number(line)
  if (length > replyBytesMax) throw new Error('This reply is too long.')
  return length
}

function decodeText(bytes: Buffer, start: number, length: number): Decoded | undefined {
  if (length < 0) return { reply: null, end: start }
  if (bytes.length < start + length + 2) return undefined
  return { reply: bytes.toString('utf8', start, start + length), end: start + length + 2 }
}

function decodeList(bytes: Buffer, start: number, length: number, depth: number): Decoded | undefined {
  if (length < 0) return { reply: null, end: start }
  if (depth > depthMax) throw new Error('The lists in this reply are nested too deeply.')
  const list: Reply[] = []
  let end = start
  while (list.length < length) {
    const decoded = decodeReply(bytes, end, depth)
    if (!decoded) return undefined
    list.push(decoded.reply)
    end = decoded.end
  }
  return { reply: list, end }
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeReply, encodeCommand, Refusal, type Reply } from './protocol.ts'

test('a command is a list of texts, counted in bytes', () =>
  assert.equal(encodeCommand(['SET', 'ä', '']).toString(), '*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$0\r\n\r\n'))

const replies: readonly [name: string, text: string, reply: Reply][] = [
  ['a word', '+OK\r\n', 'OK'],
  ['an error', '-ERR unknown command\r\n', new Refusal('ERR unknown command')],
  ['a number', ':-12\r\n', -12],
  ['a text', '$4\r\nä\r\n\r\n', 'ä\r\n'],
  ['an empty text', '$0\r\n\r\n', ''],
  ['a null text', '$-1\r\n', null],
  ['a null list', '*-1\r\n', null],
  ['a list of all of them', '*4\r\n+a\r\n:1\r\n$1\r\nb\r\n*1\r\n$-1\r\n', ['a', 1, 'b', [null]]],
]
describe('replies', () => {
  for (const [name, text, reply] of replies)
    test(`${name}, also in pieces, and with another reply after it`, () => {
      const bytes = Buffer.from(text)
      assert.deepEqual(decodeReply(Buffer.concat([bytes, Buffer.from('+more\r\n')])), { reply, end: bytes.length })
      for (let length = 0; length < bytes.length; length++)
        assert.equal(decodeReply(bytes.subarray(0, length)), undefined)
    })

  test('bytes that are not a reply are an error', () =>
    assert.throws(() => decodeReply(Buffer.from('HTTP/1.1 400\r\n'))))
})

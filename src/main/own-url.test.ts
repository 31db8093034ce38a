import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownUrl } from './own-url.ts'

for (const [bindHost, url] of [
  ['127.0.0.1', 'http://127.0.0.1:8779'],
  ['trove.example.org', 'http://trove.example.org:8779'],
  ['0.0.0.0', 'http://127.0.0.1:8779'],
  ['::', 'http://[::1]:8779'],
  ['2001:db8::1', 'http://[2001:db8::1]:8779'],
] as const)
  test(`a server at ${bindHost} is reached at ${url}`, () => {
    assert.equal(ownUrl({ bindHost, bindPort: 8779 }), url)
  })

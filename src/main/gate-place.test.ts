import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import { openGate } from './gate.ts'
import { gateWords, refuseLoop } from './gate-place.ts'

const configOf = (endpoint: string, more: Readonly<Record<string, string>> = {}) =>
  loadConfig({ places: [] }, { OS_TROVETS__TROVE_ENDPOINT: endpoint, ...more })

describe('a gate in front of itself', () => {
  const [any, loopback] = [
    { OS_DEFAULT__BIND_HOST: '0.0.0.0', OS_DEFAULT__BIND_PORT: '8779' },
    { OS_DEFAULT__BIND_HOST: '127.0.0.1', OS_DEFAULT__BIND_PORT: '8779' },
  ]
  const loops: readonly [endpoint: string, where: Readonly<Record<string, string>>][] = [
    ['http://127.0.0.1:8779', any],
    ['http://localhost:8779/', any],
    ['http://[::1]:8779', { ...any, OS_DEFAULT__BIND_HOST: '::' }],
    ['http://127.0.0.1:8779/database', loopback],
    ['http://0.0.0.0:8779', loopback],
    ['http://127.0.0.1', { ...any, OS_DEFAULT__BIND_PORT: '80' }],
  ]
  for (const [endpoint, where] of loops)
    test(`${endpoint} at ${where.OS_DEFAULT__BIND_HOST}:${where.OS_DEFAULT__BIND_PORT} is refused`, () =>
      assert.rejects(refuseLoop(configOf(endpoint, where)), /trove_endpoint: .* is the address of this server itself/))

  const others: readonly [endpoint: string, where: Readonly<Record<string, string>>][] = [
    ['http://127.0.0.1:8778', any],
    ['http://192.0.2.7:8779', any],
    ['http://192.0.2.7:8779', loopback],
    ['http://trove.invalid:8779', any],
  ]
  for (const [endpoint, where] of others)
    test(`${endpoint} at ${where.OS_DEFAULT__BIND_HOST}:${where.OS_DEFAULT__BIND_PORT} is another server`, () =>
      refuseLoop(configOf(endpoint, where)))
})

test('the words for a gate name the Trove behind it, without a password; other servers have none', () => {
  assert.match(
    gateWords(configOf('http://someone:secret@192.0.2.7:8779/'))!,
    /^Gate in front of http:\/\/192\.0\.2\.7:8779: requests that ask for hardware are checked/,
  )
  assert.equal(gateWords(loadConfig({ places: [] }, {})), undefined)
})

test('an unusable URL ends the start, and a password in it is not shown', async () => {
  const start = (endpoint: string) => openGate(configOf(endpoint), { decided() {}, forwarded() {} })
  await assert.rejects(start('ftp://192.0.2.7'), /trove_endpoint: 'ftp:\/\/192\.0\.2\.7' is not a valid URL/)
  await assert.rejects(start('http://someone:secret@192.0.2.7/?a=b'), /trove_endpoint: the value is not a valid URL/)
})

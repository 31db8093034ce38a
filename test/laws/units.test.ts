import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holds, type Text, texts } from './tree.ts'

/** A program ends with 1 while its database is away: however long that takes, systemd has to go on starting it. */
const beside = ['StartLimitIntervalSec=0', 'RestartSec=5']

const restartViolations = (units: readonly Text[]): string[] =>
  units
    .map(({ path, text }) => ({ path, lines: text.split('\n') }))
    .filter(({ lines }) => lines.some(line => line.startsWith('Restart=')))
    .flatMap(({ path, lines }) =>
      beside
        .filter(words => !lines.includes(words))
        .map(words => `${path} has no ${words}: a unit with Restart= would be given up on while its database is away.`),
    )

test('a unit that is started again is never given up on', () => {
  const units = texts('packaging/systemd/*.service')
  assert.ok(units.length > 0)
  holds(restartViolations(units))
})

test('a unit that would be given up on is found', () => {
  const planted = {
    path: 'a.service',
    text: '[Unit]\n# StartLimitIntervalSec=0\n[Service]\nRestart=always\nRestartSec=50\n',
  }
  assert.equal(restartViolations([planted]).length, 2)
  assert.deepEqual(restartViolations([{ path: 'b.service', text: '[Service]\nType=oneshot\n' }]), [])
})

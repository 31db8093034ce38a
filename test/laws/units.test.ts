import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holds, type Text, texts } from './tree.ts'

/** Programs exit with 1 while their database is away, so systemd must keep restarting them without a limit. */
const requiredLines = ['StartLimitIntervalSec=0', 'RestartSec=5']

const restartViolations = (units: readonly Text[]): string[] =>
  units
    .map(({ path, text }) => ({ path, lines: text.split('\n') }))
    .filter(({ lines }) => lines.some(line => line.startsWith('Restart=')))
    .flatMap(({ path, lines }) =>
      requiredLines
        .filter(line => !lines.includes(line))
        .map(line => `${path} lacks ${line}: systemd would stop restarting the unit while its database is away.`),
    )

test('systemd restarts a unit with Restart= without a limit', () => {
  const units = texts('packaging/systemd/*.service')
  assert.ok(units.length > 0)
  holds(restartViolations(units))
})

test('a unit with a limit of restarts is found', () => {
  const planted = {
    path: 'a.service',
    text: '[Unit]\n# StartLimitIntervalSec=0\n[Service]\nRestart=always\nRestartSec=50\n',
  }
  assert.equal(restartViolations([planted]).length, 2)
  assert.deepEqual(restartViolations([{ path: 'b.service', text: '[Service]\nType=oneshot\n' }]), [])
})

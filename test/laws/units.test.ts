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

/** Units of Debian's packages of Trove. One of the same name in /etc/systemd/system would replace them. */
const trovesUnits = ['trove-api', 'trove-conductor', 'trove-guestagent', 'trove-taskmanager']

const namesakeViolations = (units: readonly Text[]): string[] =>
  units.flatMap(({ path, text }) => {
    const name = /([^/]+?)@?\.service$/.exec(path)?.[1] ?? path
    return [
      ...(trovesUnits.includes(name) ? [`${path} has the name of a unit of Trove's: begin it with trove-ts.`] : []),
      ...(/^ExecStart=\/opt\/trove-ts\/bin\//m.test(text)
        ? []
        : [`${path} starts no program in /opt/trove-ts/bin, where the package is installed.`]),
      ...(/^User=trove-ts$/m.test(text) ? [] : [`${path} does not run as the user trove-ts; trove is Trove's.`]),
    ]
  })

test('no unit takes the place of one of Trove’s, its programs or its user', () =>
  holds(namesakeViolations(texts('packaging/systemd/*.service'))))

test('a unit that takes their place is found', () => {
  const text = '[Service]\nUser=trove\nExecStart=/usr/local/bin/trove-api\n'
  assert.equal(namesakeViolations([{ path: 'packaging/systemd/trove-api@.service', text }]).length, 3)
})
